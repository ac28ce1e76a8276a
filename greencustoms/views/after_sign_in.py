"""Where the sign-in leads."""

from django.contrib.auth import REDIRECT_FIELD_NAME
from django.shortcuts import redirect
from django.urls import NoReverseMatch, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from partners.access import is_member


@require_safe
def after_sign_in(request):
    """The first page for this person, or the one they wanted to see."""
    wanted = request.GET.get(REDIRECT_FIELD_NAME, "")
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        return redirect(wanted)
    return redirect(_first_page(request.user))


def _first_page(user) -> str:
    """Each kind of user has one; rooms that are not there are passed over."""
    for is_theirs, url_name in (
        (lambda: user.has_perm("partners.use_desk"), "desk_home"),
        (lambda: user.has_perm("enforcement.decide_access"), "desk_access"),
        (lambda: is_member(user), "my_home"),
        (lambda: user.is_staff, "admin:index"),
        (lambda: True, "enforcement_home"),
        (lambda: True, "home"),
    ):
        try:
            url = reverse(url_name)
        except NoReverseMatch:
            continue
        if is_theirs():
            return url
    return "/"
