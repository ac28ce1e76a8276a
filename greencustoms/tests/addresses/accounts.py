"""Signing in, one's own account, and the pages of allauth."""

from .kinds import (
    AFTER_A_FACTOR,
    ANONYMOUS,
    FORM,
    WITH_SECOND_FACTOR,
    Address,
    everyone,
    only,
    signed_in,
)

ADDRESSES = [
    # Our own pages of the accounts
    Address("accounts/after/", "/accounts/after/", signed_in(302), on_post=signed_in(405)),
    Address("accounts/invitation/<str:token>/", "/accounts/invitation/x/", everyone(410)),
    Address("accounts/request/", "/accounts/request/", {**everyone(302), ANONYMOUS: 200}, on_post=FORM),
    Address("accounts/request/sent/", "/accounts/request/sent/", everyone()),
    Address("accounts/request/<str:token>/", "/accounts/request/x/", everyone(410)),
    # Those of allauth
    Address("accounts/login/", "/accounts/login/", {**everyone(302), ANONYMOUS: 200}, on_post=FORM),
    Address("accounts/logout/", "/accounts/logout/", signed_in(), on_post=everyone(302)),
    Address("accounts/inactive/", "/accounts/inactive/", everyone()),
    Address("accounts/signup/", "/accounts/signup/", {**everyone(302), ANONYMOUS: 200}, on_post=FORM),
    Address("accounts/reauthenticate/", "/accounts/reauthenticate/", signed_in(), on_post=FORM),
    Address("accounts/email/", "/accounts/email/", signed_in(), on_post=signed_in(302)),
    Address("accounts/confirm-email/", "/accounts/confirm-email/", everyone()),
    Address("accounts/password/change/", "/accounts/password/change/", signed_in(), on_post=FORM),
    Address("accounts/password/set/", "/accounts/password/set/", signed_in(302)),
    Address("accounts/password/reset/", "/accounts/password/reset/", everyone(), on_post=FORM),
    Address("accounts/login/code/confirm/", "/accounts/login/code/confirm/", everyone(302)),
    Address(
        "accounts/^confirm-email/(?P<key>[-:\\w]+)/$", "/accounts/confirm-email/x/", everyone(), on_post=everyone(404)
    ),
    Address("accounts/password/reset/key/done/", "/accounts/password/reset/key/done/", everyone()),
    Address(
        "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        "/accounts/password/reset/key/1-x/",
        everyone(),
        on_post=FORM,
    ),
    Address("accounts/password/reset/done/", "/accounts/password/reset/done/", everyone()),
    Address("accounts/2fa/", "/accounts/2fa/", signed_in()),
    Address("accounts/2fa/authenticate/", "/accounts/2fa/authenticate/", everyone(302)),
    Address(
        "accounts/2fa/reauthenticate/",
        "/accounts/2fa/reauthenticate/",
        only(*WITH_SECOND_FACTOR, others=302),
        on_post=FORM,
    ),
    # Changes ask for the password first, or for the factor of those who own one
    Address("accounts/2fa/totp/activate/", "/accounts/2fa/totp/activate/", signed_in(302)),
    Address(
        "accounts/2fa/totp/deactivate/",
        "/accounts/2fa/totp/deactivate/",
        only(*WITH_SECOND_FACTOR, others=404),
        on_post=only(*WITH_SECOND_FACTOR, status=302, others=404),
    ),
    Address("accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/", signed_in(404), on_post=signed_in(405)),
    Address(
        "accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/recovery-codes/generate/",
        AFTER_A_FACTOR,
        on_post=signed_in(302),
    ),
    Address("accounts/2fa/recovery-codes/download/", "/accounts/2fa/recovery-codes/download/", signed_in(404)),
    Address("accounts/2fa/webauthn/", "/accounts/2fa/webauthn/", signed_in()),
    Address("accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/add/", AFTER_A_FACTOR, on_post=FORM),
    Address("accounts/2fa/webauthn/reauthenticate/", "/accounts/2fa/webauthn/reauthenticate/", signed_in(302)),
    Address(
        "accounts/2fa/webauthn/keys/<int:pk>/remove/",
        "/accounts/2fa/webauthn/keys/1/remove/",
        only(*WITH_SECOND_FACTOR, status=404, others=302),
    ),
    Address(
        "accounts/2fa/webauthn/keys/<int:pk>/edit/",
        "/accounts/2fa/webauthn/keys/1/edit/",
        only(*WITH_SECOND_FACTOR, status=404, others=302),
    ),
    Address("accounts/2fa/webauthn/login/", "/accounts/2fa/webauthn/login/", everyone(302)),
    Address("accounts/sessions/", "/accounts/sessions/", signed_in(), on_post=signed_in(302)),
]
