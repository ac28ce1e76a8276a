"""A final report cannot be changed by any path of the models; what becomes of its actions can."""

from datetime import date

import pytest
from django.db import transaction
from django.utils import timezone

from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.versions import claim_version
from meetings.choices import DeadlineKind, Progress, ReportState, Visibility
from meetings.models import (
    ActionShare,
    AgendaItem,
    AgreedAction,
    Annex,
    Attendance,
    Deadline,
    Meeting,
    MeetingSession,
    ReportIsFinal,
    SubItem,
    unlocked,
)
from meetings.services import stages
from meetings.tests.factories import (
    ActionShareFactory,
    AgreedActionFactory,
    DeadlineFactory,
    MeetingFactory,
    MeetingSessionFactory,
)
from partners.tests.factories import EventFactory, PartnerFactory

pytestmark = pytest.mark.django_db

MODELS = [Meeting, MeetingSession, Annex, Attendance, AgreedAction, SubItem, Deadline, AgendaItem]


@pytest.fixture
def report():
    """A final report with one row of everything."""
    share = ActionShareFactory(deadline__action__number=1, deadline__position=1)
    action = share.deadline.action
    with unlocked():
        SubItem.objects.create(action=action, number=1, text="A point.")
        Annex.objects.create(meeting=action.meeting, number=1, title="Agenda")
        Attendance.objects.create(meeting=action.meeting, partner=PartnerFactory(), note="Office")
        AgendaItem.objects.create(meeting=action.meeting, action=action, note="Again", added_by=UserFactory())
    return action.meeting


def row_of(model):
    return model.objects.get()


def another_value(row, name):
    field = row._meta.get_field(name)
    value = getattr(row, field.attname)
    if field.is_relation:
        factories = {
            "partner": PartnerFactory, "host": PartnerFactory, "event": EventFactory, "meeting": MeetingFactory,
            "linked_meeting": MeetingFactory, "session": MeetingSessionFactory, "action": AgreedActionFactory,
            "finalised_by": UserFactory, "added_by": UserFactory, "circulated_by": UserFactory,
            "revises": MeetingFactory,
        }  # fmt: skip
        return factories[name]()
    if name in ("finalised_at", "circulated_at", "added_at"):
        return timezone.now()
    if field.choices:
        return next(key for key, _label in field.flatchoices if key != value)
    if isinstance(value, bool):
        return not value
    if "Integer" in field.get_internal_type():
        return (value or 0) + 7
    if field.get_internal_type() == "DateField":
        return date(2031, 1, 1)
    return f"{value}x"[-40:]


# Their rows are of the report itself, or files, which the row's title and number stand for.
LEFT_OUT = ("parent", "file")
CASES = [(model, name) for model in MODELS for name in sorted(model.locked_among(None)) if name not in LEFT_OUT]


@pytest.mark.parametrize(("model", "name"), CASES, ids=[f"{model.__name__}.{name}" for model, name in CASES])
def test_no_field_of_a_final_report_is_changed_by_saving_or_updating(model, name, report):
    row = row_of(model)
    field = row._meta.get_field(name)
    before = getattr(row, field.attname)
    value = another_value(row, name)

    setattr(row, name, value)
    for write in (
        row.save,
        lambda: row.save(update_fields=[name]),
        lambda: model.objects.filter(pk=row.pk).update(**{name: value}),
        lambda: model.objects.filter(pk=row.pk)[:1].model.objects.bulk_update([row], [name]),
    ):
        with pytest.raises(ReportIsFinal), transaction.atomic():
            write()

    assert getattr(model.objects.get(pk=row.pk), field.attname) == before


@pytest.mark.parametrize("model", MODELS)
def test_no_row_of_a_final_report_is_deleted(model, report):
    row = row_of(model)

    for delete in (row.delete, model.objects.filter(pk=row.pk).delete):
        with pytest.raises(ReportIsFinal):
            delete()

    assert model.objects.filter(pk=row.pk).exists()


