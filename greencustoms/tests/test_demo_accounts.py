import stat

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone

from enforcement.models import AccessGrant, AccessRequest
from greencustoms.core.models import User
from greencustoms.core.people import second_factor_needed
from greencustoms.demo_accounts import ACCOUNTS, FILE_NAME, OFFICER, OFFICER_AGREEMENTS, create_demo_accounts
from partners.tests.factories import AgreementFactory, PartnerFactory

pytestmark = pytest.mark.django_db

PASSWORD = "a password for the demonstration"


@pytest.fixture
def var(settings, tmp_path):
    settings.VAR_DIR = tmp_path
    for slug in ("cites-secretariat", "wco", "gci-secretariat"):
        PartnerFactory(slug=slug)
    for slug in OFFICER_AGREEMENTS:
        AgreementFactory(slug=slug)
    return tmp_path


def test_accounts_can_sign_in_and_have_the_factors_they_need(var):
    create_demo_accounts(PASSWORD)

    users = {user.email: user for user in User.objects.all()}
    assert set(users) == {account.email for account in ACCOUNTS}
    assert all(user.check_password(PASSWORD) for user in users.values())
    assert EmailAddress.objects.filter(verified=True, primary=True).count() == len(ACCOUNTS)
    assert all(is_mfa_enabled(user) for user in users.values() if second_factor_needed(user))


def test_officer_holds_a_grant_and_the_second_one_waits(var):
    create_demo_accounts(PASSWORD)

    assert [grant.user.email for grant in AccessGrant.objects.live(timezone.now())] == [OFFICER]
    assert [asked.user.email for asked in AccessRequest.objects.open()] == ["officer2@customs.example"]


def test_file_names_every_account_and_is_readable_by_its_owner_only(var):
    path = var / FILE_NAME

    assert create_demo_accounts(PASSWORD) == str(path)

    text = path.read_text()
    assert all(account.email in text for account in ACCOUNTS)
    assert PASSWORD in text
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_random_password_is_long_and_written_down(var):
    create_demo_accounts()

    lines = (var / FILE_NAME).read_text().splitlines()
    password = next(line.split("password")[1].strip() for line in lines if "password" in line)
    assert len(password) >= 15
    assert User.objects.get(email=OFFICER).check_password(password)


def test_running_again_keeps_everything(var):
    create_demo_accounts()
    text = (var / FILE_NAME).read_text()
    AccessGrant.objects.update(revoked_at=timezone.now(), revoked_by=User.objects.first())

    create_demo_accounts()

    assert (var / FILE_NAME).read_text() == text
    assert User.objects.count() == len(ACCOUNTS)
    assert not AccessGrant.objects.live(timezone.now()).exists()


def test_given_password_replaces_the_old_one(var):
    create_demo_accounts()

    create_demo_accounts(PASSWORD)

    assert User.objects.get(email=OFFICER).check_password(PASSWORD)
    assert PASSWORD in (var / FILE_NAME).read_text()


def test_demo_officer_signs_in_by_password_and_code_and_opens_the_list(var, capsys):
    create_demo_accounts(PASSWORD)
    client = Client()

    asked = client.post("/accounts/login/", {"login": OFFICER, "password": PASSWORD})
    call_command("demo_code", OFFICER)
    client.post(asked.url, {"code": capsys.readouterr().out.strip()})

    assert asked.url == "/accounts/2fa/authenticate/"
    assert client.get("/enforcement/indicators/").status_code == 200


@pytest.mark.parametrize(("name", "value"), [("MAIL_STAYS_HERE", False), ("SECURE_SSL_REDIRECT", True)])
def test_demo_accounts_are_refused_in_production(var, settings, name, value):
    setattr(settings, name, value)

    with pytest.raises(CommandError):
        create_demo_accounts(PASSWORD)
    assert not User.objects.exists()


def test_demo_accounts_without_partners_say_what_to_load(settings, tmp_path):
    settings.VAR_DIR = tmp_path

    with pytest.raises(CommandError, match="load_reference"):
        create_demo_accounts(PASSWORD)
    assert not (tmp_path / FILE_NAME).exists()
