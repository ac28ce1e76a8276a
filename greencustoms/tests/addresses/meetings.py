"""Meetings, agreed actions, and what one's own organisation owes."""

from .kinds import (
    DRAFT_READERS,
    FORM,
    SECRETARIAT,
    Address,
    everyone,
    only,
    pdf,
    public,
    signed_in,
)

ADDRESSES = [
    public("meetings/"),
    public("meetings/<slug:code>/", "/meetings/{world.meeting.code}/"),
    public("meetings/<slug:code>/actions/<int:number>/", "/meetings/{world.meeting.code}/actions/1/"),
    Address(
        "meetings/<slug:code>/annexes/<int:number>/",
        "/meetings/{world.meeting.code}/annexes/1/",
        everyone(),
        on_post=everyone(405),
    ),
    public("meetings/<slug:code>/actions/<int:number>/history/", "/meetings/{world.meeting.code}/actions/1/history/"),
    Address(
        "meetings/<slug:code>/actions/<int:number>/answers/<int:pk>/",
        "/meetings/{world.meeting.code}/actions/1/answers/{world.share.pk}/",
        signed_in(404),
        on_post=signed_in(405),
    ),
    public("meetings/<slug:code>/versions/", "/meetings/{world.meeting.code}/versions/"),
    public("meetings/<slug:code>/versions/compare/", "/meetings/{world.meeting.code}/versions/compare/"),
    public("meetings/<slug:code>/versions/<int:number>/", "/meetings/{world.meeting.code}/versions/1/"),
    Address(
        "meetings/<slug:code>/comments/",
        "/meetings/{world.circulated_meeting.code}/comments/",
        only("staff", *DRAFT_READERS, others=404, other_staff=403, focal_point=403),
        on_post=FORM,
    ),
    Address(
        "meetings/<slug:code>/comments/<int:pk>/",
        "/meetings/{world.circulated_meeting.code}/comments/{world.report_comment.pk}/",
        only("staff", others=404),
        on_post=FORM,
    ),
    public("actions/"),
    public("actions/export.csv"),
    public("actions/export.xlsx"),
    public("actions/export.ics"),
    public("actions/feed.atom"),
    pdf("meetings/<slug:code>/report.pdf", "/meetings/{world.meeting.code}/report.pdf"),
    pdf("meetings/<slug:code>/progress.pdf", "/meetings/{world.meeting.code}/progress.pdf"),
    pdf("partners/<slug:slug>/progress.pdf", "/partners/{world.partner.slug}/progress.pdf"),
    Address("my/", "/my/", signed_in()),
    Address(
        "my/shares/<int:pk>/report/",
        "/my/shares/{world.share.pk}/report/",
        only("staff", *SECRETARIAT, others=404),
        on_post=FORM,
    ),
    Address("my/calendar/", "/my/calendar/", signed_in(), on_post=FORM),
    Address("my/calendar/<str:token>.ics", "/my/calendar/x.ics", everyone(404), on_post=everyone(405)),
]
