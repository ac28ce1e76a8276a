"""The life of a report up to its first final version."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from greencustoms import roles
from greencustoms.core.models import AuditEvent, OutboundMail, SearchDocument
from greencustoms.core.tests.factories import UserFactory
from meetings.choices import Disposition, ReportState, Visibility
from meetings.models import Attendance, Meeting, ReportComment, ReportVersion
from meetings.services import report_comments, reports
from meetings.tests.factories import AgreedActionFactory, MeetingFactory, MeetingSessionFactory
from partners.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 10, 12, tzinfo=UTC)
UNTIL = date(2026, 3, 20)


@pytest.fixture
def member():
    return MembershipFactory()


@pytest.fixture
def draft(member):
    meeting = MeetingFactory(draft=True, code="gci-2026-03")
    AgreedActionFactory(meeting=meeting, number=1, session__number=1)
    Attendance.objects.create(meeting=meeting, partner=member.partner)
    return meeting


def circulate(meeting, by, until=UNTIL, now=NOON):
    meeting.refresh_from_db()
    return reports.circulate_report(meeting=meeting, by=by, version=meeting.version, until=until, now=now)


def finalise(meeting, by, **options):
    meeting.refresh_from_db()
    return reports.finalise_report(meeting=meeting, by=by, version=meeting.version, **{"now": NOON, **options})


def comment(meeting, member, place="action-1", text="Say which.", now=NOON):
    return report_comments.comment_report(
        meeting=meeting, by=member.user, partner=member.partner, place=place, text=text, now=now
    )


def answer(row, by, disposition=Disposition.ACCEPTED, words=""):
    return report_comments.answer_comment(
        comment=row, by=by, version=row.version, disposition=disposition, answer=words
    )


def code_of(error):
    return error.value.code


def test_circulated_report_asks_the_partners_that_took_part(draft, secretariat, member):
    MembershipFactory()
    MembershipFactory(partner=member.partner, user__is_active=False)

    circulate(draft, secretariat)

    draft.refresh_from_db()
    mail = OutboundMail.objects.get()
    assert (draft.state, draft.comments_until, draft.circulated_by) == (ReportState.CIRCULATED, UNTIL, secretariat)
    assert (mail.recipient, mail.subject) == (member.user, f"Please comment on the report: {draft.title}")
    assert "20 March 2026" in mail.body_text
    assert "/meetings/gci-2026-03/comments/" in mail.body_text
    assert draft.history.first().history_user == secretariat


def test_report_without_attendance_asks_the_partners_of_that_day(secretariat, member):
    draft = MeetingFactory(draft=True)
    draft.partners.add(member.partner)

    circulate(draft, secretariat)

    assert [mail.recipient for mail in OutboundMail.objects.all()] == [member.user]


def test_report_is_circulated_again_with_a_later_day_only(draft, secretariat):
    circulate(draft, secretariat)

    with pytest.raises(ValidationError, match="later one"):
        circulate(draft, secretariat)
    circulate(draft, secretariat, until=UNTIL + timedelta(days=7), now=NOON + timedelta(days=1))

    assert OutboundMail.objects.count() == 2


def test_day_that_has_passed_is_refused_in_the_time_zone_of_the_meeting(draft, secretariat):
    Meeting.objects.filter(pk=draft.pk).update(time_zone="Pacific/Auckland")

    with pytest.raises(ValidationError, match="has passed"):
        circulate(draft, secretariat, until=date(2026, 3, 10))
    circulate(draft, secretariat, until=date(2026, 3, 11))


def test_report_taken_back_is_a_draft_that_keeps_its_comments(draft, secretariat, member):
    circulate(draft, secretariat)
    comment(draft, member)
    draft.refresh_from_db()

    reports.take_back_report(meeting=draft, by=secretariat, version=draft.version)

    draft.refresh_from_db()
    assert (draft.state, draft.comments_until, draft.comments.count()) == (ReportState.DRAFT, None, 1)


@pytest.mark.parametrize("act", [circulate, finalise, lambda meeting, by: answer(meeting.comments.get(), by)])
def test_only_those_who_keep_meetings_circulate_finalise_and_answer(act, draft, secretariat, member):
    circulate(draft, secretariat)
    comment(draft, member)

    for stranger in (member.user, UserFactory(roles=[roles.SECRETARIAT_READER]), UserFactory()):
        with pytest.raises(PermissionDenied):
            act(draft, stranger)


def test_comment_names_place_version_and_who(draft, secretariat, member):
    circulate(draft, secretariat)

    row = comment(draft, member)

    assert (row.place, row.report_version, row.partner, row.by) == ("action-1", 1, member.partner, member.user)


def test_comments_come_until_the_end_of_the_day_at_the_meeting(draft, secretariat, member):
    Meeting.objects.filter(pk=draft.pk).update(time_zone="America/New_York")
    circulate(draft, secretariat)

    comment(draft, member, now=datetime(2026, 3, 21, 3, 59, tzinfo=UTC))
    with pytest.raises(ValidationError) as error:
        comment(draft, member, now=datetime(2026, 3, 21, 4, 0, tzinfo=UTC))

    assert code_of(error) == "closed"


def test_others_than_members_of_partners_asked_cannot_comment(draft, secretariat, member):
    circulate(draft, secretariat)
    other = MembershipFactory()

    for by, partner in ((other.user, other.partner), (other.user, member.partner), (secretariat, member.partner)):
        with pytest.raises(PermissionDenied):
            report_comments.comment_report(meeting=draft, by=by, partner=partner, place="report", text="?", now=NOON)


def test_place_that_is_not_in_the_report_is_refused(draft, secretariat, member):
    circulate(draft, secretariat)

    with pytest.raises(ValidationError, match="no longer in the report"):
        comment(draft, member, place="action-99")


def test_own_comment_is_changed_and_withdrawn_until_it_is_answered(draft, secretariat, member):
    circulate(draft, secretariat)
    row = comment(draft, member)
    colleague = MembershipFactory(partner=member.partner)

    report_comments.edit_comment(comment=row, by=member.user, version=row.version, text="Say who.", now=NOON)
    with pytest.raises(PermissionDenied):
        report_comments.edit_comment(comment=row, by=colleague.user, version=1, text="No.", now=NOON)
    answered = answer(ReportComment.objects.get(), secretariat)
    with pytest.raises(ValidationError) as error:
        report_comments.withdraw_comment(comment=answered, by=member.user, version=answered.version, now=NOON)

    assert code_of(error) == "answered"
    assert ReportComment.objects.get().text == "Say who."
    second = comment(draft, member)
    report_comments.withdraw_comment(comment=second, by=member.user, version=second.version, now=NOON)
    assert ReportComment.objects.count() == 1


def test_rejected_comment_has_a_reason(draft, secretariat, member):
    circulate(draft, secretariat)
    row = comment(draft, member)

    with pytest.raises(ValidationError, match="why the comment is rejected"):
        answer(row, secretariat, Disposition.REJECTED, " ")


def test_second_answer_to_a_comment_is_told(draft, secretariat, member):
    circulate(draft, secretariat)
    row = comment(draft, member)
    stale = ReportComment.objects.get(pk=row.pk)
    answer(row, secretariat)

    with pytest.raises(ValidationError) as error:
        answer(stale, UserFactory(roles=[roles.SECRETARIAT]), Disposition.NOTED)

    assert code_of(error) == "changed_meanwhile"
    assert ReportComment.objects.get().disposition == Disposition.ACCEPTED


def test_report_is_final_only_when_its_comments_are_answered(draft, secretariat, member):
    circulate(draft, secretariat)
    row = comment(draft, member)

    with pytest.raises(ValidationError) as error:
        finalise(draft, secretariat)
    assert error.value.messages == [
        "Comments may still come until 20 March 2026.", "1 comment is not answered yet.",
    ]  # fmt: skip
    answer(row, secretariat)
    version = finalise(draft, secretariat, now=NOON + timedelta(days=30))

    draft.refresh_from_db()
    assert (draft.state, draft.finalised_by, version.number, version.finalised_by) == (
        "final",
        secretariat,
        1,
        secretariat,
    )
    assert version.content["actions"][0]["text"] == draft.actions.get().text
    assert AuditEvent.objects.filter(did="made final", by=secretariat).exists()


def test_empty_report_is_not_made_final(secretariat):
    draft = MeetingFactory(draft=True)

    with pytest.raises(ValidationError, match="no session"):
        finalise(draft, secretariat)

    assert not ReportVersion.objects.exists()


def test_final_report_is_found_at_once_and_no_longer_when_it_is_closed(draft, secretariat):
    assert not SearchDocument.objects.exists()

    finalise(draft, secretariat)
    assert set(SearchDocument.objects.values_list("kind", "is_public")) == {("meeting", True), ("action", True)}
    draft.refresh_from_db()
    reports.set_readers(meeting=draft, by=secretariat, version=draft.version, visibility=Visibility.PARTNERS)

    assert set(SearchDocument.objects.values_list("kind", "is_public")) == {("meeting", False), ("action", False)}


def test_final_report_is_neither_circulated_nor_taken_back_nor_made_final_again(secretariat):
    meeting = MeetingSessionFactory().meeting

    for act in (
        circulate,
        finalise,
        lambda meeting, by: reports.take_back_report(meeting=meeting, by=by, version=meeting.version),
    ):
        meeting.refresh_from_db()
        with pytest.raises(ValidationError) as error:
            act(meeting, secretariat)
        assert code_of(error) == "not_open"
