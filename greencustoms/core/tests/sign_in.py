"""Signing in without the sign-in pages, as tests of other pages need it."""

import time

from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.account.internal.flows.login import record_authentication
from django.test import RequestFactory


def sign_in(client, user, mfa=True, age_seconds=0):
    """Sign a person in, with a password and (unless `mfa` is false) a second factor used `age_seconds` ago.

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
