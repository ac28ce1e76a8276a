"""The secretariat's pages about mail: what comes, what waits, what went, and one mail. The acts are in mail_acts."""

import functools
from dataclasses import replace

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import Count, Exists, OuterRef, QuerySet
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from greencustoms.core import facets, health, time_zones
from greencustoms.core.choices import MailState
from greencustoms.core.mail import keeping, pause, shown, words
from greencustoms.core.mail.days import local_day_of
from greencustoms.core.mail.lots import present_address
from greencustoms.core.models import AuditEvent, MailAddress, MailHold, OutboundMail, User
from greencustoms.core.paging import page_of
from greencustoms.mail_filters import SentMailFilter
from greencustoms.mail_links import instead_of
from greencustoms.mail_sample import kind_of
from meetings.models import Notice
from partners.models import Membership

# So many of each kind where all kinds stand on one page.
FIRST_FEW = 10
PEOPLE, ADDRESSES = "people", "addresses"


def keepers_only(view):
    """For those who keep the mail, with moments in their own time zone."""

    @functools.wraps(view)
    def wrapper(request, *args, **kwargs):
        with timezone.override(time_zones.zone_of(request.user.time_zone)):
            return view(request, *args, **kwargs)

    return permission_required("core.keep_mail", raise_exception=True)(wrapper)


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """The views of the room: label, address, whether one is there."""
    views = [
        ("desk_mail", _("Coming")),
        ("desk_mail_waiting", _("Waiting and problems")),
        ("desk_mail_sent", _("Sent")),
    ]
    return [(label, reverse(name), name == current) for name, label in views]


def crumbs_from(start: str, here: str, *, over: tuple[str, str] | None = None) -> list[tuple[str, str | None]]:
    """The way from a view of the room to a page; over the label and address of a mail or a person, to an act on it."""
    return [(_("Mail"), reverse(start)), *([over] if over else []), (here, None)]


def do_and_tell(request, act, done: str) -> None:
    """Do it, and say how it went."""
    try:
        act()
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)


@keepers_only
@require_safe
def desk_mail_waiting(request):
    now = timezone.now()
    kinds = _kinds()
    chosen = request.GET.get("show", "")
    if chosen not in kinds:
        chosen = ""
    counts = shown.problem_counts(now)
    server = health.work_parts().get(pause.NAME)
    holds = MailHold.objects.select_related("person", "held_by").order_by("held_at", "pk")
    refusing = refusing_addresses()
    counts |= {PEOPLE: holds.count(), ADDRESSES: refusing.count()}
    rows = {
        **{name: shown.mails().filter(condition) for name, condition in shown.problems(now).items()},
        PEOPLE: holds,
        ADDRESSES: refusing,
    }
    sections = []
    for name, (title, says) in kinds.items():
        if not counts[name] or chosen not in ("", name):
            continue
        page = page_of(rows[name], request, total=counts[name]) if chosen else None
        found = page.rows if page else list(rows[name][:FIRST_FEW])
        if name not in (PEOPLE, ADDRESSES):
            found = mail_rows(found, now)
        sections.append(
            {"name": name, "title": title, "says": says, "rows": found, "page": page, "count": counts[name]}
        )
    return render(
        request,
        "desk/mail_waiting.html",
        {
            "tabs": tabs("desk_mail_waiting"),
            "sections": sections,
            "chosen": chosen,
            "on_the_way": counts["on_the_way"],
            "server_is_away": server is not None and server.is_failing,
            "kinds": [(name, title, counts[name]) for name, (title, _says) in kinds.items() if counts[name]],
        },
    )


def refusing_addresses() -> QuerySet[MailAddress]:
    """Those the secretariat may know of: no officer's that only mails about access went to."""
    return shown.refusing_addresses(known=User.objects.filter(memberships__isnull=False))


