"""A simulated year of reminders: 50 actions, 30 people, and whatever happens to them, drawn at random.

What a digest may say is worked out anew by plain loops over plain rows (`reminders_oracle`).
The short run draws some months twice; FULL=1 draws many whole years.
"""

import os
import re
from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from greencustoms import roles
from greencustoms.core import mail
from greencustoms.core.choices import MailStream
from greencustoms.core.mail.postman import MaybeTaken, Postman, Refused
from greencustoms.core.models import MailAddress, MailHold, OutboundMail, User
from meetings.models import ActionShare, AgreedAction, Deadline, unlocked
from meetings.reminders import ledger
from meetings.reminders.planner import plan_reminders
from meetings.services import actions, shares
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory, MeetingFactory
from meetings.tests.reminders_oracle import Oracle
from partners.choices import DaysOff
from partners.models import Event, Holiday, Membership
from partners.services import people, texts
from partners.tests.factories import EventFactory, PartnerFactory

FIRST_DAY = date(2027, 1, 4)
LAST_DAY = FIRST_DAY + timedelta(days=365)
# By this hour everybody's day has begun, and in Samoa the next one.
HOUR = time(18, 45)
ZONES = ("UTC", "Europe/Brussels", "Africa/Nairobi", "Asia/Dubai", "Pacific/Apia", "America/New_York")
PEOPLE, ACTIONS = 30, 50
SHARE = re.compile(r"/my/shares/(\d+)/report/")
ACTION = re.compile(r"/meetings/[\w-]+/actions/(\d+)/")
IS_FULL = bool(os.environ.get("FULL"))


