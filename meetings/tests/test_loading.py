import csv
from datetime import date

import pytest

from greencustoms.core.models import AuditEvent
from meetings.choices import Acceptance, DeadlineKind, Part, Progress
from meetings.loading import DATA, load_example_meeting, load_meeting_2007
from meetings.models import ActionShare, AgreedAction, Deadline, Meeting, SubItem, unlocked

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("organisations")]

EIGHT = [
    "brs-secretariat", "cbd-secretariat", "cites-secretariat", "interpol",
    "opcw", "ozone-secretariat", "unep", "wco",
]  # fmt: skip
TODAY = date(2026, 11, 20)


@pytest.fixture
def rows():
    with (DATA / "gci-2007-03" / "actions.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def owners(number, stage=1, part=Part.LEAD):
    shares = ActionShare.objects.filter(deadline__action__number=number, deadline__position=stage, part=part)
    return sorted(shares.values_list("partner__slug", flat=True))


def test_meeting_of_2007_has_its_sessions_actions_and_partners():
    meeting = load_meeting_2007()

    assert meeting.sessions.count() == 4
    assert sorted(meeting.actions.values_list("number", flat=True)) == list(range(1, 18))
    assert sorted(meeting.partners.values_list("slug", flat=True)) == EIGHT
    assert (meeting.attendance.count(), meeting.annexes.count()) == (7, 4)
    assert meeting.is_invented is False


def test_deadlines_are_exactly_those_of_the_file(rows):
    load_meeting_2007()

    stored = [
        (str(d.action.number), str(d.position), d.kind, str(d.latest or ""), d.by_when_text, d.edtf, d.is_inherited)
        for d in Deadline.objects.select_related("action").order_by("action__number", "position")
    ]
    expected = []
    for row in rows:
        is_inherited = bool(row["inherited_edtf"])
        latest = "2007-04-30" if is_inherited else row["due_latest"]
        edtf = row["inherited_edtf"] or row["edtf"]
        expected.append((row["number"], row["stage"], row["kind"], latest, row["by_when_verbatim"], edtf, is_inherited))
    assert stored == expected


def test_words_of_actions_are_exactly_those_of_the_file(rows):
    load_meeting_2007()

    stored = list(AgreedAction.objects.order_by("number").values_list("number", "by_whom_text", "completion_rule"))
    assert stored == list(
        dict.fromkeys((int(row["number"]), row["by_whom_verbatim"], row["completion_rule"]) for row in rows)
    )


@pytest.mark.parametrize(
    ("number", "stage", "earliest"),
    [
        (1, 1, date(2007, 11, 1)),  # "November 2007"
        (4, 1, None),  # "by end April 2007"
        (4, 2, date(2007, 5, 1)),  # "May – June 2007"
        (4, 3, None),  # "by July 2007"
        (8, 1, date(2007, 5, 15)),
        (11, 1, None),  # "by the COPs"
        (13, 1, date(2007, 4, 1)),  # the days written with the event
        (14, 1, None),  # "by end of June"
        (17, 1, date(2007, 1, 1)),  # "throughout 2007"
    ],
)
def test_earliest_day_is_set_unless_only_a_last_one_is_named(number, stage, earliest):
    load_meeting_2007()

    assert Deadline.objects.get(action__number=number, position=stage).earliest == earliest


def test_deadlines_without_a_day_have_a_review_day():
    load_meeting_2007()

    reviewed = Deadline.objects.filter(latest=None).order_by("action__number")
    assert list(reviewed.values_list("action__number", "kind", "review_on")) == [
        (3, "ongoing", date(2007, 5, 31)),
        (5, "asap", date(2007, 4, 1)),
        (6, "event", date(2007, 4, 1)),
        (15, "asap", date(2007, 4, 1)),
        (16, "asap", date(2007, 4, 1)),
    ]


def test_events_are_linked():
    load_meeting_2007()

    linked = Deadline.objects.exclude(event=None).order_by("action__number", "position")
    assert list(linked.values_list("action__number", "event__slug")) == [
        (11, "stockholm-cop-2007"),
        (13, "stockholm-cop-2007"),
        (13, "cites-cop-2007"),
        (13, "basel-oewg-2007"),
    ]


def test_each_partner_of_the_day_has_one_share():
    load_meeting_2007()

    assert owners(2) == EIGHT


def test_actions_of_each_partner_are_marked_so_that_others_may_join():
    load_meeting_2007()

    marked = AgreedAction.objects.filter(is_for_each_partner=True).order_by("number")
    assert list(marked.values_list("number", flat=True)) == [2, 4, 5, 6, 8]


def test_partner_in_the_lead_has_no_second_share():
    load_meeting_2007()

    assert owners(4, 1) == ["unep"]
    assert owners(4, 1, Part.CONTRIBUTES) == [slug for slug in EIGHT if slug != "unep"]
    assert owners(4, 2) == owners(4, 3) == EIGHT
    assert owners(16) == ["unep", "wco"]
    assert owners(16, 1, Part.CONSULTED) == [slug for slug in EIGHT if slug not in ("unep", "wco")]


def test_share_of_the_drafting_team_falls_to_its_members():
    load_meeting_2007()

    for number in (7, 9, 11):
        shares = ActionShare.objects.filter(deadline__action__number=number, part=Part.LEAD)
        assert sorted(shares.values_list("partner__slug", "via_group__slug", "is_inherited")) == [
            ("brs-secretariat", "gci-guide-drafting-team", True),
            ("cites-secretariat", "gci-guide-drafting-team", True),
            ("unep", "gci-guide-drafting-team", True),
        ]
    assert owners(10) == ["gci-secretariat"]


def test_group_without_members_keeps_its_share():
    load_meeting_2007()

    assert owners(6) == sorted([*EIGHT, "workshop-organisers"])
    assert owners(3, 1, Part.CONSULTED) == ["unep-regional-offices"]


def test_sub_items_are_nested():
    load_meeting_2007()

    items = SubItem.objects.filter(action__number=7)
    assert items.count() == 19
    assert list(items.exclude(parent=None).values_list("number", "parent__number")) == [(13, 12), (14, 12)]


def test_actions_of_2007_carry_no_progress_and_never_remind():
    load_meeting_2007()

    untouched = ActionShare.objects.filter(acceptance=Acceptance.NO_ANSWER, progress=Progress.NOT_STARTED)
    assert untouched.count() == ActionShare.objects.count()
    assert all(d.entered_on > (d.latest or d.review_on) for d in Deadline.objects.all())


def test_due_before_july_2007_finds_exactly_seven_actions():
    meeting = load_meeting_2007()

    found = meeting.actions.due_before(date(2007, 7, 1)).order_by("number")
    assert list(found.values_list("number", flat=True)) == [4, 7, 8, 9, 10, 13, 14]


def test_loading_again_overwrites_nothing():
    meeting = load_meeting_2007()
    load_example_meeting(TODAY)
    with unlocked():
        Meeting.objects.filter(pk=meeting.pk).update(title="Corrected by the secretariat")
    counts = AgreedAction.objects.count(), ActionShare.objects.count()

    load_meeting_2007()
    load_example_meeting(TODAY)

    meeting.refresh_from_db()
    assert meeting.title == "Corrected by the secretariat"
    assert (AgreedAction.objects.count(), ActionShare.objects.count()) == counts


def test_example_meeting_lies_six_weeks_back_with_days_around_today():
    meeting = load_example_meeting(TODAY)

    assert (meeting.starts_on, meeting.ends_on, meeting.is_invented) == (date(2026, 10, 8), date(2026, 10, 9), True)
    first = Deadline.objects.get(action__meeting=meeting, action__number=1)
    assert (first.latest, first.by_when_text) == (date(2026, 10, 31), "by 31 October 2026")
    note = Deadline.objects.get(action__meeting=meeting, action__number=7, position=2)
    assert (note.kind, note.latest, note.by_when_text) == (
        DeadlineKind.MONTH, date(2027, 1, 31), "final note by the end of January 2027",
    )  # fmt: skip


def test_progress_of_the_example_went_through_the_services():
    meeting = load_example_meeting(TODAY)

    shares = ActionShare.objects.filter(deadline__action__meeting=meeting, deadline__action__number=3)
    assert shares.filter(progress=Progress.DONE).count() == 5
    declined = shares.get(acceptance=Acceptance.DECLINED)
    assert declined.decline_reason.startswith("Invented: the course page")
    assert shares.filter(acceptance=Acceptance.NOT_APPLICABLE).count() == 1
    assert AuditEvent.objects.filter(did="reported done").count() == 6
    assert not declined.answered_by.is_active
