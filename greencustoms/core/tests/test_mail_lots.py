"""Before a mail is handed over: is it still right?"""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import OperationalError

from greencustoms.core import mail
from greencustoms.core.choices import DigestRhythm, MailState, MailStream
from greencustoms.core.mail import lots
from greencustoms.core.models import Heartbeat, MailAddress, MailHold, OutboundMail
from greencustoms.core.tick import tick

from .factories import UserFactory
from .mail_server import put, put_digest, states

pytestmark = pytest.mark.django_db

DAY = date(2027, 5, 3)
NOON = datetime(2027, 5, 3, 12, tzinfo=UTC)


def put_work(name, person, **changes):
    return put(name, stream=MailStream.WORK, recipient=person, to_address=person.email, **changes)


def test_digest_goes_out_on_its_own_day(server):
    put_digest(UserFactory(), DAY)

    assert mail.send_due(NOON) == 1


@pytest.mark.parametrize(
    ("zone", "moment", "state"),
    [
        ("UTC", datetime(2027, 5, 4, 0, 0, tzinfo=UTC), MailState.CANCELLED),
        ("UTC", datetime(2027, 5, 3, 23, 59, tzinfo=UTC), MailState.SENT),
        ("Asia/Tokyo", datetime(2027, 5, 3, 15, 0, tzinfo=UTC), MailState.CANCELLED),
        ("America/Los_Angeles", datetime(2027, 5, 4, 6, 59, tzinfo=UTC), MailState.SENT),
        ("America/Los_Angeles", datetime(2027, 5, 3, 6, 59, tzinfo=UTC), MailState.DEFERRED),
        ("Nowhere/Known", datetime(2027, 5, 3, 12, 0, tzinfo=UTC), MailState.SENT),
    ],
)
def test_digest_follows_the_clock_of_its_reader(zone, moment, state, server):
    row = put_digest(UserFactory(time_zone=zone), DAY)

    mail.send_due(moment)

    row.refresh_from_db()
    assert (row.state, row.attempts) == (state, 0)


def test_day_that_ends_while_the_lot_is_sent_sends_no_more(server, monkeypatch):
    late = datetime(2027, 5, 3, 23, 59, 59, tzinfo=UTC)
    put_digest(UserFactory(), DAY)
    monkeypatch.setattr(lots, "is_overtaken", lambda row, now: False)  # it was right when the lot was looked at

    mail.send_due(late + timedelta(seconds=2))

    assert (list(states().values()), server.received) == ([MailState.CANCELLED], [])


def test_digests_whose_day_is_over_are_cancelled_before_new_ones_are_planned(server):
    over = put_digest(
        UserFactory(), DAY - timedelta(days=1), state=MailState.DEFERRED, next_at=NOON + timedelta(days=1)
    )
    still = put_digest(UserFactory(time_zone="Pacific/Honolulu"), DAY - timedelta(days=1))
    sent = put_digest(UserFactory(), DAY - timedelta(days=1), state=MailState.SENT, sent_at=NOON)
    today = put_digest(UserFactory(time_zone="Pacific/Kiritimati"), DAY)

    assert mail.cancel_overtaken(NOON - timedelta(hours=3)) == 1

    assert states() == {
        over.key: MailState.CANCELLED,
        still.key: MailState.PENDING,
        sent.key: MailState.SENT,
        today.key: MailState.PENDING,
    }
    over.refresh_from_db()
    assert over.last_error.startswith("overtaken")


def test_digest_held_past_its_day_is_cancelled_so_that_its_lines_are_said():
    held = put_digest(UserFactory(), DAY - timedelta(days=1), state=MailState.HELD)
    of_today = put_digest(UserFactory(), DAY, state=MailState.HELD)

    assert mail.cancel_overtaken(NOON) == 1

    assert states() == {held.key: MailState.CANCELLED, of_today.key: MailState.HELD}


def test_what_is_asked_goes_to_the_address_of_that_moment(server):
    person = UserFactory(email="old@office.example")
    put_work("asked", person)
    put("account", recipient=person)
    MailAddress.objects.create(address="old@office.example", suppressed_at=NOON)
    person.email = "new@office.example"
    person.save()

    mail.send_due(NOON)

    assert sorted(server.addresses) == ["account@office.example", "new@office.example"]
    assert OutboundMail.objects.get(key="asked").to_address == "new@office.example"


# --- What was perhaps taken before stays "perhaps" ---


