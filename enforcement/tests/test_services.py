"""The rules of asking, granting, refusing and revoking."""

import datetime

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError

from enforcement import services
from enforcement.choices import LogKind, Region, RequestState, Tlp
from enforcement.models import AccessGrant, AccessLog, AccessRequest
from enforcement.tests.factories import AccessGrantFactory, AccessRequestFactory, RiskIndicatorFactory
from greencustoms import roles
from greencustoms.core.models import AuditEvent, OutboundMail
from greencustoms.core.tests.factories import UserFactory
from partners.tests.factories import AgreementFactory, PartnerFactory

pytestmark = pytest.mark.django_db

NOW = datetime.datetime(2026, 11, 21, 12, 0, tzinfo=datetime.UTC)
TODAY = NOW.date()


@pytest.fixture
def administrator():
    return UserFactory(totp=True, roles=[roles.ACCESS_ADMINISTRATOR])


def grant(administrator, **changes):
    wanted = {
        "officer": changes.pop("officer", None) or UserFactory(),
        "tlp_ceiling": Tlp.AMBER.value,
        "agreements": [AgreementFactory()],
        "regions": [Region.AFRICA.value],
        "ends_on": TODAY + datetime.timedelta(days=180),
        "reason": "Vetted.",
        "by": administrator,
        "now": NOW,
    }
    return services.grant_access(**{**wanted, **changes})


def test_grant_ends_at_the_end_of_its_last_day(administrator):
    made = grant(administrator, ends_on=datetime.date(2026, 12, 31))

    assert made.ends_at == datetime.datetime(2027, 1, 1, tzinfo=datetime.UTC)
    assert made.last_day == datetime.date(2026, 12, 31)


def test_grant_is_for_the_address_the_account_has_then(administrator):
    officer = UserFactory(email="officer@customs.example")

    made = grant(administrator, officer=officer)

    assert made.vetted_address == "officer@customs.example"


def test_grant_of_a_changed_address_can_still_be_revoked(administrator):
    made = grant(administrator)
    EmailAddress.objects.filter(user=made.user).update(email="me@private.example")

    services.revoke_access(grant=made, reason="Another address.", by=administrator, now=NOW)

    assert not AccessGrant.objects.running(NOW).exists()


def test_grant_leaves_a_row_in_the_log_and_in_the_audit_and_a_mail(administrator):
    made = grant(administrator)

    assert list(AccessLog.objects.values_list("kind", "by", "about", "tlp", "note")) == [
        (LogKind.GRANTED, administrator.pk, made.user.pk, "AMBER", "Vetted.")
    ]
    assert AuditEvent.objects.filter(did="granted access", by=administrator, object_id=str(made.pk)).count() == 1
    assert [mail.to_address for mail in OutboundMail.objects.all()] == [made.user.email]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"tlp_ceiling": Tlp.AMBER_STRICT.value}, "tlp_ceiling"),
        ({"tlp_ceiling": Tlp.RED.value}, "tlp_ceiling"),
        ({"tlp_ceiling": "CLEAR"}, "tlp_ceiling"),
        ({"ends_on": TODAY + datetime.timedelta(days=181)}, "ends_on"),
        ({"ends_on": TODAY + datetime.timedelta(days=366)}, "ends_on"),
        ({"ends_on": TODAY + datetime.timedelta(days=367)}, "ends_on"),
        ({"ends_on": TODAY}, "ends_on"),
        ({"agreements": []}, "agreements"),
        ({"regions": []}, "regions"),
        ({"regions": ["atlantis"]}, "regions"),
    ],
)
def test_grant_beyond_the_limits_is_refused(administrator, changes, field):
    with pytest.raises(ValidationError) as error:
        grant(administrator, **changes)

    assert list(error.value.message_dict) == [field]
    assert not AccessGrant.objects.exists()


@pytest.mark.parametrize("changes", [{"tlp_ceiling": "RED"}, {"ends_on": TODAY + datetime.timedelta(days=200)}])
def test_what_needs_two_administrators_says_so(administrator, changes):
    with pytest.raises(ValidationError, match="two administrators; not yet possible here"):
        grant(administrator, **changes)


def test_nobody_grants_to_themselves(administrator):
    with pytest.raises(ValidationError, match="own access"):
        grant(administrator, officer=administrator)


@pytest.mark.parametrize(
    "officer",
    [
        lambda: UserFactory(is_active=False),
        lambda: UserFactory(verified=False),
        lambda: UserFactory(is_superuser=True),
        lambda: UserFactory(roles=[roles.ACCESS_ADMINISTRATOR]),
    ],
    ids=["inactive", "address not verified", "superuser", "access administrator"],
)
def test_account_that_may_not_read_gets_no_grant(administrator, officer):
    with pytest.raises(ValidationError, match="cannot read risk indicators"):
        grant(administrator, officer=officer())


def made_superuser(person):
    """As somebody with a hand in the database could: `roles.give` refuses it."""
    person.is_superuser = True
    person.save()
    return person


