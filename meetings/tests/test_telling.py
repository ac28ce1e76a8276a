"""Whom the portal tells of what was given to their organisation, or came back to it: once, and in their language."""

from datetime import UTC, date, datetime

import pytest

from greencustoms import roles
from greencustoms.core.choices import MailStream
from greencustoms.core.models import OutboundMail
from greencustoms.core.tests.factories import UserFactory
from meetings.choices import Part
from meetings.models import ActionShare, Deadline, unlocked
from meetings.services import actions, later_owners, reports, shares, telling
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory, MeetingFactory
from meetings.tests.reopening import finalise, reopen
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 3, 10)
NOW = datetime(2026, 3, 10, 9, tzinfo=UTC)


@pytest.fixture
def member():
    return MembershipFactory(partner__slug="wco", partner__acronym="WCO")


@pytest.fixture
def draft(member):
    """A draft by which one organisation owes two dated actions; of a third it is only consulted."""
    meeting = MeetingFactory(code="gci-2026-03", title="Third meeting", draft=True)
    for number, (part, latest) in enumerate(
        [(Part.LEAD, date(2026, 3, 17)), (Part.LEAD, date(2026, 3, 9)), (Part.CONSULTED, date(2026, 3, 17))], start=1
    ):
        action = AgreedActionFactory(meeting=meeting, number=number, session__number=number, title=f"Thing {number}")
        ActionShareFactory(
            partner=member.partner, part=part, deadline__action=action, deadline__latest=latest,
            deadline__by_when_text="by spring", deadline__position=1,
        )  # fmt: skip
    return meeting


def mails():
    return OutboundMail.objects.filter(stream=MailStream.WORK).order_by("recipient", "pk")


def make_final(meeting, by):
    meeting.refresh_from_db()
    return reports.finalise_report(meeting=meeting, by=by, version=meeting.version, now=NOW)


def links_to(*owed):
    return [f"http://testserver/my/shares/{share.pk}/report/" for share in owed]


def links_in(mail):
    return [line.strip() for line in mail.body_text.splitlines() if "/my/shares/" in line]


# --- A report that became final ---


def test_members_are_told_once_what_a_final_report_gives_them(draft, member, secretariat):
    focal = MembershipFactory(partner=member.partner, focal=True)
    MembershipFactory(partner=member.partner, user__is_active=False)
    MembershipFactory()
    late, ahead = ActionShare.objects.filter(part=Part.LEAD).order_by("deadline__latest")

    make_final(draft, secretariat)

    assert [row.recipient for row in mails()] == [member.user, focal.user]
    mail = mails()[0]
    assert mail.subject == "2 agreed actions for WCO: Third meeting"
    assert links_in(mail) == links_to(late, ahead)
    assert (
        "GCI-2026-03/01 Thing 1\n  due in 7 days, on 17 March 2026\n  By when, as agreed: “by spring”" in mail.body_text
    )
    assert "1 day overdue, was due on 9 March 2026" in mail.body_text
    assert all(link in mail.body_html for link in links_in(mail))


def test_person_of_two_organisations_gets_one_mail_that_names_both(draft, member, secretariat):
    other = MembershipFactory(user=member.user, partner__slug="unep", partner__acronym="UNEP")
    ActionShareFactory(partner=other.partner, deadline=Deadline.objects.get(latest=date(2026, 3, 9)))

    make_final(draft, secretariat)

    mail = mails().get()
    assert mail.subject == "3 agreed actions for WCO, UNEP: Third meeting"
    assert mail.body_text.count("Organisation: WCO") == 2
    assert mail.body_text.count("Organisation: UNEP") == 1


def test_report_entered_long_after_the_fact_alarms_nobody(draft, member, secretariat):
    with unlocked():
        Deadline.objects.update(entered_on=date(2026, 3, 18))

    make_final(draft, secretariat)

    assert not mails()


def test_what_was_past_when_entered_is_only_counted(draft, member, secretariat):
    with unlocked():
        Deadline.objects.filter(latest=date(2026, 3, 9)).update(entered_on=TODAY)

    make_final(draft, secretariat)

    mail = mails().get()
    assert (mail.subject, len(links_in(mail))) == ("1 agreed action for WCO: Third meeting", 1)
    assert "1 more was due before the report was entered here." in mail.body_text


