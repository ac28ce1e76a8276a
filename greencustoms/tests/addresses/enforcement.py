"""The restricted section and who is let into it."""

from .kinds import (
    FORM,
    Address,
    only,
    signed_in,
)

ADDRESSES = [
    Address("desk/access/", "/desk/access/", only("access_administrator")),
    Address("desk/access/grant/", "/desk/access/grant/", only("access_administrator"), on_post=FORM),
    Address(
        "desk/access/requests/<int:pk>/refuse/",
        "/desk/access/requests/{world.access_request.pk}/refuse/",
        only("access_administrator"),
        on_post=FORM,
    ),
    Address(
        "desk/access/<int:pk>/revoke/",
        "/desk/access/{world.grant.pk}/revoke/",
        only("access_administrator"),
        on_post=FORM,
    ),
    Address("desk/access/log/", "/desk/access/log/", only("access_administrator")),
    # The restricted section; whoever already asked, or may not hold access, is not asked again
    Address("enforcement/", "/enforcement/", signed_in()),
    Address(
        "enforcement/ask/",
        "/enforcement/ask/",
        signed_in(officer=302, access_administrator=302, superuser=302),
        on_post=FORM,
    ),
    Address("enforcement/indicators/", "/enforcement/indicators/", only("cleared_officer", others=404), on_post=FORM),
    Address(
        "enforcement/indicators/<str:pk>/",
        "/enforcement/indicators/{world.indicator.pk}/",
        only("cleared_officer", others=404),
    ),
    Address("enforcement/^[\\s\\S]*$", "/enforcement/no/such/page", signed_in(404)),
]