class Year(RuleBasedStateMachine):
    """Each rule lets something happen, now and then while a sender is at work."""

    def __init__(self):
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.travel = time_machine.travel(datetime.combine(FIRST_DAY, time(0), UTC), tick=False)
        self.clock = self.travel.start()
        self.day = FIRST_DAY
        # What was told: by person, deadline and due day, on which local days. By person and local day: which mails.
        self.told = defaultdict(set)
        self.digests = defaultdict(set)
        self.attended = {}
        self.seen = None
        self.while_sending = []
        self.trouble = []
        self.patched = pytest.MonkeyPatch()
        self.patched.setattr(Postman, "announce", lambda postman, letter: self._announce())
        self.patched.setattr(Postman, "hand_over", lambda postman, letter: self._hand_over(letter))
        self._people_and_actions()

    def teardown(self):
        """The rest of the year, or a week, in peace."""
        try:
            self.trouble, self.while_sending = [], []
            until = LAST_DAY if IS_FULL else self.day + timedelta(days=7)
            while self.day < until:
                self._one_day(plans=True, sends=True)
            assert self.told
        finally:
            self.patched.undo()
            self.travel.stop()
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)

    def _people_and_actions(self):
        self.secretariat = PartnerFactory(secretariat=True)
        free = [*DaysOff.values, DaysOff.SATURDAY_SUNDAY, DaysOff.FRIDAY_SATURDAY]
        self.organisations = [PartnerFactory(days_off=days) for days in free]
        everyone = [*self.organisations, self.secretariat]
        for number in range(PEOPLE):
            user = User(
                email=f"reader{number}@office.example", name=f"Reader {number}", time_zone=ZONES[number % len(ZONES)],
                digest_rhythm="weekly" if number % 7 == 5 else "daily", digest_weekday=number % 7,
            )  # fmt: skip
            user.save()
            partner = everyone[number % len(everyone)]
            if partner == self.secretariat:
                roles.give(user, roles.SECRETARIAT)
            # Of each organisation one in three is a focal point, and the last has nobody else.
            role = "focal" if number % 3 == 0 or partner == self.organisations[-1] else "staff"
            Membership.objects.create(user=user, partner=partner, role=role, since=datetime(2020, 1, 1, tzinfo=UTC))
            if number % 5 == 0:
                other = everyone[(number + 3) % len(everyone)]
                Membership.objects.create(user=user, partner=other, since=datetime(2020, 1, 1, tzinfo=UTC))
        self.readers = list(User.objects.order_by("pk"))
        self.desk = User.objects.create(email="desk@gci.example", name="Desk")
        roles.give(self.desk, roles.SECRETARIAT)
        self.desk = User.objects.get(pk=self.desk.pk)
        for number, partner in enumerate(self.organisations):
            first = FIRST_DAY + timedelta(days=40 * number + 10)
            Holiday.objects.create(
                partner=partner, first_day=first, last_day=first + timedelta(days=number), name="Feast"
            )
        self.events = [EventFactory(starts_on=day, ends_on=day) for day in map(self._later, (30, 100, 200))]
        meeting = MeetingFactory()
        for number in range(ACTIONS):
            action = AgreedActionFactory(
                meeting=meeting,
                number=number + 1,
                session__number=number + 1,
                completion_rule=("all", "any", "lead")[number % 3],
            )
            stage = DeadlineFactory(action=action, **self._stage(number))
            for place in range(1 + number % 3):
                owner = self.organisations[(number + place) % len(self.organisations)]
                part = "contributes" if number % 7 == 3 and place == 1 else "lead"
                ActionShareFactory(deadline=stage, partner=self.secretariat if number == 9 else owner, part=part)
                if number == 9:
                    break
        self.actions = list(AgreedAction.objects.order_by("pk"))

    def _stage(self, number):
        if number % 10 == 1:
            return {"kind": "asap", "latest": None, "review_on": self._later(number)}
        if number % 10 == 2:
            return {"kind": "ongoing", "latest": None, "review_on": self._later(number)}
        if number % 10 == 3:
            event = self.events[number % 3]
            return {"kind": "event", "latest": event.ends_on, "event": event, "by_when_text": "during the conference"}
        return {"latest": self._later(number * 7 - 20)}

    def _later(self, number):
        return FIRST_DAY + timedelta(days=number)

    # --- What happens ---

    @rule(days=st.integers(1, 10), how=st.sampled_from(["well", "down", "nothing leaves"]))
    def time_goes_by(self, days, how):
        for _day in range(days):
            self._one_day(plans=how != "down", sends=how == "well")

    @rule(kind=st.sampled_from(["maybe", "refused", "later"]), every=st.integers(1, 3))
    def mail_server_has_a_bad_day(self, kind, every):
        """Then a good one, on which what was not said is said."""
        self.trouble = [kind if place % every == 0 else "" for place in range(60)]
        self._one_day(plans=True, sends=True)
        self.trouble = []
        self._one_day(plans=True, sends=True)

    @rule(data=st.data(), is_while_sending=st.booleans())
    def somebody_answers(self, data, is_while_sending):
        pk = data.draw(st.sampled_from([row.pk for row in ActionShare.objects.order_by("pk")]))
        did = data.draw(st.sampled_from(["accept", "done", "done", "decline", "send_back", "take_back"]))
        self._let_happen(lambda: self._answer(pk, did), is_while_sending)

    @rule(data=st.data(), is_while_sending=st.booleans())
    def secretariat_decides(self, data, is_while_sending):
        pk = data.draw(st.sampled_from([row.pk for row in self.actions]))
        self._let_happen(lambda: self._decide(pk), is_while_sending)

    @rule(number=st.integers(0, 2), days=st.integers(-60, 90), is_while_sending=st.booleans())
    def event_moves(self, number, days, is_while_sending):
        self._let_happen(lambda: self._move_event(number, days), is_while_sending)

    @rule(data=st.data(), days=st.integers(-40, 60), is_while_sending=st.booleans())
    def deadline_moves(self, data, days, is_while_sending):
        """As a new version of the report does it."""
        dated = Deadline.objects.exclude(latest=None).filter(event=None).order_by("pk")
        pk = data.draw(st.sampled_from([row.pk for row in dated]))
        self._let_happen(lambda: self._move_deadline(pk, days), is_while_sending)

    @rule(
        number=st.integers(0, PEOPLE - 1),
        facts=st.sampled_from([{"is_active": False}, {"is_active": True}, {"digest_rhythm": "none"},
                               {"digest_rhythm": "weekly"}, {"digest_rhythm": "daily"}]),
        is_while_sending=st.booleans(),
    )  # fmt: skip
    def person_changes(self, number, facts, is_while_sending):
        self._let_happen(lambda: self._change_person(number, facts), is_while_sending)

    @rule(number=st.integers(0, PEOPLE - 1))
    def reminders_to_somebody_are_held_or_let_go(self, number):
        person = User.objects.get(pk=self.readers[number].pk)
        if MailHold.objects.filter(person=person).exists():
            mail.keeping.let_reminders_go(person=person, by=self.desk, now=self.now)
        else:
            mail.keeping.hold_reminders(person=person, by=self.desk, reason="On leave.")

    @rule(number=st.integers(0, PEOPLE - 1), to=st.integers(0, 6), is_while_sending=st.booleans())
    def person_joins_or_leaves(self, number, to, is_while_sending):
        self._let_happen(lambda: self._join_or_leave(number, to), is_while_sending)

    @rule()
    def addresses_take_mail_again(self):
        MailAddress.objects.all().delete()

    # --- How it is done ---

    @property
    def now(self):
        return datetime.combine(self.day, HOUR, UTC)

    def _let_happen(self, change, is_while_sending):
        """At once, or while the next mail is being sent; and then a day or two go by."""
        if is_while_sending:
            self.while_sending.append(change)
        else:
            change()
        for _day in range(2):
            self._one_day(plans=True, sends=True)

    def _answer(self, pk, did):
        share = ActionShare.objects.select_related("deadline__action__meeting").get(pk=pk)
        staff = User.objects.filter(memberships__partner=share.partner_id).first()
        facts = {"share": share, "version": share.version, "now": self.now}
        try:
            if did == "accept":
                shares.accept_share(by=staff, **facts)
            elif did == "done":
                shares.report_done(by=staff, what_was_done="It was done.", **facts)
            elif did == "decline":
                shares.decline_share(by=staff, reason="Not ours.", **facts)
            elif did == "take_back":
                shares.take_back_report(by=staff, **facts)
            else:
                shares.send_back_share(by=self.desk, reason="Where can it be seen?", **facts)
        except (ValidationError, PermissionDenied):
            pass  # it does not stand as the act needs it, or nobody may do it

    def _decide(self, pk):
        action = AgreedAction.objects.get(pk=pk)
        act = actions.drop_action if action.stored_state == "agreed" else actions.reopen_action
        act(action=action, by=self.desk, version=action.version, reason="So decided.", now=self.now)

    def _move_event(self, number, days):
        event = Event.objects.get(pk=self.events[number].pk)
        day = event.ends_on + timedelta(days=days)
        texts.edit_event(event=event, by=self.desk, version=event.version, starts_on=day, ends_on=day)

    def _move_deadline(self, pk, days):
        deadline = Deadline.objects.get(pk=pk)
        with unlocked():
            Deadline.objects.filter(pk=pk).update(latest=deadline.latest + timedelta(days=days), entered_on=self.day)
        ledger.follow([pk])

    def _change_person(self, number, facts):
        person = User.objects.get(pk=self.readers[number].pk)
        for name, value in facts.items():
            setattr(person, name, value)
        person.save(update_fields=list(facts))

    def _join_or_leave(self, number, to):
        user, partner = self.readers[number], self.organisations[to]
        present = Membership.objects.filter(user=user, partner=partner).first()
        if present:
            present.delete()
        else:
            people.add_member(user=user, partner=partner, role="staff", by=self.desk)

    # --- The clock, the planner and the sender ---

    def _one_day(self, *, plans, sends):
        self.clock.move_to(self.now)
        self.seen = None
        expected = self._expected(self._oracle()) if plans else {}
        if plans:
            plan_reminders(self.now)
        if sends:
            is_quiet = not self.while_sending and not self.trouble
            mail.send_due(self.now)
            if is_quiet:
                self._nothing_stays_unsaid(expected)
            else:
                # What is to be tried again.
                mail.send_due(self.now + timedelta(minutes=5))
        self.day += timedelta(days=1)

    def _oracle(self):
        """As the rows stand; a sender that strikes out an address does so after it has sent."""
        if self.seen is None:
            self.seen = Oracle(self.now)
        return self.seen

    def _expected(self, oracle):
        """What is to be told now to people for whom this is the first tick of a working day. They hear daily."""
        expected = {}
        for person in oracle.people.values():
            today = oracle.local(person).date()
            if not oracle.is_reminded(person) or not oracle.is_awake(person) or self.attended.get(person.pk) == today:
                continue
            self.attended[person.pk] = today
            if person.digest_rhythm == "daily" and oracle.works(person, today):
                expected[person.pk] = oracle.to_tell(person)
        return expected

    def _nothing_stays_unsaid(self, expected):
        for person_id, items in expected.items():
            for (deadline_id, due_on), since in items.items():
                told_on = self.told[person_id, deadline_id, due_on]
                assert any(day >= since for day in told_on), (
                    f"{self.now}: person {person_id} was not told of deadline {deadline_id}, due {due_on}"
                )

    def _announce(self):
        while self.while_sending:
            self.while_sending.pop(0)()
            self.seen = None

    def _hand_over(self, letter):
        row = OutboundMail.objects.get(message_id=letter.message.extra_headers["Message-ID"])
        if row.stream != MailStream.DIGEST:
            return
        trouble = self.trouble.pop(0) if self.trouble else ""
        if trouble == "refused":
            raise Refused("RCPT", 550, "5.1.1 no such mailbox")
        if trouble == "later":
            raise Refused("RCPT", 450, "4.2.1 try later")
        said = self._said_rightly(row, letter.message.body)
        assert not self.digests[row.recipient_id, row.local_day] - {row.message_id}, "two digests on one day"
        self.digests[row.recipient_id, row.local_day].add(row.message_id)
        if trouble == "maybe":
            raise MaybeTaken("the line broke")
        for deadline_id, due_on in said:
            self.told[row.recipient_id, deadline_id, due_on].add(row.local_day)

    def _said_rightly(self, row, body):
        """The deadlines it names. Every line is right at this moment, and goes to somebody who is to hear of it."""
        oracle = self._oracle()
        person = oracle.people[row.recipient_id]
        local = oracle.local(person)
        assert oracle.is_reminded(person), "somebody who is not reminded gets a mail"
        assert local.date() == row.local_day
        assert local.time() >= time(7, 30)
        named = [share for share in oracle.shares if str(share.pk) in set(SHARE.findall(body))]
        # What several other organisations owe together is one line, which leads to the action.
        for number in ACTION.findall(body):
            others = [share for share in oracle.shares if share.deadline.action.number == int(number)]
            others = [share for share in others if oracle.is_owed(share) and not oracle.owes(person, share)]
            assert len(others) > 1, f"action {number} is not owed by several others"
            named += others
        assert named, "a mail about nothing"
        said = set()
        for share in named:
            assert oracle.is_owed(share), f"{share} is not owed"
            fired = oracle.fired(share, person)
            assert fired, f"{person} is not to hear of {share} on {local.date()}"
            told_on = self.told[person.pk, share.deadline_id, fired[0]]
            assert not any(day >= fired[1] for day in told_on), f"{share} was told before"
            said.add((share.deadline_id, fired[0]))
        return said


@pytest.mark.django_db
def test_year_of_reminders(settings_of_mail):
    run_state_machine_as_test(
        Year,
        settings=settings(
            max_examples=25 if IS_FULL else 3,
            stateful_step_count=100 if IS_FULL else 50,
            derandomize=not IS_FULL,
            database=None,
            deadline=None,
            # What happened is printed as it was drawn: to look for a shorter story would take years.
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.fixture
def settings_of_mail(settings):
    settings.MAIL_STAYS_HERE = False
    return settings