def test_who_makes_a_report_final_is_not_told_of_it(draft, member):
    person = member.user
    roles.give(person, roles.SECRETARIAT)

    make_final(draft, person)

    assert not mails()


def test_later_version_tells_only_what_is_new(draft, member, secretariat):
    make_final(draft, secretariat)
    copy = reopen(draft, secretariat)
    action = AgreedActionFactory(meeting=copy, number=9, session=copy.sessions.first(), title="Newly agreed")
    DeadlineFactory(action=action, position=1, latest=None, kind="asap", by_when_text="soon")
    ActionShareFactory(partner=member.partner, deadline=action.deadlines.get())

    finalise(copy, secretariat)

    new = ActionShare.objects.get(deadline__action__title="Newly agreed")
    mail = mails().last()
    assert mails().count() == 2
    assert mail.subject == "1 new agreed action for WCO: Third meeting, version 2"
    assert links_in(mail) == links_to(new)
    assert "no date stated" in mail.body_text


def test_later_version_that_gives_nothing_new_writes_nothing(draft, member, secretariat):
    make_final(draft, secretariat)

    finalise(reopen(draft, secretariat), secretariat)

    assert mails().count() == 1


def test_who_is_in_the_lead_since_a_later_version_is_told(draft, member, secretariat):
    make_final(draft, secretariat)
    copy = reopen(draft, secretariat)
    ActionShare.objects.filter(deadline__action__meeting=copy, part=Part.CONSULTED).update(part=Part.LEAD)

    finalise(copy, secretariat)

    assert mails().last().subject == "1 new agreed action for WCO: Third meeting, version 2"
    assert "Thing 3" in mails().last().body_text


# --- Owners that come later ---


def test_partner_that_joined_is_told_what_it_owes_now(member, secretariat):
    for _number in range(2):
        stage = DeadlineFactory(action__is_for_each_partner=True, latest=date(2026, 5, 1))
        ActionShareFactory(deadline=stage)

    later_owners.add_partner_to(partner=member.partner, by=secretariat, now=NOW)
    later_owners.add_partner_to(partner=member.partner, by=secretariat, now=NOW)

    mail = mails().get()
    assert (mail.recipient, mail.subject) == (member.user, "2 agreed actions for WCO, which joined")
    assert links_in(mail) == links_to(*ActionShare.objects.filter(partner=member.partner))


def test_partner_that_joined_is_not_told_of_what_was_past_when_entered(member, secretariat):
    stage = DeadlineFactory(action__is_for_each_partner=True, latest=date(2007, 5, 1))
    ActionShareFactory(deadline=stage)

    assert later_owners.add_partner_to(partner=member.partner, by=secretariat, now=NOW) == 1
    assert not mails()


def test_named_owner_is_told(member, secretariat):
    group = ActionShareFactory(partner=PartnerFactory(group=True), deadline__latest=date(2026, 3, 11))
    stage = group.deadline

    later_owners.name_owner(
        action=stage.action, by=secretariat, version=stage.action.version, stage=stage, partner=member.partner, now=NOW
    )

    mail = mails().get()
    assert (mail.recipient, mail.subject) == (member.user, f"WCO now owns agreed action {stage.action.reference}")
    assert links_in(mail) == links_to(ActionShare.objects.get(partner=member.partner))
    assert "due tomorrow" in mail.body_text


# --- What comes back ---


def test_whoever_reported_is_told_why_it_was_sent_back(member, secretariat):
    reporter = member.user
    MembershipFactory(partner=member.partner)
    share = ActionShareFactory(
        partner=member.partner, done=True, answered_by=reporter, what_was_done="We sent <all> numbers."
    )

    shares.send_back_share(
        share=share, by=secretariat, version=share.version, reason="Two are missing.\nPlease ask.", now=NOW
    )

    mail = mails().get()
    assert mail.recipient == reporter
    assert mail.subject == f"Sent back: {share.deadline.action.reference} {share.deadline.action.title}"
    assert "\n> Two are missing.\n> Please ask.\n" in mail.body_text
    assert "\n> We sent <all> numbers.\n" in mail.body_text
    assert '<blockquote dir="auto">We sent &lt;all&gt; numbers.</blockquote>' in mail.body_html
    assert links_in(mail) == links_to(share)


