"""Mails that stay in the portal: each person reads their own, and nobody else's."""

import re

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from greencustoms.core.choices import MailState
from greencustoms.core.models import OutboundMail
from greencustoms.core.paging import page_of
from greencustoms.mail_sample import kind_of


@require_safe
def my_mails(request):
    mails = _own_mails(request.user).defer("body_text", "body_html").order_by("-created_at", "-pk")
    page = page_of(mails, request, per_page=25)
    page.rows = [(mail, kind_of(mail)) for mail in page.rows]
    return render(request, "my/my_mails.html", {"page": page})


@require_safe
def my_mail(request, pk):
    mail = get_object_or_404(_own_mails(request.user), pk=pk)
    crumbs = [(_("My mail"), reverse("my_mails")), (mail.subject, None)]
    return render(request, "my/my_mail.html", {"mail": mail, "text": _with_own_links(mail.body_text), "crumbs": crumbs})


def _with_own_links(text: str) -> SafeString:
    """The text as HTML in which only addresses of this portal can be followed: people wrote some of the others."""
    # Not inside another address, and not the beginning of another host's name.
    own = rf"(?<![^\s(<]){re.escape(settings.PORTAL_URL)}(?=[/\s]|$)(?:/(?:[^\s<>\"']*[^\s<>\"'.,;:!?)])?)?"
    parts, end = [], 0
    for found in re.finditer(own, text):
        url = escape(found[0])
        parts += [escape(text[end : found.start()]), f'<a href="{url}">{url}</a>']
        end = found.end()
    return mark_safe("".join([*parts, escape(text[end:])]))  # noqa: S308 - each part is escaped


def _own_mails(user):
    """Mails kept for this person. Where mail really leaves there is nothing to read here."""
    if not settings.MAIL_STAYS_HERE:
        raise Http404
    return OutboundMail.objects.filter(recipient=user, state=MailState.KEPT)
