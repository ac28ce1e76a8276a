"""Where the secretariat writes meetings and their reports."""

from .kinds import (
    DRAFT_READERS,
    FORM,
    SECRETARIAT,
    Address,
    only,
)

ADDRESSES = [
    Address("desk/meetings/partner-changes/", "/desk/meetings/partner-changes/", only(*SECRETARIAT), on_post=FORM),
    Address(
        "desk/meetings/<slug:code>/actions/<int:number>/decide/",
        "/desk/meetings/{world.meeting.code}/actions/1/decide/",
        only(*SECRETARIAT),
        on_post=FORM,
    ),
    Address(
        "desk/meetings/<slug:code>/matters-arising/",
        "/desk/meetings/{world.draft_meeting.code}/matters-arising/",
        only(*SECRETARIAT),
        on_post=only(*SECRETARIAT, status=302),
    ),
    Address("desk/meetings/silent/", "/desk/meetings/silent/", only(*DRAFT_READERS)),
    Address("desk/meetings/silent/old-deadlines/", "/desk/meetings/silent/old-deadlines/", only(*DRAFT_READERS)),
    # The world has no deadline that was past when entered.
    Address(
        "desk/meetings/silent/old-deadlines/<int:pk>/",
        "/desk/meetings/silent/old-deadlines/0/",
        only(*SECRETARIAT, status=404),
        on_post=only(*SECRETARIAT, status=404),
    ),
    Address("desk/meetings/", "/desk/meetings/", only(*DRAFT_READERS)),
    Address("desk/meetings/add/", "/desk/meetings/add/", only(*SECRETARIAT), on_post=FORM),
    Address(
        "desk/meetings/reading/",
        "/desk/meetings/reading/",
        only(*SECRETARIAT, status=405),
        on_post=only(*SECRETARIAT, status=404),
    ),
    Address("desk/meetings/<slug:code>/", "/desk/meetings/{world.draft_meeting.code}/", only(*DRAFT_READERS)),
    *(
        Address(
            f"desk/meetings/<slug:code>/{part}/",
            f"/desk/meetings/{{world.draft_meeting.code}}/{part}/".replace("<int:number>", "1"),
            only(*SECRETARIAT),
            on_post=FORM,
        )
        for part in (
            "edit",
            "texts",
            "attendance",
            "sessions/add",
            "sessions/<int:number>",
            "sessions/<int:number>/delete",
            "annexes/add",
            "annexes/<int:number>",
            "annexes/<int:number>/delete",
            "actions/add",
            "actions/<int:number>",
            "actions/<int:number>/delete",
        )
    ),
    Address(
        "desk/meetings/<slug:code>/sessions/<int:number>/move/",
        "/desk/meetings/{world.draft_meeting.code}/sessions/1/move/",
        only(*SECRETARIAT, status=302),
        on_post=only(*SECRETARIAT, status=302),
    ),
    *(
        Address(
            f"desk/meetings/<slug:code>/{name}/",
            f"/desk/meetings/{{world.{meeting}.code}}/{name}/",
            only(*SECRETARIAT),
            on_post=FORM,
        )
        for name, meeting in (
            ("circulate", "draft_meeting"),
            ("finalise", "draft_meeting"),
            ("reopen", "meeting"),
            ("discard", "draft_meeting"),
            ("readers", "meeting"),
        )
    ),
    Address(
        "desk/meetings/<slug:code>/report-comments/",
        "/desk/meetings/{world.circulated_meeting.code}/report-comments/",
        only(*DRAFT_READERS),
    ),
    Address(
        "desk/meetings/<slug:code>/report-comments/export.csv",
        "/desk/meetings/{world.circulated_meeting.code}/report-comments/export.csv",
        only(*DRAFT_READERS),
    ),
    Address(
        "desk/meetings/<slug:code>/report-comments/<int:pk>/",
        "/desk/meetings/{world.circulated_meeting.code}/report-comments/{world.report_comment.pk}/",
        only(*SECRETARIAT),
        on_post=FORM,
    ),
]