def _kinds() -> dict[str, tuple[str, str]]:
    """What may need a look, the worst first: title, and what it means."""
    return {
        "unknown": (_("Perhaps sent"), _("Of the last 30 days. Nobody knows whether these arrived.")),
        "failed": (_("Failed"), _("Of the last 30 days. These did not leave.")),
        "late": (_("Waiting too long"), _("These should have left by now.")),
        "deferred": (_("Waiting for another try"), _("The portal tries these again by itself.")),
        "held": (_("Mails held back"), _("These wait until you let them go.")),
        PEOPLE: (_("People whose reminders are held back"), _("What is due to them waits and is not lost.")),
        ADDRESSES: (_("Addresses that refuse mail"), _("They refused on three days; nothing is sent there any more.")),
    }


@keepers_only
@require_safe
def desk_mail_sent(request):
    mails = shown.mails()
    filter = SentMailFilter(request.GET, queryset=mails)
    chosen = filter.chosen() if filter.is_valid() else []
    page = page_of(filter.qs if chosen else mails, request, total=None if chosen else shown.total())
    page.rows = mail_rows(page.rows, timezone.now())
    return render(
        request,
        "desk/mail_sent.html",
        {
            "tabs": tabs("desk_mail_sent"),
            "filter": filter,
            "page": page,
            "chips": facets.chips(request.GET, request.path, chosen),
        },
    )


@keepers_only
@require_safe
def desk_mail_one(request, pk):
    now = timezone.now()
    is_member = Exists(Membership.objects.filter(user=OuterRef("recipient")))
    mail = get_object_or_404(shown.mails().annotate(is_to_member=is_member), pk=pk)
    notices = (
        mail.notices.filter(is_collapsed=False).select_related("deadline__action__meeting").order_by("due_on", "pk")
    )
    return render(
        request,
        "desk/mail_one.html",
        {
            "tabs": tabs(""),
            "crumbs": crumbs_from("desk_mail_sent", mail.subject),
            "mail": mail,
            "kind": kind_of(mail),
            "person_url": reverse("desk_mail_person", args=[mail.recipient_id]) if mail.is_to_member else "",
            "fate": fate_of(mail, now),
            "server": words.said_by_server(mail),
            "is_readable": shown.is_readable(mail),
            "text": shown.text_of(mail),
            "notices": notices.order_by("due_on", "pk"),
            "acts": acts_of(mail, now),
            "address": refusing_address_of(mail),
            "events": AuditEvent.objects.filter(object_kind=mail._meta.label, object_id=str(mail.pk))
            .select_related("by")
            .order_by("at", "pk"),
        },
    )


def refusing_address_of(mail: OutboundMail) -> MailAddress | None:
    """What is to be forgiven before this mail can be sent again."""
    return refusing_addresses().filter(address__iexact=present_address(mail)).first()


def acts_of(mail: OutboundMail, now) -> set[str]:
    """What may be done with a mail, as long as nobody is faster."""
    may = set()
    if mail.state in keeping.STOPPABLE and mail.state != MailState.HELD and shown.is_readable(mail):
        may.add("hold")
    if mail.state == MailState.HELD:
        may.add("let_go")
    is_of_today = mail.local_day is None or mail.local_day == local_day_of(mail.recipient, now)
    if mail.state in keeping.MAY_BE_SENT_AGAIN and is_of_today and not instead_of(mail, now):
        may.add("send_again")
    return may


def fate_of(mail: OutboundMail, now) -> words.Fate:
    """What became of a mail. Where its link is dead, sending it again is no advice."""
    fate, instead = words.fate(mail, now), instead_of(mail, now)
    if not instead or mail.state not in (MailState.FAILED, MailState.UNKNOWN, MailState.SUPPRESSED):
        return fate
    return replace(fate, todo=f"{fate.todo} {instead}" if mail.state == MailState.SUPPRESSED else instead)


def mail_rows(mails: list[OutboundMail], now) -> list[tuple[OutboundMail, words.Fate, int]]:
    """Each mail with what became of it and how many lines about deadlines it holds. One statement more."""
    said = Notice.objects.filter(mail__in=[mail.pk for mail in mails], is_collapsed=False)
    lines = dict(said.order_by().values_list("mail").annotate(Count("pk"))) if mails else {}
    return [(mail, fate_of(mail, now), lines.get(mail.pk, 0)) for mail in mails]
