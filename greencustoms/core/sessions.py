"""How long a session lasts, and who needs a second factor (security section 3)."""

import time

from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.signals import authenticator_added
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from .people import SECOND_FACTORS, owns_second_factor, second_factor_needed

SEEN = "seen_at"
BEGAN = "began_at"
# The idle clock is written at most this often, so that reading pages does not write a row each time.
WRITE_EVERY_SECONDS = 60


@receiver(user_logged_in)
def start_the_clocks(sender, request, **kwargs):
    """Both limits count from the sign-in, even if no page follows it."""
    if request is not None and hasattr(request, "session"):
        request.session[BEGAN] = request.session[SEEN] = int(time.time())


def has_second_factor(user) -> bool:
    return is_mfa_enabled(user, types=SECOND_FACTORS)


class SessionLimitsMiddleware:
    """Ends a session after 2 hours without a request and after 12 hours in any case."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            now = int(time.time())
            session = request.session
            seen, began = session.get(SEEN, now), session.get(BEGAN, now)
            if now - seen > settings.SESSION_IDLE_SECONDS or now - began > settings.SESSION_COOKIE_AGE:
                logout(request)
                messages.info(request, _("You were signed out because the session had ended. Sign in to go on."))
            elif BEGAN not in session or now - seen >= WRITE_EVERY_SECONDS:
                session[BEGAN] = began
                session[SEEN] = now
        return self.get_response(request)


@receiver(authenticator_added)
def count_setting_up_as_use(sender, request, user, authenticator, **kwargs):
    """Whoever has just set up a factor has shown a code of it, or touched the key, in this very session."""
    if authenticator.type in SECOND_FACTORS:
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


class SecondFactorMiddleware:
    """Whoever owns a second factor must have used it in this session; whoever needs one and owns none sets it up.

    Owning one is not enough: a session that a password alone opened, before the factor was set up elsewhere,
    would stay as good as before, and could even remove the factor.
    Who needs one is asked of functions registered with `people.needs_second_factor`: the kernel knows no roles.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            and request.user.is_authenticated
            and not request.path.startswith(_open_without_use())
        ):
            owns, needs = owns_second_factor(request.user), second_factor_needed(request.user)
            if owns and second_factor_age(request) is None:
                return to_second_factor(request)
            if needs and not owns and not request.path.startswith(_pages_to_set_up()):
                messages.warning(request, _("Your work here needs a second factor. Set one up, then go on."))
                return redirect("mfa_index")
        return self.get_response(request)


def _open_without_use() -> tuple[str, ...]:
    """Where a second factor is used, the way out, and what belongs to no person or is opened by a link in a mail."""
    names = ("mfa_reauthenticate", "mfa_reauthenticate_webauthn", "account_logout")
    by_link = reverse("unsubscribe", args=["-"]).removesuffix("-/")
    return (*map(reverse, names), by_link, settings.STATIC_URL, "/healthz", "/readyz")


def _pages_to_set_up() -> tuple[str, ...]:
    return reverse("mfa_index"), reverse("account_reauthenticate")


def to_second_factor(request) -> HttpResponseRedirect:
    """To the page that asks for the second factor, and back to where one wanted to go."""
    return HttpResponseRedirect(
        f"{second_factor_page(request)}?{urlencode({REDIRECT_FIELD_NAME: request.get_full_path()})}"
    )


def second_factor_page(request) -> str:
    """Where this person uses a second factor; where one is set up for those who own none."""
    ways = get_adapter().get_reauthentication_methods(request.user)
    return next((way["url"] for way in ways if way["id"].startswith("mfa_")), reverse("mfa_index"))


def second_factor_age(request) -> float | None:
    """Seconds since a second factor was used in this session, or None if it was not."""
    records = get_authentication_records(request, request.user)
    moments = [record["at"] for record in records if record.get("method") == "mfa"]
    return time.time() - max(moments) if moments else None
