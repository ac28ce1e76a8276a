"""The same addresses with rows that not everybody may see: those who may not get the 404 of a row that is not there."""

from .kinds import (
    DRAFT_READERS,
    READERS,
    SECRETARIAT,
    Address,
    everyone,
    hidden_from_others,
    only,
    pdf,
    signed_in,
)

ROWS = [
    Address(
        "meeting for partners",
        "/meetings/{world.partners_meeting.code}/",
        hidden_from_others(*READERS),
        on_post=everyone(405),
    ),
    Address(
        "action for partners",
        "/meetings/{world.partners_meeting.code}/actions/1/",
        hidden_from_others(*READERS),
        on_post=everyone(405),
    ),
    Address(
        "draft meeting",
        "/meetings/{world.draft_meeting.code}/",
        hidden_from_others(*DRAFT_READERS),
        on_post=everyone(405),
    ),
    Address(
        "action of a draft",
        "/meetings/{world.draft_meeting.code}/actions/1/",
        hidden_from_others(*DRAFT_READERS),
        on_post=everyone(405),
    ),
    Address(
        "annex for partners",
        "/meetings/{world.partners_meeting.code}/annexes/1/",
        hidden_from_others(*READERS),
        on_post=everyone(405),
    ),
    Address(
        "annex of a draft",
        "/meetings/{world.draft_meeting.code}/annexes/1/",
        hidden_from_others(*DRAFT_READERS),
        on_post=everyone(405),
    ),
    Address(
        "locked report",
        "/desk/meetings/{world.meeting.code}/edit/",
        only(*SECRETARIAT),
        on_post=only(*SECRETARIAT, status=409),
    ),
    Address(
        "circulated meeting",
        "/meetings/{world.circulated_meeting.code}/",
        hidden_from_others(*READERS),
        on_post=everyone(405),
    ),
    Address(
        "action of a circulated meeting",
        "/meetings/{world.circulated_meeting.code}/actions/1/",
        hidden_from_others(*READERS),
        on_post=everyone(405),
    ),
    pdf("report for partners", "/meetings/{world.partners_meeting.code}/report.pdf", *READERS),
    pdf("progress for partners", "/meetings/{world.partners_meeting.code}/progress.pdf", *READERS),
    pdf("report of a draft", "/meetings/{world.draft_meeting.code}/report.pdf", *DRAFT_READERS),
    pdf("progress of a draft", "/meetings/{world.draft_meeting.code}/progress.pdf", *DRAFT_READERS),
    Address("unknown meeting", "/meetings/unknown/", everyone(404), on_post=everyone(405)),
    Address(
        "unknown indicator",
        "/enforcement/indicators/00000000-0000-4000-8000-000000000000/",
        signed_in(404),
        on_post=signed_in(404, cleared_officer=405),
    ),
]
