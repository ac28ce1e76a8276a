"""Who hears of what an organisation owes, and how often."""

from datetime import timedelta

import pytest

from greencustoms import roles
from greencustoms.core import mail
from greencustoms.core.choices import DigestRhythm, MailState, Weekday
from greencustoms.core.models import MailAddress, MailHold, OutboundMail
from greencustoms.core.tests.factories import UserFactory
from meetings.reminders import ladder
from meetings.reminders.planner import plan_reminders
from meetings.tests.reminding import FRIDAY, NOON, at, days, member_of, named_in, owed_share, planned
from partners.tests.factories import PartnerFactory

pytestmark = pytest.mark.django_db

MONDAY = days(3)


@pytest.fixture
def member():
    return member_of()


def written_to(moment):
    """Whom a planner writes to that knows nothing of what was written before."""
    OutboundMail.objects.all().delete()
    return {row.recipient for row in planned(moment)}


def test_focal_point_joins_at_14_days_and_secretariat_at_28(member):
    focal = member_of(member.partner, focal=True).user
    secretariat = member_of(PartnerFactory(secretariat=True), user__roles=[roles.SECRETARIAT]).user
    latest = owed_share(member, days(-13)).deadline.latest

    assert written_to(NOON) == {member.user}
    assert written_to(at(latest + timedelta(days=16))) == {member.user, focal}
    assert written_to(at(latest + timedelta(days=30))) == {member.user, focal, secretariat}


def test_focal_point_without_staff_hears_from_the_first_step():
    focal = member_of(focal=True)
    owed_share(focal, days(7))

    assert written_to(NOON) == {focal.user}


@pytest.mark.parametrize(
    ("facts", "hears"),
    [
        ({}, False),
        ({"is_active": False}, True),
        ({"digest_rhythm": DigestRhythm.NONE}, True),
        ({"digest_rhythm": DigestRhythm.WEEKLY}, False),
        ({"email": "refused@office.example"}, True),
    ],
)
def test_focal_point_hears_from_the_first_step_where_no_staff_can_be_reached(facts, hears, member):
    MailAddress.objects.create(address="Refused@office.example", suppressed_at=NOON)
    focal = member_of(member.partner, focal=True).user
    owed_share(member, days(7))
    type(member.user).objects.filter(pk=member.user.pk).update(**facts)

    assert (focal in written_to(NOON)) is hears


def test_focal_point_hears_from_the_first_step_while_the_staff_is_held_back(member):
    focal = member_of(member.partner, focal=True).user
    owed_share(member, days(7))
    MailHold.objects.create(person=member.user, held_by=UserFactory(), reason="On leave.")

    assert written_to(NOON) == {focal}


@pytest.mark.parametrize("role", [None, roles.SECRETARIAT_READER])
def test_who_may_not_act_for_partners_hears_of_no_other_organisation(role, member):
    """Such as an intern of the secretariat: the form to which the line leads would not open."""
    of_secretariat = member_of(PartnerFactory(secretariat=True), user__roles=[role] if role else [])
    own = owed_share(of_secretariat, days(-2))
    other = owed_share(member, days(-28))

    mails = {row.recipient: row.body_text for row in planned(NOON)}

    assert set(mails) == {member.user, of_secretariat.user}
    assert named_in(mails[of_secretariat.user], [own, other]) == [own]


def test_two_focal_points_without_staff_both_hear():
    partner = PartnerFactory()
    focal_points = {member_of(partner, focal=True), member_of(partner, focal=True)}
    owed_share(next(iter(focal_points)), days(7))

    assert written_to(NOON) == {row.user for row in focal_points}


def test_person_without_organisation_hears_nothing(member):
    owed_share(member, days(-2))
    member.delete()

    assert written_to(NOON) == set()


@pytest.mark.parametrize(
    "stop",
    [
        lambda user: type(user).objects.filter(pk=user.pk).update(is_active=False),
        lambda user: type(user).objects.filter(pk=user.pk).update(digest_rhythm=DigestRhythm.NONE),
        lambda user: mail.keeping.hold_reminders(person=user, by=UserFactory(), reason="On leave."),
        lambda user: MailAddress.objects.create(address=user.email.upper(), suppressed_at=NOON),
    ],
)
def test_nothing_is_lost_while_somebody_is_not_reminded(stop, member):
    """The day of whoever cannot be reminded is not claimed: once they can, they hear on the same day."""
    owed_share(member, days(-2))
    stop(member.user)
    assert planned(NOON) == []

    member.user.refresh_from_db()
    type(member.user).objects.filter(pk=member.user.pk).update(is_active=True, digest_rhythm=DigestRhythm.DAILY)
    MailAddress.objects.all().delete()
    if hasattr(member.user, "mail_hold"):
        mail.keeping.let_reminders_go(person=member.user, by=UserFactory())

    assert len(planned(NOON + timedelta(hours=1))) == 1


# --- Once a week ---


@pytest.fixture
def weekly(member):
    """Somebody who hears once a week, from Wednesday on."""
    type(member.user).objects.filter(pk=member.user.pk).update(
        digest_rhythm=DigestRhythm.WEEKLY, digest_weekday=Weekday.WEDNESDAY
    )
    return member


def test_once_a_week_means_from_that_day_on_until_something_was_said(weekly):
    owed_share(weekly, days(8))
    owed_share(weekly, days(10))
    owed_share(weekly, days(12))

    told_on = [day for day in range(-20, 16) if planned(at(days(day)))]

    assert [f"{days(day):%a %d}" for day in told_on] == ["Mon 02", "Mon 23", "Wed 25", "Wed 02"]
    weeks = [ladder.week_begins_on(weekday=Weekday.WEDNESDAY, today=days(day)) for day in told_on]
    assert len(set(weeks)) == len(weeks)


def test_once_a_week_one_mail_holds_what_fired_since(weekly):
    owed_share(weekly, days(0))
    owed_share(weekly, days(1))
    wednesday = at(days(-2))
    assert len(planned(wednesday)) == 1

    assert [planned(at(days(number))) for number in range(-1, 5)] == [[]] * 6
    [mail_of_next_week] = planned(at(days(5)))
    assert mail_of_next_week.body_text.count("/my/shares/") == 2


def test_mail_that_failed_does_not_count_as_the_one_of_the_week(weekly):
    owed_share(weekly, days(-2))
    planned(at(days(-2)))
    OutboundMail.objects.update(state=MailState.FAILED)

    assert len(planned(at(days(-1)))) == 1


def test_rhythm_can_be_changed_back(weekly):
    owed_share(weekly, days(0))
    planned(at(days(-2)))
    type(weekly.user).objects.filter(pk=weekly.user.pk).update(digest_rhythm=DigestRhythm.DAILY)

    assert plan_reminders(at(FRIDAY)) == 1