def perhaps(person, **changes):
    """A last chance that waits to be handed over once more."""
    return put_digest(person, DAY, is_last_chance=True, times_sent_again=1, **changes)


@pytest.mark.parametrize("why", ["closed", "never", "overtaken", "overtaken in time", "refusing", "room", "by hand"])
def test_mail_that_was_perhaps_taken_never_ends_as_not_sent(why, server):
    person = UserFactory()
    row = perhaps(person)
    moment = NOON
    if why == "closed":
        person.is_active = False
    elif why == "never":
        person.digest_rhythm = DigestRhythm.NONE
    elif why.startswith("overtaken"):
        moment += timedelta(days=1)
    elif why == "refusing":
        MailAddress.objects.create(address=person.email, suppressed_at=NOON)
    elif why == "room":
        mail.before_sending(MailStream.DIGEST)(lambda rows, now: {rows[0].pk: mail.Cancelled(mail.Reason.NOTHING_LEFT)})
    person.save()

    if why == "overtaken in time":
        mail.cancel_overtaken(moment)
    elif why == "by hand":
        mail.cancel(OutboundMail.objects.all(), mail.Reason.NOT_ASKED)
    else:
        mail.send_due(moment)

    row.refresh_from_db()
    assert (row.state, bool(mail.Reason(row.last_error)), row.claimed_by) == (MailState.UNKNOWN, True, "")
    assert server.received == []


def test_mail_that_was_perhaps_taken_and_is_refused_stays_perhaps(server):
    person = UserFactory()
    row = perhaps(person)
    server.faults["rcpt", person.email] = "550 5.1.1 user unknown"

    mail.send_due(NOON)

    row.refresh_from_db()
    assert (row.state, row.last_error) == (MailState.UNKNOWN, "550 5.1.1 user unknown")


@pytest.mark.parametrize("stream", [MailStream.DIGEST, MailStream.WORK])
def test_closed_account_gets_neither_reminders_nor_questions(stream, server):
    person = UserFactory(is_active=False)
    row = put_digest(person, DAY, stream=stream)

    mail.send_due(NOON)

    row.refresh_from_db()
    assert (row.state, row.last_error) == (MailState.CANCELLED, mail.Reason.CLOSED_ACCOUNT)


def test_whoever_ended_reminders_gets_what_is_asked_of_them_only(server):
    person = UserFactory(digest_rhythm=DigestRhythm.NONE)
    digest = put_digest(person, DAY)
    work = put_work("asked", person)

    mail.send_due(NOON)

    assert states() == {digest.key: MailState.CANCELLED, work.key: MailState.SENT}


def test_reminders_held_back_after_they_were_planned_wait(server):
    person = UserFactory()
    digest = put_digest(person, DAY)
    work = put_work("asked", person)
    MailHold.objects.create(person=person, reason="On leave", held_by=UserFactory())

    mail.send_due(NOON)

    assert states() == {digest.key: MailState.HELD, work.key: MailState.SENT}


def test_address_that_refuses_mail_gets_none(server, now):
    MailAddress.objects.create(address="one@office.example", suppressed_at=now)
    put("one", to_address="One@Office.example")
    put("two")

    mail.send_due(now)

    assert states() == {"one": MailState.SUPPRESSED, "two": MailState.SENT}
    assert server.addresses == ["two@office.example"]


# --- What rooms say ---


def test_room_looks_at_the_whole_lot_of_its_stream_and_is_obeyed(server, now):
    seen = []
    words = mail.Rendered("New\nsubject", "New text", "<p>New</p>")

    @mail.before_sending(MailStream.WORK)
    def look(rows, moment):
        seen.append(([row.key for row in rows], moment))
        by_key = {row.key: row.pk for row in rows}
        return {
            by_key["changed"]: mail.Changed(words, is_last_chance=True, content_key="new"),
            by_key["wrong"]: mail.Cancelled("moved"),
        }

    person = UserFactory()
    for name in ("changed", "wrong", "right"):
        put_work(name, person)
    put("account")

    mail.send_due(now)

    assert [keys for keys, _moment in seen] == [["changed", "wrong", "right"]]
    assert now <= seen[0][1] < now + timedelta(seconds=30)
    sent = MailState.SENT
    assert states() == {"changed": sent, "wrong": MailState.CANCELLED, "right": sent, "account": sent}
    row = OutboundMail.objects.get(key="changed")
    assert (row.subject, row.body_text, row.is_last_chance, row.content_key) == ("New subject", "New text", True, "new")
    assert OutboundMail.objects.get(key="wrong").last_error == "moved"
    subjects = {message["Message-ID"]: message["Subject"] for _address, message in server.received}
    assert subjects[row.message_id] == "New subject"


