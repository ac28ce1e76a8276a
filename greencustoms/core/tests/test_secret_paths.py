"""Links that are secrets stand in no log."""

import logging
import re
from pathlib import Path

import pytest
from django.conf import settings

from greencustoms.core.secret_paths import BEGINNINGS, without_secrets


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/unsubscribe/12:aBc-_9/", "/unsubscribe/..."),
        ("/my/calendar/aBc.ics", "/my/calendar/..."),
        ("/accounts/invitation/aBc:1x:9/", "/accounts/invitation/..."),
        ("/accounts/request/aBc/", "/accounts/request/..."),
        ("/accounts/password/reset/key/7-aBc-9/", "/accounts/password/..."),
        ("/accounts/confirm-email/MQ:1x:9/", "/accounts/confirm-email/..."),
        ("/accounts/login/", "/accounts/login/"),
        ("/unsubscribe/", "/unsubscribe/"),
        ("/desk/mail/7/", "/desk/mail/7/"),
    ],
)
def test_only_the_beginning_of_a_secret_address_is_shown(path, shown):
    assert without_secrets(f'Gone: {path} "GET {path} HTTP/1.1" (http://testserver{path})') == (
        f'Gone: {shown} "GET {shown} HTTP/1.1" (http://testserver{shown})'
    )


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/unsubscribe/aBc:9/", "/accounts/invitation/aBc:9/", "/my/calendar/aBc.ics"])
def test_log_of_the_portal_holds_no_secret_address(path, client, written):
    client.get(path)
    client.options(path)

    assert f"{path.rpartition('aBc')[0]}..." in written()
    assert "aBc" not in written()


@pytest.fixture
def written(monkeypatch):
    """What the handler of the log writes, as in production."""
    [handler] = [each for each in logging.getLogger().handlers if each.get_name() == "console"]
    lines = []
    monkeypatch.setattr(handler, "stream", type("Lines", (), {"write": lines.append, "flush": lambda self: None})())
    return lambda: "".join(lines)


@pytest.mark.parametrize("name", ["django", "django.request", "django.server"])
def test_django_has_no_handlers_that_would_write_the_whole_address_once_more(name):
    assert logging.getLogger(name).handlers == []
    assert logging.getLogger(name).propagate


def test_the_list_of_nginx_is_the_same():
    conf = Path(settings.BASE_DIR / "ops" / "nginx.conf").read_text()
    found = re.findall(r'"~\^(?:\(\?<beginning>(.+?/)\)|(/.+?/))\." ', conf)

    assert tuple(grouped or plain for grouped, plain in found) == BEGINNINGS
