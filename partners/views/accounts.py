"""How a person gets an account, and one's own page."""

import functools

from allauth.account.internal.flows.login import perform_password_login
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from greencustoms.core import open_forms, time_zones
from partners import access, links
from partners.forms import AcceptForm, AccountRequestForm, ProfileForm
from partners.services import people, requests

LATEST_CONFIRMATION = "account_request_link"


def _link_page(view):
    """A page whose address is a secret: kept by nobody, told to no other site."""

    @login_not_required
    @never_cache
    @functools.wraps(view)
    def wrapper(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return wrapper


@_link_page
@require_http_methods(["GET", "POST"])
def invitation_accept(request, token):
    invitation = links.invitation_of(token)
    now = timezone.now()
    if invitation is None or not invitation.is_open(now) or not access.may_still_invite(invitation):
        context = {"invitation": invitation, "is_open": invitation is not None and invitation.is_open(now)}
        return render(request, "partners/invitation_void.html", context, status=410)
    person = people.person_with(invitation.email)
    if request.user.is_authenticated or person is not None:
        return _accept_as(request, invitation, person, now)
    form = AcceptForm(request.POST or None, email=invitation.email, initial={"name": invitation.name})
    if form.is_valid():
        try:
            user = people.accept_as_new(
                invitation=invitation,
                name=form.cleaned_data["name"],
                password=form.cleaned_data["password"],
                now=now,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return perform_password_login(request, {"email": user.email}, Login(user=user))
    return render(request, "partners/invitation_accept.html", {"invitation": invitation, "form": form})


def _accept_as(request, invitation, person, now):
    """There is an account with this address, or somebody else is signed in."""
    is_own = request.user.is_authenticated and request.user == person
    error = None
    if request.method == "POST" and is_own:
        try:
            people.accept_as(invitation=invitation, user=request.user, now=now)
        except ValidationError as refusal:
            error = refusal.message
        else:
            messages.success(request, _("You have accepted the invitation."))
            return redirect("after_sign_in")
    context = {
        "invitation": invitation,
        "is_own": is_own,
        "has_account": person is not None,
        "sign_in_url": f"{reverse('account_login')}?{urlencode({REDIRECT_FIELD_NAME: request.path})}",
        "error": error,
    }
    return render(request, "partners/invitation_join.html", context)


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def account_request(request):
    if request.user.is_authenticated:
        return redirect("after_sign_in")
    if open_forms.is_robot(request):
        return redirect("account_request_sent")
    now = timezone.now()
    form = AccountRequestForm(request.POST or None, now=now)
    if form.is_valid():
        if not open_forms.allow_network(request, "account-request", burst=5, per_hour=5):
            form.add_error(None, _("Too many requests came from your network. Please try again in an hour."))
            return render(request, "partners/account_request.html", {"form": form}, status=429)
        # The answer is the same for a known address, an unknown one and one that had its mails for today.
        request.session.pop(LATEST_CONFIRMATION, None)
        if open_forms.allow_mail_to_stranger("account-request", form.cleaned_data["email"]):
            row = requests.ask_for_account(**form.cleaned_data, now=now)
            if settings.MAIL_STAYS_HERE:
                request.session[LATEST_CONFIRMATION] = links.confirmation_url(row)
        return redirect("account_request_sent")
    return render(request, "partners/account_request.html", {"form": form})


@login_not_required
@never_cache
@require_safe
def account_request_sent(request):
    link = request.session.get(LATEST_CONFIRMATION) if settings.MAIL_STAYS_HERE else None
    return render(request, "partners/account_request_sent.html", {"link": link})


@_link_page
@require_http_methods(["GET", "POST"])
def account_request_confirm(request, token):
    row = links.account_request_of(token)
    if row is None:
        return render(request, "partners/account_request_void.html", status=410)
    context = {"account_request": row, "error": None, "is_done": False}
    if request.method == "POST":
        try:
            requests.confirm(account_request=row)
        except ValidationError as error:
            context["error"] = error.message
        context["is_done"] = context["error"] is None
    return render(request, "partners/account_request_confirm.html", context)


@require_http_methods(["GET", "POST"])
def my_profile(request):
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        form.save()
        messages.success(request, _("Your profile is saved."))
        return redirect("my_profile")
    # A refused form has put its values into the person who is signed in; the page's header shows what is stored.
    if form.is_bound:
        request.user.refresh_from_db()
    memberships = request.user.memberships.select_related("partner").order_by("partner__sort_key")
    context = {"form": form, "memberships": memberships, "time_zone": time_zones.words(request.user.time_zone)}
    return render(request, "partners/my_profile.html", context)
