"""Addresses that only a button leads to."""

import functools

from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect


def post_only(back_to: str, *names: str):
    """For a view that only does something. Whoever reads its address is led back to the page where its button stands.

    That happens when a session has ended before the button was pressed: the sign-in leads to the address that was
    wanted. `names` are the arguments of the view that the page takes too.
    """

    def decorator(view):
        @functools.wraps(view)
        def wrapper(request, *args, **kwargs):
            if request.method in ("GET", "HEAD"):
                return redirect(back_to, **{name: kwargs[name] for name in names})
            if request.method != "POST":
                return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
            return view(request, *args, **kwargs)

        return wrapper

    return decorator