def test_each_return_is_told(member, secretariat):
    share = ActionShareFactory(partner=member.partner, done=True, answered_by=member.user)
    for _number in range(2):
        shares.send_back_share(share=share, by=secretariat, version=share.version, reason="Not all.", now=NOW)
        shares.report_done(share=share, by=member.user, version=share.version, what_was_done="All.", now=NOW)

    assert mails().count() == 2


@pytest.mark.parametrize("why_not", ["left", "inactive"])
def test_staff_is_told_if_whoever_reported_no_longer_can_be(why_not, member, secretariat):
    MembershipFactory(partner=member.partner, focal=True)
    reporter = UserFactory() if why_not == "left" else MembershipFactory(partner=member.partner).user
    share = ActionShareFactory(partner=member.partner, done=True, answered_by=reporter)
    if why_not == "inactive":
        reporter.is_active = False
        reporter.save()

    shares.send_back_share(share=share, by=secretariat, version=share.version, reason="Not all.", now=NOW)

    assert mails().get().recipient == member.user


def test_who_reported_for_a_partner_is_told(member, secretariat):
    colleague = UserFactory(roles=[roles.SECRETARIAT], totp=True)
    share = ActionShareFactory(
        partner=member.partner, done=True, answered_by=colleague, is_reported_on_behalf=True, behalf_note="by mail"
    )

    shares.send_back_share(share=share, by=secretariat, version=share.version, reason="Not all.", now=NOW)

    assert mails().get().recipient == colleague


def test_confirmation_taken_back_is_told_as_such(member, secretariat):
    share = ActionShareFactory(partner=member.partner, confirmed=True, answered_by=member.user)

    shares.reopen_share(share=share, by=secretariat, version=share.version, reason="The link is dead.", now=NOW)

    assert mails().get().subject.startswith("Reopened: ")
    assert "took back the confirmation of what WCO reported as done" in mails().get().body_text


def test_reopened_action_is_told_to_those_who_owe_it_again(member, secretariat):
    share = ActionShareFactory(
        partner=member.partner, deadline__latest=date(2026, 4, 1), deadline__action__stored_state="dropped"
    )
    declined = ActionShareFactory(deadline=share.deadline, declined=True)
    MembershipFactory(partner=declined.partner)
    action = share.deadline.action

    actions.reopen_action(action=action, by=secretariat, version=action.version, reason="Needed after all.", now=NOW)

    mail = mails().get()
    assert (mail.recipient, mail.subject) == (member.user, f"In effect again: {action}")
    assert "\n> Needed after all.\n" in mail.body_text


# --- How ---


def test_mail_is_in_the_language_and_the_day_of_its_reader(draft, member, secretariat):
    """In Auckland the day is over already; no language but English is translated yet, so dates and direction tell."""
    user = member.user
    user.language, user.time_zone = "ar", "Pacific/Auckland"
    user.save()
    draft.refresh_from_db()

    reports.finalise_report(
        meeting=draft, by=secretariat, version=draft.version, now=datetime(2026, 3, 9, 12, tzinfo=UTC)
    )

    mail = mails().get()
    assert '<html lang="ar" dir="rtl">' in mail.body_html
    assert "1 day overdue, was due on 9 مارس، 2026" in mail.body_text


def test_time_zone_that_nobody_knows_any_more_does_not_stop_a_report(draft, member, secretariat):
    type(member.user).objects.filter(pk=member.user.pk).update(time_zone="Mars/Base")

    make_final(draft, secretariat)

    assert mails().count() == 1


@pytest.mark.parametrize("people", [1, 3])
def test_number_of_statements_does_not_grow_with_people(people, draft, member, secretariat, django_assert_num_queries):
    """Shares, members, a savepoint around the new mails, and what their keys are."""
    for _number in range(people - 1):
        MembershipFactory(partner=member.partner)
    with unlocked():
        draft.state = "final"
        draft.save()

    with django_assert_num_queries(6):
        telling.tell_of_final_report(meeting=draft, by=secretariat, now=NOW)

    assert mails().count() == people


def test_nothing_is_told_if_the_service_fails(draft, member, secretariat, monkeypatch):
    monkeypatch.setattr(reports, "store_version", lambda **facts: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        make_final(draft, secretariat)

    assert not mails()
