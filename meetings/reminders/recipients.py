"""Who hears of what an organisation owes, from which step on, and on which days (design section 5)."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.contrib.auth.models import Permission
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower

from greencustoms.core.choices import DigestRhythm
from greencustoms.core.models import MailAddress, MailHold, User
from partners.choices import MemberRole, Standing
from partners.models import Holiday, Membership
from partners.working_days import AnyWorks, Days, WorkingDays

from . import ladder


@dataclass(frozen=True, slots=True)
class Hearing:
    """From which step on somebody hears of the shares of an organisation, and since when they belong to it."""

    first_step: int
    since: date
    is_own: bool


@dataclass(slots=True)
class Reader:
    """Somebody who is reminded: of whose shares, and on which days."""

    person_id: int
    calendar: Days
    hears: dict[int, Hearing] = field(default_factory=dict)
    # Whoever acts for partners in the secretariat hears of every organisation.
    hears_all: Hearing | None = None

    def hearing_of(self, partner_id: int) -> Hearing | None:
        return self.hears.get(partner_id, self.hears_all)


def may_be_reminded() -> QuerySet[User]:
    """People to whom a reminder may go now: members of an organisation who want them, and nobody holds them back.

    Whether their address takes mail is another question: `at_good_addresses`.
    """
    return wanting().filter(
        ~Exists(MailHold.objects.filter(person=OuterRef("pk"))),
        Exists(Membership.objects.filter(user=OuterRef("pk"))),
    )


def wanting() -> QuerySet[User]:
    """People with an open account who did not choose to get no reminders."""
    return User.objects.filter(is_active=True).exclude(digest_rhythm=DigestRhythm.NONE)


def acts_for_partners(user: str) -> Q:
    """Whether the person in this field may enter what other organisations told them."""
    allowed = Permission.objects.filter(content_type__app_label="meetings", codename="act_for_partners")
    return Q(Exists(allowed.filter(group__user=OuterRef(user))))


def at_good_addresses(people: QuerySet[User]) -> QuerySet[User]:
    refuses = MailAddress.objects.annotate(plain=Lower("address")).filter(
        plain=Lower(OuterRef("email")), suppressed_at__isnull=False
    )
    return people.filter(~Exists(refuses))


def readers_of(people: Iterable[User], *, first_day: date, last_day: date) -> dict[int, Reader]:
    """What these people hear of, and their calendars from the first of these days on. Three statements.

    `last_day` is the last on which something is said; what is announced then is looked at too.
    """
    people = list(people)
    rows = list(
        Membership.objects.filter(user__in=[person.pk for person in people])
        .annotate(acts_for_others=acts_for_partners("user"))
        .values_list(
            "user_id", "partner_id", "role", "since", "partner__standing", "acts_for_others", "partner__days_off"
        )
    )
    calendars = _calendars({row[1]: row[-1] for row in rows}, first_day, last_day + ladder.FURTHEST_AHEAD)
    others = _with_staff_reached({row[1] for row in rows if row[2] == MemberRole.FOCAL})
    found: dict[int, Reader] = {}
    partners: dict[int, list[int]] = defaultdict(list)
    for person_id, partner_id, *_rest in rows:
        partners[person_id].append(partner_id)
    for person in people:
        own = tuple(dict.fromkeys(calendars[key] for key in sorted(partners[person.pk])))
        found[person.pk] = Reader(person.pk, AnyWorks(own or (WorkingDays(),), person.time_zone))
    for person_id, partner_id, role, since, standing, acts_for_others, _days_off in rows:
        reader = found[person_id]
        first = ladder.first_step(is_focal=role == MemberRole.FOCAL, are_others_reached=partner_id in others)
        reader.hears[partner_id] = Hearing(first, since.date(), is_own=True)
        if standing == Standing.SECRETARIAT and acts_for_others:
            first = ladder.first_step(is_focal=False, are_others_reached=True, is_secretariat=True)
            reader.hears_all = Hearing(first, since.date(), is_own=False)
    return found


def _calendars(days_off: dict[int, str], first_day: date, last_day: date) -> dict[int, WorkingDays]:
    holidays: dict[int, list[tuple[date, date]]] = defaultdict(list)
    rows = Holiday.objects.filter(partner__in=days_off, last_day__gte=first_day, first_day__lte=last_day)
    for partner_id, first, last in rows.order_by("first_day", "pk").values_list("partner_id", "first_day", "last_day"):
        holidays[partner_id].append((first, last))
    return {key: WorkingDays.of(weekly, holidays[key]) for key, weekly in days_off.items()}


def _with_staff_reached(partner_ids: set[int]) -> set[int]:
    """Organisations of which somebody else than a focal point can be reached."""
    staff = Membership.objects.filter(
        role=MemberRole.STAFF, partner__in=partner_ids, user__in=at_good_addresses(may_be_reminded())
    )
    return set(staff.order_by().values_list("partner_id", flat=True).distinct())
