"""The dress of all mails: text and HTML say the same, are made for phones, and hold nothing that is fetched."""

import re
from pathlib import Path

import allauth
import pytest
from django.conf import settings

from greencustoms.core.tests.factories import UserFactory
from greencustoms.tests.mails import NOTICES, every_mail

pytestmark = pytest.mark.django_db

LINK = re.compile(r"https?://[^\s\"<>]+")
TEMPLATES = Path(settings.BASE_DIR) / "templates"
# What allauth would send where people sign up by themselves, or sign in with codes. Here nobody does.
NEVER_SENT = {
    f"account/email/{name}"
    for name in (
        "account_already_exists", "email_confirmation_signup", "login_code", "password_reset_code", "unknown_account",
    )
}  # fmt: skip


@pytest.fixture
def mails():
    return every_mail(UserFactory(name="Desk of <the> office"))


def test_every_template_of_a_mail_is_among_those_looked_at(mails):
    ours = {path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.glob("*/emails/*_body.txt")}
    theirs = Path(allauth.__file__).parent / "templates"
    allauths = {
        path.relative_to(theirs).as_posix().removesuffix("_message.txt")
        for room in ("account", "mfa")
        for path in theirs.glob(f"{room}/email/*_message.txt")
    } - {"account/email/base"}

    looked_at = {name.partition(" ")[0] for name in mails}
    assert looked_at == {name.removesuffix("_body.txt") for name in ours} | allauths - NEVER_SENT


def test_html_of_each_mail_is_a_page_of_its_own(mails):
    for name, mail in mails.items():
        html = mail.body_html
        title = re.search("<title>(.*?)</title>", html)[1]
        assert html.startswith('<!doctype html>\n<html lang="en" dir="ltr">'), name
        assert title, name
        assert title in mail.subject.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"), name
        assert '<meta name="viewport" content="width=device-width, initial-scale=1">' in html, name
        assert "prefers-color-scheme: dark" in html, name
        assert not re.search(r"<(img|script|link|iframe|form)|url\(|@import|src=", html), name


def test_both_parts_lead_to_the_same_full_addresses(mails):
    for name, mail in mails.items():
        links = re.findall('href="(.*?)"', mail.body_html)
        assert set(links) == set(LINK.findall(mail.body_text)), name
        assert all(link.startswith("http://testserver") for link in links), name


def test_what_people_wrote_is_escaped_in_html_and_plain_in_text(mails):
    for name, mail in mails.items():
        assert not re.search(r"<(the|numbers|partners|ask|needed|reply|7)>", mail.body_html), name
        assert not re.search("&(lt|amp|quot|#)", mail.subject + mail.body_text), name


def test_text_is_without_markup_and_holes(mails):
    for name, mail in mails.items():
        text = mail.body_text
        assert not re.search(r"\n\n\n|[ \t]\n|{|}|</", text), name
        assert text.endswith("Please do not answer it.\nhttp://testserver\n"), name


def test_notices_of_an_account_say_what_was_done_and_what_to_do(mails):
    for name in NOTICES:
        text = mails[name].body_text
        assert text.startswith("This was changed on your account of the Green Customs portal:\n\n"), name
        assert "http://testserver/accounts/password/reset/" in text, name
        assert "IP address: 192.0.2.7\nBrowser: Browser <7>" in text, name


def test_each_mail_is_in_the_language_of_its_reader(settings):
    """Arabic is written from right to left. Without an account nobody knows the reader's language."""
    mails = every_mail(UserFactory(language="ar"))
    without_account = {
        f"partners/emails/{name}" for name in ("invitation", "account_request_confirm", "account_request_refused")
    }

    beginnings = {name: mail.body_html.splitlines()[1] for name, mail in mails.items()}

    assert beginnings == {
        name: '<html lang="en" dir="ltr">' if name in without_account else '<html lang="ar" dir="rtl">'
        for name in mails
    }  # fmt: skip
