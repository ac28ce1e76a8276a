"""Courses, HS codes, the guide, the flyer, and feedback."""

from .kinds import (
    FORM,
    SECRETARIAT,
    Address,
    everyone,
    only,
    pdf,
    public,
    signed_in,
)

ADDRESSES = [
    public("courses/"),
    public("courses/<slug:slug>/", "/courses/{world.course.slug}/"),
    public("platforms/<slug:slug>/", "/platforms/{world.course.platform.slug}/"),
    public("hs/"),
    public("hs/export.csv"),
    public("hs/<str:code>/", "/hs/0507.10/"),
    public("guide/"),
    public("guide/<slug:slug>/", "/guide/{world.edition.slug}/"),
    public("guide/<slug:edition>/<slug:slug>/", "/guide/{world.edition.slug}/{world.section.slug}/"),
    pdf("guide/<slug:edition>/guide.pdf", "/guide/{world.edition.slug}/guide.pdf"),
    public("flyer/"),
    Address("feedback/", "/feedback/", everyone(), on_post=FORM),
    Address("feedback/sent/", "/feedback/sent/", everyone()),
    Address("desk/feedback/", "/desk/feedback/", only(*SECRETARIAT)),
    Address("desk/feedback/<int:pk>/", "/desk/feedback/{world.feedback.pk}/", only(*SECRETARIAT), on_post=FORM),
    Address("desk/guide/", "/desk/guide/", only(*SECRETARIAT), on_post=signed_in(405)),
    Address(
        "desk/guide/<int:pk>/pdf/",
        "/desk/guide/{world.edition.pk}/pdf/",
        only(*SECRETARIAT, status=302),
        on_post=only(*SECRETARIAT, status=302),
    ),
]
