"""Statements that are put together once give the rows that a queryset gives."""

from datetime import timedelta

import pytest
from django.db import connection, transaction

from greencustoms.core.models import Job, User
from greencustoms.core.statements import LARGEST, MOST_KEYS, KeptRows, RowsByKeys
from greencustoms.core.tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True, params=[0, 600])
def connections_that_end_or_last(request, monkeypatch):
    """On PostgreSQL a connection that lasts keeps the plans of these statements."""
    monkeypatch.setitem(connection.settings_dict, "CONN_MAX_AGE", request.param)


def _build(keys):
    return User.objects.filter(pk__in=keys).order_by("-pk").values_list("pk", "email", "is_active", "date_joined")


def test_rows_are_those_of_the_queryset_each_time_with_other_keys(django_assert_num_queries):
    people = [UserFactory(is_active=number != 1).pk for number in range(4)]
    rows_of = RowsByKeys(_build)

    for keys in (people[:1], people[:2], people[2:], people[1:3], people, [*people, *range(-60, 0)]):
        with django_assert_num_queries(1):
            found = rows_of(keys)
        assert found == list(_build(keys))


def test_no_keys_need_no_statement(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert RowsByKeys(_build)([]) == []


def test_keys_may_come_twice_and_be_many():
    person = UserFactory().pk

    assert RowsByKeys(_build)([person, person]) == list(_build([person]))
    assert RowsByKeys(_build)(range(person, person + MOST_KEYS + 5)) == list(_build([person]))


def _named(is_active, *, email, least):
    rows = User.objects.filter(is_active=is_active, email=email, pk__gte=least)
    return rows.values_list("pk", "email", "is_active", "date_joined")


def test_rows_of_values_are_those_of_the_queryset_for_each_kind(django_assert_num_queries):
    people = [UserFactory(is_active=number != 1) for number in range(3)]
    rows_of = KeptRows(_named)

    for is_active in (True, False, True):
        for person in people:
            asked = {"email": person.email, "least": person.pk}
            with django_assert_num_queries(1):
                found = rows_of(is_active, **asked)
            assert found == list(_named(is_active, **asked))


def test_a_number_that_no_table_holds_finds_nothing(django_assert_num_queries):
    UserFactory(email="one@office.example")

    with django_assert_num_queries(0):
        assert KeptRows(_named)(True, email="one@office.example", least=LARGEST + 1) == []


def test_a_value_that_is_no_condition_is_refused():
    with pytest.raises(ValueError, match="stands in no condition"):
        KeptRows(lambda wanted: User.objects.values_list("pk"))(wanted=1)


def test_a_number_too_large_for_its_column_finds_nothing_and_harms_nothing():
    rows_of = KeptRows(lambda *, number: Job.objects.filter(percent=number).values_list("pk"))

    assert rows_of(number=7) == []
    assert rows_of(number=2**40) == []
    assert rows_of(number=-7) == []


def test_a_statement_first_asked_in_a_transaction_that_fails_is_asked_again():
    person = UserFactory()
    rows_of = KeptRows(lambda *, pk: User.objects.filter(pk=pk).values_list("email"))

    with transaction.atomic():
        assert rows_of(pk=person.pk) == [(person.email,)]
        transaction.set_rollback(True)

    assert rows_of(pk=person.pk) == [(person.email,)]


def test_moments_are_asked_for_as_they_are():
    person = UserFactory()
    joined = person.date_joined
    rows_of = KeptRows(lambda *, since: User.objects.filter(date_joined__gte=since).values_list("pk", "date_joined"))

    assert rows_of(since=joined) == [(person.pk, joined)]
    assert rows_of(since=joined + timedelta(microseconds=1)) == []
