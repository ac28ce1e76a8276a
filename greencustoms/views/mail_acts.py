"""What the secretariat may do with mails, people's reminders and addresses. Whoever is second is told."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from greencustoms.core.choices import MailState
from greencustoms.core.mail import addresses, keeping, shown
from greencustoms.core.models import OutboundMail
from greencustoms.core.posting import post_only
from greencustoms.mail_links import instead_of

from .mail_desk import crumbs_from, do_and_tell, keepers_only, refusing_address_of, refusing_addresses


@keepers_only
@post_only("desk_mail_one", "pk")
def desk_mail_hold(request, pk):
    mail = get_object_or_404(shown.mails().filter(stream__in=shown.READABLE), pk=pk)
    _do(request, mail, lambda: keeping.hold(mail=mail, by=request.user), _("The mail is held back until it is let go."))
    return redirect("desk_mail_one", pk)


@keepers_only
@post_only("desk_mail_one", "pk")
def desk_mail_let_go(request, pk):
    mail = get_object_or_404(shown.mails(), pk=pk)
    _do(request, mail, lambda: keeping.let_go(mail=mail, by=request.user), _("The mail goes out with the next round."))
    return redirect("desk_mail_one", pk)


@keepers_only
@require_http_methods(["GET", "POST"])
def desk_mail_send_again(request, pk):
    mail = get_object_or_404(shown.mails(), pk=pk)
    if request.method == "GET":
        context = {"mail": mail, "crumbs": _crumbs(mail, _("Send again")), "address": refusing_address_of(mail)}
        return render(request, "desk/mail_send_again.html", context)
    _do(request, mail, lambda: _send_again(mail, request.user), _("The mail goes out with the next round."))
    return redirect("desk_mail_one", pk)


def _send_again(mail: OutboundMail, by) -> None:
    now = timezone.now()
    if instead := instead_of(mail, now):
        raise ValidationError(instead, code="dead_link")
    keeping.send_again(mail=mail, by=by, now=now)


def _do(request, mail: OutboundMail, act, done: str) -> None:
    """Do it if the mail still is what the person has seen; say how it went."""
    if request.POST.get("seen") != mail.state:
        state = MailState(mail.state).label
        words = _("Somebody was faster, or the portal itself: this mail is now “%(state)s”. Please look again.")
        messages.warning(request, words % {"state": state})
        return
    do_and_tell(request, act, done)


@keepers_only
@require_http_methods(["GET", "POST"])
def desk_mail_address(request, pk):
    """Let mail go to an address again that refused it."""
    address = get_object_or_404(refusing_addresses(), pk=pk)
    if request.method == "POST":
        addresses.forgive(address=address.address, by=request.user)
        messages.success(request, _("Mail goes to %(address)s again.") % {"address": address.address})
        return redirect("desk_mail_waiting")
    crumbs = crumbs_from("desk_mail_waiting", _("Let mail go there again"))
    return render(request, "desk/mail_address.html", {"address": address, "crumbs": crumbs})


def _crumbs(mail: OutboundMail, here: str) -> list[tuple[str, str | None]]:
    return crumbs_from("desk_mail_sent", here, over=(mail.subject, reverse("desk_mail_one", args=[mail.pk])))
