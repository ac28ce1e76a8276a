"""What the shell of every page needs."""

from urllib.parse import urlencode

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext as _

from greencustoms import roles
from greencustoms.core import health
from greencustoms.core.people import roles_of
from partners.access import memberships_of
from partners.choices import MemberRole


def shell(request):
    """Language, direction, name, and for those who are signed in the links to their work."""
    return {
        "language": get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "site_name": settings.SITE_NAME,
        "feedback_url": feedback_url(request.path),
        "mail_stays_here": settings.MAIL_STAYS_HERE,
        "enforcement_enabled": settings.ENFORCEMENT_ENABLED,
        # Lazy: a fragment or a PDF that shows no menu asks no question.
        "work_links": SimpleLazyObject(lambda: work_links(request)),
        "standstill": SimpleLazyObject(lambda: standstill(request)),
    }


def standstill(request) -> health.Standstill | None:
    """The red bar of those who look after the machine, when the minute's work stands still."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.has_perm("core.see_health"):
        return None
    return health.standstill(user, timezone.now())


# Paths there hold secrets or name restricted items, or lead in circles.
WITHOUT_FEEDBACK = ("/accounts/", "/enforcement/", "/desk/access/", "/feedback/", "/unsubscribe/")


def feedback_url(path: str) -> str:
    """The form for feedback on the page with this path; empty where a page has no such link."""
    return "" if path.startswith(WITHOUT_FEEDBACK) else f"{reverse('feedback')}?{urlencode({'page': path}, safe='/')}"


def work_links(request) -> list[tuple[str, str]]:
    """Label and address of the pages this person works on, apart from My work; none for visitors."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return []
    held = _held_by(user)
    wanted = []
    if held & WORKS_AT_THE_DESK:
        wanted.append((_("Work desk"), "desk_home"))
    if settings.ENFORCEMENT_ENABLED and (not held or ("role", roles.STEWARD.name) in held):
        # Officers of a national administration belong to no partner and hold no role.
        wanted.append((_("Risk indicators"), "enforcement_home"))
    if user.is_staff:
        wanted.append((_("Administration"), "admin:index"))
    return [(label, url) for label, url in ((label, _address(name)) for label, name in wanted) if url]


WORKS_AT_THE_DESK = {
    ("role", roles.SECRETARIAT.name),
    ("role", roles.SECRETARIAT_READER.name),
    ("role", roles.ACCESS_ADMINISTRATOR.name),
    ("role", roles.TECHNICAL_ADMINISTRATOR.name),
    ("member", MemberRole.FOCAL.value),
}


def _held_by(user) -> set[tuple[str, str]]:
    """Roles and memberships of a person. Links only: every page asks again for itself."""
    held = {("role", name) for name in roles_of(user)}
    return held | {("member", belonging.role) for belonging in memberships_of(user)}


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