@pytest.mark.parametrize(
    "make",
    [
        lambda report: MeetingSession(meeting=report, number=8, title="Late session"),
        lambda report: Annex(meeting=report, number=8, title="Late annex"),
        lambda report: Attendance(meeting=report, partner=PartnerFactory()),
        lambda report: AgreedAction(meeting=report, session=report.sessions.get(), number=8, title="Late"),
        lambda report: AgendaItem(meeting=report, action=AgreedActionFactory(), added_by=UserFactory()),
        lambda report: SubItem(action=report.actions.get(), number=8, text="Late"),
        lambda report: Deadline(action=report.actions.get(), position=8),
    ],
)
def test_no_row_is_added_to_a_final_report(make, report):
    row = make(report)
    model = type(row)

    for add in (
        row.save,
        lambda: model.objects.bulk_create([row]),
        lambda: model.objects.bulk_create([row], update_conflicts=True),
    ):
        with pytest.raises(ReportIsFinal), transaction.atomic():
            add()

    assert not model.objects.filter(pk=row.pk).exclude(pk=None).exists()


@pytest.mark.parametrize("save", [lambda row: row.save(), lambda row: AgreedAction.objects.update(meeting=row.meeting)])
def test_no_row_is_moved_into_or_out_of_a_final_report(save, report):
    draft = AgreedActionFactory(meeting__draft=True, number=9)
    draft.meeting = report
    with pytest.raises(ReportIsFinal):
        save(draft)

    final = report.actions.get()
    final.meeting = MeetingFactory(draft=True)
    with pytest.raises(ReportIsFinal):
        final.save()


@pytest.mark.parametrize(
    "change",
    [
        lambda report: ActionShare.objects.get().delete(),
        lambda report: ActionShare.objects.all().delete(),
        lambda report: report.partners.set([PartnerFactory()]),
        lambda report: report.partners.clear(),
        lambda report: PartnerFactory().meetings_as_partner.add(report),
        lambda report: report.partners.get().meetings_as_partner.clear(),
        lambda report: report.sessions.get().default_owners.add(PartnerFactory()),
    ],
)
def test_who_is_named_by_a_final_report_stays_named(change, report):
    with unlocked():
        report.partners.set([PartnerFactory()])

    with pytest.raises(ReportIsFinal), transaction.atomic():
        change(report)

    assert (ActionShare.objects.count(), report.partners.count()) == (1, 1)
    assert not report.sessions.get().default_owners.exists()


def test_what_became_of_an_action_stays_open(report):
    action, share, deadline = report.actions.get(), ActionShare.objects.get(), Deadline.objects.get()
    user = UserFactory()

    action.stored_state, action.state_reason = "dropped", "No longer wanted."
    action.state_changed_at, action.state_changed_by = timezone.now(), user
    action.save()
    share.acceptance, share.answered_at, share.answered_by = "accepted", timezone.now(), user
    share.progress = Progress.IN_PROGRESS
    share.save()
    deadline.reopened_at, deadline.reopened_by, deadline.review_on = timezone.now(), user, date(2030, 1, 1)
    deadline.save()
    claim_version(action, action.version)
    report.visibility = Visibility.PARTNERS
    report.save()
    ActionShareFactory(deadline=deadline)

    assert AgreedAction.objects.get().stored_state == "dropped"


def test_deadline_of_a_final_report_moves_with_its_event(report):
    event = EventFactory()
    deadline = DeadlineFactory(action=report.actions.get(), kind=DeadlineKind.EVENT, event=event, latest=None)

    event.ends_on = date(2029, 5, 5)
    stages.follow_event(event=event)
    Deadline.objects.filter(pk=deadline.pk).update(latest=date(2029, 5, 6))

    deadline.refresh_from_db()
    assert deadline.latest == date(2029, 5, 6)
    deadline.by_when_text = "by another day"
    with pytest.raises(ReportIsFinal):
        deadline.save()


def test_draft_is_written_freely_and_held_while_it_is_written(django_assert_num_queries):
    action = AgreedActionFactory(meeting__draft=True)
    action.title = "Better"

    with django_assert_num_queries(6):  # savepoint, the row, its meeting, writing it, its history, end of the savepoint
        action.save(update_fields=["title"])

    action.meeting.title = "Better too"
    action.meeting.save()
    AgreedAction.objects.update(title="Best")
    SubItem.objects.create(action=action, number=1, text="A point.").delete()
    AgreedAction.objects.all().delete()
    assert Meeting.objects.get().title == "Better too"


def test_unlocked_ends_also_after_an_error(report):
    with pytest.raises(ZeroDivisionError), unlocked():
        report.title = 1 / 0

    report.title = "Other"
    with pytest.raises(ReportIsFinal):
        report.save()


def test_final_report_does_not_become_a_draft_again(report):
    report.state = ReportState.DRAFT

    with pytest.raises(ReportIsFinal):
        report.save()
    with pytest.raises(ReportIsFinal):
        Meeting.objects.update(state=ReportState.DRAFT)
