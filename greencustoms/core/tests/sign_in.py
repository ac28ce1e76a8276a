"""Signing in without the sign-in pages, as tests of other pages need it."""

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.test import RequestFactory

from .factories import TOTP_SECRET


def code_of(secret=TOTP_SECRET):
    """The code that an authenticator app shows now."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def sign_in(client, user, *, mfa=False, age_seconds=0):
    """Sign a person in, with a password and, if asked for, a second factor; both used `age_seconds` ago.

    Whether the person owns a second factor is another matter: UserFactory(totp=True). Returns the client.
    """
    client.force_login(user)
    request = RequestFactory().get("/")
    request.session = client.session
    record_authentication(request, user, method="password", email=user.email)
    if mfa:
        record_authentication(request, user, method="mfa", type="totp", reauthenticated=True)
    for record in request.session[AUTHENTICATION_METHODS_SESSION_KEY]:
        record["at"] = time.time() - age_seconds
    request.session.save()
    return client
