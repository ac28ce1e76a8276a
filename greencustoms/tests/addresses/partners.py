"""Partners, agreements, texts about the Initiative, and the people who work here."""

from .kinds import (
    FORM,
    KEEPERS_OF_PEOPLE,
    SECRETARIAT,
    Address,
    everyone,
    only,
    public,
    signed_in,
)

ADDRESSES = [
    public("agreements/"),
    public("agreements/<slug:slug>/", "/agreements/{world.agreement.slug}/"),
    public("partners/"),
    public("partners/<slug:slug>/", "/partners/{world.partner.slug}/"),
    public("about/"),
    public("about/cen/"),
    public("about/terms-of-reference/"),
    Address("about/<slug:slug>/", "/about/privacy/", everyone(301), on_post=everyone(405)),
    public("privacy/"),
    public("accessibility/"),
    public("copyright/"),
    Address("my/profile/", "/my/profile/", signed_in(), on_post=FORM),
    Address("desk/people/", "/desk/people/", only(*KEEPERS_OF_PEOPLE), on_post=signed_in(405)),
    Address("desk/people/invite/", "/desk/people/invite/", only(*KEEPERS_OF_PEOPLE), on_post=FORM),
    Address(
        "desk/people/invitations/<int:pk>/withdraw/",
        "/desk/people/invitations/{world.invitation.pk}/withdraw/",
        only(*SECRETARIAT, focal_point=404),
        on_post=only(*SECRETARIAT, status=302, focal_point=404),
    ),
    Address(
        "desk/people/members/<int:pk>/remove/",
        "/desk/people/members/{world.membership.pk}/remove/",
        only(*KEEPERS_OF_PEOPLE),
        on_post=only(*KEEPERS_OF_PEOPLE, status=302),
    ),
    Address("desk/requests/", "/desk/requests/", only(*KEEPERS_OF_PEOPLE), on_post=signed_in(405)),
    Address(
        "desk/requests/<int:pk>/",
        "/desk/requests/{world.account_request.pk}/",
        only("focal_point", secretariat=404, superuser=404),
        on_post=FORM,
    ),
    Address("desk/working-days/", "/desk/working-days/", only(*KEEPERS_OF_PEOPLE), on_post=signed_in(405)),
    Address(
        "desk/working-days/<slug:slug>/",
        "/desk/working-days/{world.partner.slug}/",
        only(*SECRETARIAT, focal_point=404),
        on_post=FORM,
    ),
    Address("desk/partners/", "/desk/partners/", only(*SECRETARIAT)),
    Address("desk/partners/add/", "/desk/partners/add/", only(*SECRETARIAT), on_post=FORM),
    Address("desk/partners/<slug:slug>/", "/desk/partners/{world.partner.slug}/", only(*SECRETARIAT), on_post=FORM),
    Address("desk/agreements/", "/desk/agreements/", only(*SECRETARIAT)),
    Address(
        "desk/agreements/<slug:slug>/", "/desk/agreements/{world.agreement.slug}/", only(*SECRETARIAT), on_post=FORM
    ),
    Address("desk/events/", "/desk/events/", only(*SECRETARIAT)),
    Address("desk/events/add/", "/desk/events/add/", only(*SECRETARIAT), on_post=FORM),
    Address("desk/events/<slug:slug>/", "/desk/events/{world.event.slug}/", only(*SECRETARIAT), on_post=FORM),
    Address(
        "desk/events/<slug:slug>/delete/", "/desk/events/{world.event.slug}/delete/", only(*SECRETARIAT), on_post=FORM
    ),
    Address("desk/about/", "/desk/about/", only(*SECRETARIAT)),
    Address("desk/about/<slug:slug>/", "/desk/about/privacy/", only(*SECRETARIAT), on_post=FORM),
]
