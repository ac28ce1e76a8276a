"""What the shell of every page needs."""

from django.conf import settings
from django.utils.translation import get_language_bidi, get_language


def shell(request):
    """Language, direction and name. The visitor's work links come from `views.menu`, only when signed in."""
    return {
        "language": get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "site_name": settings.SITE_NAME,
        "enforcement_enabled": settings.ENFORCEMENT_ENABLED,
    }
