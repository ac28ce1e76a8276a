import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from enforcement.choices import RequestState, Tlp, labels_up_to
from enforcement.models import AccessGrant, AccessLog, AccessRequest, RiskIndicator
from enforcement.tests.factories import AccessGrantFactory, AccessRequestFactory, RiskIndicatorFactory
from greencustoms.core.append_only import OnlyAdded
from greencustoms.core.tests.factories import UserFactory

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)


def test_grant_with_moment_of_revocation_only_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessGrantFactory(revoked_at=NOW)


def test_grant_that_ends_before_it_begins_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessGrantFactory(granted_at=NOW, ends_at=NOW)


def test_grant_without_the_vetted_address_is_refused():
    with pytest.raises(IntegrityError, match="grant_names_the_vetted_address"), transaction.atomic():
        AccessGrantFactory(vetted_address="")


def test_second_open_request_of_a_person_is_refused():
    asked = AccessRequestFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessRequestFactory(user=asked.user)


def test_request_with_moment_of_answer_only_is_refused():
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessRequestFactory(state=RequestState.GRANTED, answered_at=NOW)


def test_grant_is_live_from_its_beginning_to_just_before_its_end():
    grant = AccessGrantFactory(granted_at=NOW, ends_at=NOW + datetime.timedelta(days=1))
    second = datetime.timedelta(seconds=1)

    live = [
        AccessGrant.objects.live(now).exists() for now in (NOW - second, NOW, grant.ends_at - second, grant.ends_at)
    ]

    assert live == [False, True, True, False]


def test_last_day_of_a_grant_is_the_day_before_the_midnight_it_ends_at():
    grant = AccessGrant(ends_at=datetime.datetime(2026, 12, 1, tzinfo=datetime.UTC))

    assert grant.last_day == datetime.date(2026, 11, 30)


def test_indicator_holds_to_the_end_of_its_last_day():
    item = RiskIndicatorFactory(valid_until=datetime.date(2026, 11, 21))

    current = [
        list(RiskIndicator.behind_the_gate.current(day))
        for day in (datetime.date(2026, 11, 21), datetime.date(2026, 11, 22))
    ]

    assert current == [[item], []]


@pytest.mark.parametrize(
    ("words", "hits"),
    [
        ("refrigerant", 1),
        ("REFRIGERANT port", 1),
        ("290371", 1),
        ("2903.71", 1),
        ("2903 71", 1),
        ("HS 2903.71", 1),
        ("hs 2903.71 port", 1),
        ("2903.71 ivory", 0),
        ("2903", 1),
        ("29", 1),
        ("2903.71.00", 1),
        ("2903.77", 0),
        ("3915.90", 1),
        ("0371", 0),
        ("71", 0),
        ('"', 0),
        ("[", 0),
        (", ", 0),
        ("%", 0),
        ("_", 0),
        ("\\", 0),
        ("", 1),
        ("TEST-R", 1),
        ("ivory", 0),
        ("refrigerant ivory", 0),
    ],
)
def test_matching_finds_every_word_in_any_text(words, hits):
    RiskIndicatorFactory(reference="TEST-R", title="Refrigerant gas", routes="By Port A.", hs_codes=["290371", "3915"])

    assert RiskIndicator.behind_the_gate.matching(words).count() == hits


def test_codes_are_shown_with_their_dot():
    item = RiskIndicatorFactory(hs_codes=["290371", "3915", "29"])

    assert [str(code) for code in item.hs_code_list] == ["2903.71", "3915", "29"]


def test_a_ceiling_that_is_no_label_covers_nothing():
    assert labels_up_to("CLEAR") == []
    assert labels_up_to("AMBER") == [Tlp.GREEN, Tlp.AMBER]


@pytest.mark.parametrize("model", [RiskIndicator, AccessRequest, AccessGrant, AccessLog])
def test_no_ordinary_permission_opens_the_room(model):
    assert model._meta.default_permissions == ()


def test_rows_of_the_log_are_only_added():
    row = AccessLog.objects.create(kind="read", by=UserFactory(), item_reference="TEST-1")
    row.item_reference = "TEST-2"

    for change in (
        row.save,
        row.delete,
        AccessLog.objects.all().delete,
        lambda: AccessLog.objects.update(item_reference="TEST-2"),
    ):
        with pytest.raises(OnlyAdded):
            change()

    assert AccessLog.objects.get().item_reference == "TEST-1"


def test_note_of_a_refusal_is_shown_in_words():
    user = UserFactory()
    log = AccessLog(at=timezone.now(), kind="refused", by=user, note="outside")

    assert log.note_words == "outside the grant"