@pytest.mark.parametrize(
    "person",
    [
        lambda: UserFactory(),
        lambda: UserFactory(is_superuser=True, is_staff=True),
        lambda: UserFactory(roles=[roles.STEWARD]),
        lambda: UserFactory(roles=[roles.SECRETARIAT]),
        lambda: made_superuser(UserFactory(roles=[roles.ACCESS_ADMINISTRATOR])),
    ],
    ids=["user", "superuser", "steward", "secretariat", "superuser with the role"],
)
def test_others_decide_nothing(person):
    by = person()

    with pytest.raises(PermissionDenied):
        grant(by)
    with pytest.raises(PermissionDenied):
        services.revoke_access(grant=AccessGrantFactory(), reason="-", by=by, now=NOW)
    with pytest.raises(PermissionDenied):
        services.refuse_request(asked=AccessRequestFactory(), reason="-", by=by, now=NOW)


def test_grant_answers_the_open_request(administrator):
    asked = AccessRequestFactory()

    grant(administrator, officer=asked.user)
    asked.refresh_from_db()

    assert (asked.state, asked.answered_by, asked.answered_at) == (RequestState.GRANTED, administrator, NOW)


def test_request_answered_meanwhile_is_not_granted_again(administrator):
    asked = AccessRequestFactory()
    grant(administrator, officer=asked.user, answers=asked)

    with pytest.raises(ValidationError, match="answered already"):
        grant(administrator, officer=asked.user, answers=asked)
    assert AccessGrant.objects.count() == 1


def test_request_of_one_officer_is_not_answered_by_a_grant_to_another(administrator):
    asked = AccessRequestFactory()

    with pytest.raises(ValidationError):
        grant(administrator, answers=asked)


def test_asking_twice_is_refused():
    user = UserFactory()
    services.ask_for_access(by=user, purpose="p", supervisor_office="s", now=NOW)

    with pytest.raises(ValidationError, match="already waiting"):
        services.ask_for_access(by=user, purpose="p", supervisor_office="s", now=NOW)


def test_asking_tells_the_access_administrators_and_nobody_else(administrator):
    UserFactory(roles=[roles.SECRETARIAT])

    services.ask_for_access(by=UserFactory(), purpose="p", supervisor_office="s", now=NOW)

    assert [mail.recipient for mail in OutboundMail.objects.all()] == [administrator]


def test_access_administrator_cannot_ask(administrator):
    with pytest.raises(ValidationError):
        services.ask_for_access(by=administrator, purpose="p", supervisor_office="s", now=NOW)


def test_refused_request_tells_the_reason(administrator):
    asked = AccessRequestFactory()

    services.refuse_request(asked=asked, reason="No reply from the office.", by=administrator, now=NOW)

    assert AccessRequest.objects.get().state == RequestState.REFUSED
    assert "No reply from the office." in OutboundMail.objects.get().body_text
    assert AccessLog.objects.get().kind == LogKind.DENIED


def test_revoked_grant_is_no_longer_live(administrator):
    made = grant(administrator)

    services.revoke_access(grant=made, reason="Left the office.", by=administrator, now=NOW)

    assert not AccessGrant.objects.live(NOW).exists()
    assert AccessLog.objects.filter(kind=LogKind.REVOKED, about=made.user, note="Left the office.").count() == 1
    assert AuditEvent.objects.filter(did="revoked access").count() == 1


def test_without_a_row_in_the_log_nothing_is_decided(administrator, monkeypatch):
    made, asked = grant(administrator), AccessRequestFactory()

    def fail(**kwargs):
        raise DatabaseError("no such table")

    monkeypatch.setattr(AccessLog.objects, "create", fail)
    for decide in (
        lambda: grant(administrator),
        lambda: services.revoke_access(grant=made, reason="-", by=administrator, now=NOW),
        lambda: services.refuse_request(asked=asked, reason="-", by=administrator, now=NOW),
    ):
        with pytest.raises(DatabaseError):
            decide()

    assert list(AccessGrant.objects.running(NOW)) == [made]
    assert AccessRequest.objects.open().count() == 1


def test_revoking_twice_is_refused(administrator):
    made = grant(administrator)
    services.revoke_access(grant=made, reason="-", by=administrator, now=NOW)

    with pytest.raises(ValidationError, match="already ended"):
        services.revoke_access(grant=made, reason="-", by=administrator, now=NOW)


@pytest.fixture
def add():
    owner, agreement = PartnerFactory(), AgreementFactory()

    def add(hs_codes):
        return services.add_indicator(
            agreements=[agreement], owner=owner, reference="T-1", title="Gas", hs_codes=hs_codes,
            valid_until=TODAY, review_by=TODAY,
        )  # fmt: skip

    return add


def test_hs_codes_of_an_indicator_are_kept_as_digits(add):
    assert add(["2903.71", "HS 3915", "29"]).hs_codes == ["290371", "3915", "29"]


@pytest.mark.parametrize("code", ["2903.7", "ivory", "", "2903.71.00"])
def test_what_is_no_hs_code_is_refused(add, code):
    with pytest.raises(ValidationError, match="Not an HS code"):
        add(["2903.71", code])


def test_mails_hold_nothing_restricted(administrator):
    item = RiskIndicatorFactory(title="Canary-title", what_to_look_for="Canary-text")
    made = grant(administrator, agreements=list(item.agreements.all()))
    services.revoke_access(grant=made, reason="-", by=administrator, now=NOW)

    texts = [mail.subject + mail.body_text + mail.body_html for mail in OutboundMail.objects.all()]

    assert len(texts) == 2
    assert not any("Canary" in text or item.reference in text for text in texts)
