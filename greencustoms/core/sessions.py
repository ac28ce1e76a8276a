"""How long a session lasts, and who needs a second factor (security section 3)."""

import time

from allauth.account.authentication import get_authentication_records
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

SEEN = "seen_at"
BEGAN = "began_at"
# The idle clock is written at most this often, so that reading pages does not write a row each time.
WRITE_EVERY_SECONDS = 60
# Recovery codes alone are no second factor: they replace a lost one.
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


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


class SecondFactorMiddleware:
    """Keeps those who must have a second factor on the pages where they set it up.

    Who must is asked of functions registered with `needs_second_factor`: the kernel knows no roles.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if (
            settings.SESSION_COOKIE_NAME in request.COOKIES
            and request.user.is_authenticated
            and not self._is_free(request.path)
            and second_factor_needed(request.user)
            and not has_second_factor(request.user)
        ):
            messages.warning(request, _("Your work here needs a second factor. Set one up, then go on."))
            return redirect("mfa_index")
        return self.get_response(request)

    @staticmethod
    def _is_free(path: str) -> bool:
        free = (reverse("mfa_index"), reverse("account_logout"), reverse("account_reauthenticate"), settings.STATIC_URL)
        return path.startswith(free) or path in ("/healthz", "/readyz")


_needs: list = []


def needs_second_factor(function):
    """Register a function that says of a user whether a second factor is required."""
    _needs.append(function)
    return function


def second_factor_needed(user) -> bool:
    return any(function(user) for function in _needs)


def second_factor_age(request) -> float | None:
    """Seconds since a second factor was used in this session, or None if it was not."""
    records = get_authentication_records(request, request.user)
    moments = [record["at"] for record in records if record.get("method") == "mfa"]
    return time.time() - max(moments) if moments else None