def test_several_rooms_may_look_and_the_first_no_counts(server, now):
    asked = []

    @mail.before_sending(MailStream.WORK)
    def first(rows, moment):
        return {rows[0].pk: mail.Cancelled("first")}

    @mail.before_sending(MailStream.WORK)
    def second(rows, moment):
        asked.append([row.key for row in rows])
        return {}

    person = UserFactory()
    put_work("one", person)
    put_work("two", person)

    mail.send_due(now)

    assert asked == [["two"]]


def test_room_that_cannot_look_lets_its_mails_rest_and_the_others_leave(server, now):
    @mail.before_sending(MailStream.WORK)
    def broken(rows, moment):
        raise ZeroDivisionError("mistake")

    work = put_work("work", UserFactory())
    put("account")

    tick(now)

    work.refresh_from_db()
    assert states() == {"work": MailState.DEFERRED, "account": MailState.SENT}
    assert (work.attempts, work.next_at > now, work.last_error) == (0, True, mail.Reason.NOT_LOOKED_AT)
    row = Heartbeat.objects.get(name="send mail")
    assert (row.at, row.failed_at) == (None, now)
    assert "mistake" in row.error


def test_database_that_is_away_is_no_mistake_of_the_room(server, now):
    @mail.before_sending(MailStream.WORK)
    def away(rows, moment):
        raise OperationalError("the database is away")

    put_work("work", UserFactory())

    with pytest.raises(OperationalError):
        mail.send_due(now)

    row = OutboundMail.objects.get()
    assert (row.state, row.claimed_by, row.attempts, server.received) == (MailState.PENDING, "", 0, [])


def test_lot_is_looked_at_with_a_few_statements(server, now, django_assert_num_queries):
    person = UserFactory()
    for number in range(4):
        put_digest(UserFactory(), DAY)
        put_work(f"work{number}", person)
    rows = list(OutboundMail.objects.select_related("recipient__mail_hold"))

    with django_assert_num_queries(1):
        assert len(lots.still_right(rows, NOON)[0]) == 8


# --- Changes that make a mail wrong ---


@pytest.fixture
def while_handing_over(monkeypatch):
    """Does something between the announcing of a mail and its text."""

    def arrange(work):
        from greencustoms.core.mail import sender

        announce = sender.Postman.announce

        def and_then(postman, letter):
            announce(postman, letter)
            work()

        monkeypatch.setattr(sender.Postman, "announce", and_then)

    return arrange


def test_change_in_the_last_moment_takes_the_mail_from_the_sender(server, now, while_handing_over):
    put("one")
    while_handing_over(lambda: mail.look_again(OutboundMail.objects.all()))

    assert mail.send_due(now) == 0

    row = OutboundMail.objects.get()
    assert (row.state, row.claimed_by, row.lease_until) == (MailState.PENDING, "", None)
    assert server.received == []


def test_cancelled_in_the_last_moment_does_not_leave(server, now, while_handing_over):
    put("one")
    while_handing_over(lambda: mail.cancel(OutboundMail.objects.all(), "moved"))

    assert mail.send_due(now) == 0

    assert (states(), server.received) == ({"one": MailState.CANCELLED}, [])


def test_only_what_waits_is_looked_at_again_or_cancelled(server, now):
    waiting = (MailState.PENDING, MailState.DEFERRED, MailState.HELD, MailState.CLAIMED)
    for state in MailState:
        put(state.value, state=state, sent_at=now)

    assert mail.look_again(OutboundMail.objects.all()) == len(waiting)
    assert dict(OutboundMail.objects.exclude(version=0).values_list("key", "state")) == {
        "pending": "pending",
        "deferred": "deferred",
        "held": "held",
        "claimed": "pending",
    }
    assert mail.cancel(OutboundMail.objects.all(), "moved") == len(waiting)
    assert OutboundMail.objects.filter(state=MailState.CANCELLED, last_error="moved").count() == len(waiting)


def test_mails_found_through_other_rows_can_be_cancelled(server):
    person = UserFactory(name="Office of letters")
    put_work("one", person)
    put_work("two", UserFactory())

    assert mail.cancel(OutboundMail.objects.filter(recipient__name="Office of letters").distinct(), "moved") == 1
    assert states() == {"one": MailState.CANCELLED, "two": MailState.PENDING}
