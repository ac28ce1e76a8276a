"""Real round trips through the sign-in pages."""

import re
import time

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse

from greencustoms.core.models import OutboundMail, User
from greencustoms.core.passwords import LengthByFactorValidator
from greencustoms.core.sessions import second_factor_age

from .factories import PASSWORD, TOTP_SECRET, UserFactory
from .sign_in import code_of

pytestmark = pytest.mark.django_db

NEW_PASSWORD = "another row of plain words"
WRONG = "some other words that are wrong"


def sign_in(client, email, password=PASSWORD):
    return client.post(reverse("account_login"), {"login": email, "password": password})


def confirm_password(client):
    """Changes to an account ask for the password again, even right after the sign-in."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_password_signs_in_and_leads_to_the_first_page(client):
    response = sign_in(client, UserFactory(email="staff@office.example").email.upper())

    assert response["Location"] == reverse("after_sign_in")
    assert is_signed_in(client)


def test_sign_in_leads_back_to_the_page_that_was_wanted(client):
    user = UserFactory()
    wanted = client.get("/my/profile/")["Location"]

    response = client.post(wanted, {"login": user.email, "password": PASSWORD, "next": "/my/profile/"})

    assert response["Location"] == "/my/profile/"


def test_second_factor_is_asked_after_the_password(client, rf):
    user = UserFactory(totp=True)

    response = sign_in(client, user.email)
    assert response["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)

    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_signed_in(client)

    client.post(reverse("mfa_authenticate"), {"code": code_of()})
    assert is_signed_in(client)
    request = rf.get("/")
    request.session, request.user = client.session, user
    assert second_factor_age(request) < 60


def test_code_of_the_next_half_minute_is_refused(client):
    user = UserFactory(totp=True)
    sign_in(client, user.email)
    counter = next(iter(yield_hotp_counters_from_time()))

    client.post(reverse("mfa_authenticate"), {"code": format_hotp_value(hotp_value(TOTP_SECRET, counter + 1))})

    assert not is_signed_in(client)


def test_code_is_used_once(client):
    user = UserFactory(totp=True)
    sign_in(client, user.email)
    code = code_of()
    client.post(reverse("mfa_authenticate"), {"code": code})
    client.post(reverse("account_logout"))

    sign_in(client, user.email)
    client.post(reverse("mfa_authenticate"), {"code": code})

    assert not is_signed_in(client)


def test_secret_of_the_second_factor_lies_encrypted():
    row = Authenticator.objects.get(user=UserFactory(totp=True))

    assert TOTP_SECRET not in str(row.data)
    assert get_adapter().decrypt(row.data["secret"]) == TOTP_SECRET


def test_person_sets_up_a_second_factor_and_its_secret_is_encrypted(client, django_capture_on_commit_callbacks):
    user = UserFactory()
    sign_in(client, user.email)
    confirm_password(client)
    page = client.get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret

    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})

    assert response.status_code == 302
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP)
    assert secret not in str(row.data)
    assert [mail.recipient for mail in OutboundMail.objects.all()] == [user]


def test_sixth_wrong_password_in_a_row_is_refused_and_so_is_the_right_one(client):
    user = UserFactory()

    pages = [sign_in(client, user.email, WRONG).content.decode() for _ in range(6)]
    sign_in(client, user.email)

    assert "Too many" not in pages[4]
    assert "Too many" in pages[5]
    assert not is_signed_in(client)


def test_wrong_password_and_unknown_address_get_the_same_answer(client):
    known = sign_in(client, UserFactory(email="known1@office.example").email, WRONG)
    unknown = sign_in(client, "nobody@office.example", WRONG)

    assert known.context["form"].errors == unknown.context["form"].errors
    assert known.status_code == unknown.status_code == 200


def test_person_who_left_cannot_sign_in(client):
    sign_in(client, UserFactory(is_active=False).email)

    assert not is_signed_in(client)


def test_unverified_address_cannot_sign_in(client):
    user = UserFactory(verified=False)
    EmailAddress.objects.create(user=user, email=user.email, verified=False, primary=True)

    sign_in(client, user.email)

    assert not is_signed_in(client)


def test_sign_up_is_closed(client):
    response = client.post(
        reverse("account_signup"), {"email": "new@office.example", "password1": PASSWORD, "password2": PASSWORD}
    )

    assert response.status_code == 200
    assert not User.objects.filter(email="new@office.example").exists()


def test_forgotten_password_is_replaced_by_the_link_in_the_outbox(client):
    user = UserFactory()

    asked = client.post(reverse("account_reset_password"), {"email": user.email})
    mail = OutboundMail.objects.get()
    link = re.search(r"http://testserver(\S+)", mail.body_text).group(1)
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})

    assert asked["Location"] == reverse("account_reset_password_done")
    assert (mail.to_address, mail.recipient) == (user.email, user)
    assert mail.subject.startswith(settings.ACCOUNT_EMAIL_SUBJECT_PREFIX)
    assert settings.SITE_NAME in mail.body_text
    sign_in(client, user.email, NEW_PASSWORD)
    assert is_signed_in(client)
    assert OutboundMail.objects.count() == 2  # the second says that the password was changed


def test_reset_link_works_once(client):
    user = UserFactory()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"http://testserver(\S+)", OutboundMail.objects.get().body_text).group(1)
    form = client.get(link, follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    client.logout()

    again = client.get(link, follow=True)
    client.post(again.request["PATH_INFO"], {"password1": WRONG, "password2": WRONG})

    assert User.objects.get(pk=user.pk).check_password(NEW_PASSWORD)


def test_reset_page_answers_the_same_for_an_unknown_address_and_writes_to_nobody(client):
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@office.example"})

    assert unknown["Location"] == reverse("account_reset_password_done")
    assert not OutboundMail.objects.exists()


def test_reset_needs_a_long_password(client):
    user = UserFactory()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = re.search(r"http://testserver(\S+)", OutboundMail.objects.get().body_text).group(1)
    form = client.get(link, follow=True)

    client.post(form.redirect_chain[-1][0], {"password1": "only 14 chars.", "password2": "only 14 chars."})

    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_changed_password_signs_out_and_writes_a_mail(client):
    user = UserFactory()
    sign_in(client, user.email)

    client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD},
    )

    assert client.get("/my/profile/").status_code == 302
    assert user.mails.count() == 1


def test_second_factor_is_changed_only_within_ten_minutes_of_the_password(client):
    sign_in(client, UserFactory().email)
    confirm_password(client)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT - 5
    session.save()

    response = client.get(reverse("mfa_activate_totp"))

    assert response["Location"].startswith(reverse("account_reauthenticate"))


@pytest.mark.parametrize(
    "url_name",
    ["account_login", "account_reset_password", "account_signup"],
)
def test_entrance_pages_are_drawn(url_name, client):
    assert client.get(reverse(url_name)).status_code == 200


@pytest.mark.parametrize(
    "url_name",
    ["account_change_password", "account_email", "mfa_index", "mfa_list_webauthn", "usersessions_list"],
)
def test_account_pages_are_drawn(url_name, client):
    sign_in(client, UserFactory().email)

    assert client.get(reverse(url_name)).status_code == 200


def test_pages_of_the_second_factor_call_it_so(client):
    plain, owner = UserFactory(), UserFactory(totp=True)
    sign_in(client, plain.email)
    confirm_password(client)
    pages = [client.get(reverse("mfa_index")), client.get(reverse("mfa_activate_totp"))]
    client.post(reverse("account_logout"))
    sign_in(client, owner.email)
    pages.append(client.get(reverse("mfa_authenticate")))
    client.post(reverse("mfa_authenticate"), {"code": code_of()})
    pages.append(client.get(reverse("mfa_index")))

    texts = [page.content.decode() for page in pages]

    assert [page.status_code for page in pages] == [200] * 4
    assert all("econd factor" in text and "two-factor" not in text.lower() for text in texts)
    assert 'id="mfa_webauthn_authenticate"' in texts[2]


# --- Length of passwords ---


@pytest.mark.parametrize(
    ("length", "totp", "fits"), [(14, False, False), (15, False, True), (11, True, False), (12, True, True)]
)
def test_password_has_15_characters_or_12_with_a_second_factor(length, totp, fits):
    user = UserFactory(totp=totp)

    if fits:
        LengthByFactorValidator().validate("x" * length, user)
    else:
        with pytest.raises(ValidationError):
            LengthByFactorValidator().validate("x" * length, user)


def test_password_of_a_new_person_has_15_characters():
    with pytest.raises(ValidationError):
        LengthByFactorValidator().validate("x" * 14)


def test_sign_in_page_says_that_only_passkeys_need_a_script(client):
    html = client.get("/accounts/login/").content.decode()

    found = re.findall(r"<noscript>(.*?)</noscript>", html)
    said = "Signing in with a passkey needs JavaScript. E-mail address and password work without."
    assert found == [f'<p class="hint">{said}</p>']
    assert html.index("<noscript>") < html.index("</main>")
