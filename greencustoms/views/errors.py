"""Pages for what went wrong, in plain words."""

from django.shortcuts import render


def csrf_failure(request, reason=""):
    """The form stood open too long, or cookies are off."""
    return render(request, "csrf_failure.html", status=403)
