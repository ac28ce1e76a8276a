"""Pages that join rooms, one's own mail, and what machines ask for. Those about mail are in mail.py."""

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
    public(""),
    public("search/"),
    public("calendar/"),
    public("calendar.ics"),
    public("sitemap.xml"),
    public("robots.txt"),
    Address("healthz", "/healthz", everyone()),
    Address("readyz", "/readyz", everyone()),
    Address("my/reminders/", "/my/reminders/", signed_in(), on_post=FORM),
    # Needs no sign-in: the token says whose reminders end.
    Address("unsubscribe/<str:token>/", "/unsubscribe/{world.way_out}/", everyone(), on_post=everyone()),
    Address("my/mail/", "/my/mail/", signed_in()),
    Address("my/mail/<int:pk>/", "/my/mail/{world.mail.pk}/", only("staff", others=404), on_post=signed_in(405)),
    Address(
        "desk/",
        "/desk/",
        only(*KEEPERS_OF_PEOPLE, "access_administrator", "secretariat_reader", "technical_administrator"),
        on_post=signed_in(405),
    ),
    Address(
        "desk/health/",
        "/desk/health/",
        only("technical_administrator", "superuser"),
        on_post=signed_in(405),
    ),
    Address("desk/jobs/<int:pk>/", "/desk/jobs/{world.job.pk}/", only(*SECRETARIAT), on_post=signed_in(405)),
]
