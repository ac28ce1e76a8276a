"""Focal points and the secretariat: who works here, invitations, requests for accounts."""

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from greencustoms.core.paging import page_of
from partners import access, links
from partners.choices import MemberRole, RequestState
from partners.forms import AnswerForm, InvitationForm
from partners.models import AccountRequest, Invitation, Membership
from partners.services import people, requests

ANSWERED_SHOWN = 20


@require_safe
def desk_people(request):
    access.require(access.keeps_people(request.user))
    members = Membership.objects.looked_after_by(request.user).select_related("user", "partner")
    page = page_of(members.order_by("partner__sort_key", "user__name", "pk"), request)
    now = timezone.now()
    open_invitations = (
        Invitation.objects.looked_after_by(request.user).open(now).select_related("partner", "invited_by")
    )
    context = {
        "page": page,
        "members": [(member, _may_remove(request, member)) for member in page.rows],
        "invitations": [(invitation, _link_to_hand_over(request, invitation)) for invitation in open_invitations[:200]],
    }
    return render(request, "partners/desk_people.html", context)


def _may_remove(request, membership) -> bool:
    """Whether to offer it; the page of the removal asks again, and knows whether this is the last focal point."""
    if access.is_secretariat(request.user):
        return True
    return membership.role != MemberRole.FOCAL or membership.user_id == request.user.pk


def _link_to_hand_over(request, invitation) -> str:
    """Where no mail leaves, the inviter passes the link on. Nobody else sees it."""
    if settings.MAIL_STAYS_HERE and invitation.invited_by_id == request.user.pk:
        return links.invitation_url(invitation)
    return ""


@require_http_methods(["GET", "POST"])
def desk_invite(request):
    access.require(access.keeps_people(request.user))
    form = InvitationForm(request.POST or None, user=request.user)
    if form.is_valid():
        try:
            invitation = people.invite(by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("An invitation to %(email)s is on its way.") % {"email": invitation.email})
            return redirect("desk_people")
    return render(request, "partners/desk_invite.html", {"form": form})


@require_http_methods(["GET", "POST"])
def desk_invitation_withdraw(request, pk):
    access.require(access.keeps_people(request.user))
    mine = Invitation.objects.looked_after_by(request.user).open(timezone.now()).select_related("partner")
    invitation = get_object_or_404(mine, pk=pk)
    if request.method == "POST":
        try:
            people.withdraw(invitation=invitation, by=request.user, now=timezone.now())
        except ValidationError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("The invitation is withdrawn; its link no longer works."))
        return redirect("desk_people")
    return render(request, "partners/desk_invitation_withdraw.html", {"invitation": invitation})


@require_http_methods(["GET", "POST"])
def desk_member_remove(request, pk):
    access.require(access.keeps_people(request.user))
    mine = Membership.objects.looked_after_by(request.user).select_related("user", "partner")
    membership = get_object_or_404(mine, pk=pk)
    may = access.may_remove(request.user, membership)
    if request.method == "POST":
        access.require(may)
        try:
            people.remove_member(membership=membership, by=request.user, now=timezone.now())
        except ValidationError as error:
            messages.error(request, error.message)
        else:
            messages.success(request, _("This person no longer works here for that organisation."))
        return redirect("desk_people" if access.keeps_people(request.user) else "after_sign_in")
    context = {"membership": membership, "may": may, "is_own": membership.user_id == request.user.pk}
    return render(request, "partners/desk_member_remove.html", context)


@require_safe
def desk_request_list(request):
    access.require(access.keeps_people(request.user))
    mine = AccountRequest.objects.answerable_by(request.user).select_related("partner", "answered_by")
    page = page_of(mine.waiting().order_by("asked_at", "pk"), request)
    answered = mine.exclude(state__in=[RequestState.OPEN, RequestState.UNCONFIRMED]).order_by("-answered_at", "-pk")
    context = {"page": page, "answered": answered[:ANSWERED_SHOWN]}
    return render(request, "partners/desk_request_list.html", context)


@require_http_methods(["GET", "POST"])
def desk_request_answer(request, pk):
    access.require(access.keeps_people(request.user))
    mine = AccountRequest.objects.confirmed().answerable_by(request.user).select_related("partner", "answered_by")
    account_request = get_object_or_404(mine, pk=pk)
    form = AnswerForm(request.POST or None)
    if account_request.state == RequestState.OPEN and form.is_valid():
        try:
            message = _answer(account_request, form.cleaned_data, by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, message)
            return redirect("desk_request_list")
    invitation = Invitation.objects.filter(account_request=account_request).first()
    context = {
        "account_request": account_request,
        "form": form,
        "is_open": account_request.state == RequestState.OPEN,
        "link": _link_to_hand_over(request, invitation) if invitation and invitation.is_open(timezone.now()) else "",
    }
    return render(request, "partners/desk_request_answer.html", context)


def _answer(account_request, answer, *, by) -> str:
    now = timezone.now()
    if answer["decision"] == AnswerForm.ENDORSE:
        requests.endorse(account_request=account_request, by=by, now=now)
        return _("The officer is invited.")
    requests.refuse(account_request=account_request, reason=answer["reason"], by=by, now=now)
    return _("The request is refused, and the officer is told why.")
