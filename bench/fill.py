"""Fills an empty, migrated database with as many rows as a measurement asks for."""

import datetime
import sys

import django

django.setup()

from django.db import transaction  # noqa: E402

from greencustoms import search_index  # noqa: E402
from greencustoms.core.models import User  # noqa: E402
from guide.models import ControlledGood  # noqa: E402
from meetings.models import ActionShare, AgreedAction, Deadline, Meeting, MeetingSession, unlocked  # noqa: E402
from partners.models import Agreement, Membership, Partner  # noqa: E402
from training.models import Course, CourseAudience, CourseLanguage, Platform  # noqa: E402

WORDS = [
    "permit", "cargo", "border", "seizure", "refrigerant", "ivory", "timber",
    "waste", "notification", "consent", "mercury", "pesticide", "container", "declaration",
    "laboratory", "customs", "training", "regional", "workshop", "circular",
]  # fmt: skip
FIRST_DAY = datetime.date(2020, 1, 6)
MOMENT = datetime.datetime(2026, 1, 5, 12, tzinfo=datetime.UTC)
ACTIONS_A_MEETING, SHARES_AN_ACTION = 20, 5


# One row in twenty holds it: performance is agreed for a search that 5 % of the rows match.
RARE, RARE_EVERY = "halocarbon", 20


def words(number: int, count: int = 6) -> str:
    found = [WORDS[(number * 7 + i * 3 + number // 20) % len(WORDS)] for i in range(count)]
    return " ".join([*found, RARE] if number % RARE_EVERY == 0 else found)


@transaction.atomic
def fill(rows: int) -> None:
    agreements = list(Agreement.objects.all())
    partners = list(Partner.objects.partners())
    _courses(rows, agreements, partners)
    _goods(rows, agreements)
    member = User.objects.create_user("bench@office.example", "bench bench bench bench", name="Bench")
    _actions(rows, partners, member)
    Membership.objects.create(user=member, partner=partners[0])


def _courses(rows, agreements, partners):
    platform = Platform.objects.first() or Platform.objects.create(
        slug="bench", name="Bench", provider=partners[0], url="https://example.org/"
    )
    courses = Course.objects.bulk_create(
        [
            Course(
                slug=f"bench-{n}", title=f"Course {n} on {words(n)}", provider=partners[n % len(partners)],
                platform=platform, url=f"https://example.org/{n}", access=["open", "registration", "customs"][n % 3],
                certificate=["yes", "no", "unknown"][n % 3], duration_hours=n % 12 or None,
            )
            for n in range(rows)
        ],
        batch_size=2_000,
    )  # fmt: skip
    Course.agreements.through.objects.bulk_create(
        [Course.agreements.through(course=c, agreement=agreements[n % 8]) for n, c in enumerate(courses)],
        batch_size=2_000,
    )
    CourseAudience.objects.bulk_create(
        [CourseAudience(course=c, audience="customs-officers") for c in courses], batch_size=2_000
    )
    CourseLanguage.objects.bulk_create(
        [CourseLanguage(course=c, code=["en", "fr", "es", "ar"][n % 4]) for n, c in enumerate(courses)],
        batch_size=2_000,
    )


def _goods(rows, agreements):
    ControlledGood.objects.bulk_create(
        [
            ControlledGood(
                hs_code=f"{n % 97 + 1:02d}{n // 97 % 100:02d}{n // 9_700 % 100:02d}", hs_edition=2022,
                description=f"Goods {n}: {words(n)}", agreement=agreements[n % 8], annex_list=f"Annex {n % 5}",
                substance=f"Substance {n}",
            )
            for n in range(rows)
        ],
        batch_size=2_000,
    )  # fmt: skip


@unlocked()
def _actions(rows, partners, by):
    count = -(-rows // ACTIONS_A_MEETING)
    meetings = Meeting.objects.bulk_create(
        [
            Meeting(
                code=f"bench-{n}", title=f"Meeting {n}", starts_on=FIRST_DAY + datetime.timedelta(days=n),
                ends_on=FIRST_DAY + datetime.timedelta(days=n), state="final", visibility="public",
            )
            for n in range(count)
        ]
    )  # fmt: skip
    sessions = MeetingSession.objects.bulk_create(
        [MeetingSession(meeting=m, number=1, title="Session") for m in meetings]
    )
    actions = AgreedAction.objects.bulk_create(
        [
            AgreedAction(
                meeting=meetings[n // ACTIONS_A_MEETING], session=sessions[n // ACTIONS_A_MEETING],
                number=n % ACTIONS_A_MEETING + 1, title=f"Action {n} on {words(n, 3)}", text=words(n, 25),
            )
            for n in range(rows)
        ],
        batch_size=2_000,
    )  # fmt: skip
    stages = Deadline.objects.bulk_create(
        [
            Deadline(
                action=action, position=position, label=f"Stage {position}" if stage_count(n) > 1 else "",
                kind="day", by_when_text="by the day", entered_on=FIRST_DAY,
                earliest=due_on(n, position), latest=due_on(n, position),
            )
            for n, action in enumerate(actions)
            for position in range(1, stage_count(n) + 1)
        ],
        batch_size=2_000,
    )  # fmt: skip
    of_action: dict[int, list[Deadline]] = {}
    for stage in stages:
        of_action.setdefault(stage.action_id, []).append(stage)
    ActionShare.objects.bulk_create(
        [
            ActionShare(
                deadline=mine[i % len(mine)], partner=partners[(n + i) % len(partners)],
                part="contributes" if i == SHARES_AN_ACTION - 1 else "lead", **standing(n, i, by),
            )
            for n, mine in enumerate(of_action[action.pk] for action in actions)
            for i in range(SHARES_AN_ACTION)
        ],
        batch_size=2_000,
    )  # fmt: skip


def stage_count(number: int) -> int:
    """One action in ten has three stages, another one two."""
    return {0: 3, 5: 2}.get(number % 10, 1)


def due_on(number: int, position: int) -> datetime.date:
    return FIRST_DAY + datetime.timedelta(days=number // 8 + 30 * (position - 1))


def standing(number: int, share: int, by: User) -> dict:
    """Where a share stands: one action in ten is done by all, half of these are confirmed, the others are mixed.

    A thousand actions then fill a page with those reported as done, so that growth compares pages of fifty rows.
    """
    answered = {"acceptance": "accepted", "answered_at": MOMENT, "answered_by": by}
    done = {**answered, "progress": "done", "what_was_done": "All of it.", "reported_at": MOMENT, "reported_by": by}
    if number % 10 == 0:
        return {**done, "confirmed_at": MOMENT, "confirmed_by": by} if number % 20 == 0 else done
    mixed: list[dict] = [
        {}, {}, {}, {}, {}, answered, answered, {**answered, "progress": "in_progress"}, done,
        {**answered, "acceptance": "declined", "decline_reason": "No staff for it."},
    ]  # fmt: skip
    return mixed[(number * 3 + share * 7 + number // 10) % len(mixed)]


if __name__ == "__main__":
    fill(int(sys.argv[1]))
    search_index.rebuild()
