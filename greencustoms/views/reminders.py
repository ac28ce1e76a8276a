"""How often a person is reminded: their own page, and the link in each reminder that needs no sign-in."""

import functools
from datetime import timedelta
from typing import NamedTuple

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from greencustoms.core import mail, rate, time_zones
from greencustoms.core.choices import DigestRhythm, Weekday
from greencustoms.core.mail import preferences
from greencustoms.core.models import MailHold
from greencustoms.forms import RemindersForm, TimeZoneForm
from meetings import digest_words
from meetings.reminders import forecast
from partners.access import memberships_of
from partners.choices import MemberRole, Standing
from partners.models import Holiday, Partner

HOLIDAYS_SHOWN = 5
WAIT = timedelta(minutes=1)


class Rest(NamedTuple):
    """When an organisation does not work, as its people read it."""

    partner: Partner
    holidays: list[Holiday]
    change_url: str


@require_http_methods(["GET", "POST"])
def my_reminders(request):
    person = request.user
    is_reminded = bool(memberships_of(person))
    Form, choose = (
        (RemindersForm, preferences.choose_reminders) if is_reminded else (TimeZoneForm, preferences.choose_time_zone)
    )
    form = Form(request.POST or None, person=person)
    if form.is_valid():
        choose(person=person, by=person, **form.cleaned_data)
        messages.success(request, _("Your choice is saved. It counts from now on."))
        return redirect("my_reminders")
    now = timezone.now()
    context = {
        "form": form,
        # Without its zone, or the template would bring it back to UTC.
        "local_now": now.astimezone(time_zones.zone_of(person.time_zone)).replace(tzinfo=None),
        "hold": MailHold.objects.filter(person=person).first(),
        "is_refused": bool(mail.addresses.suppressed_among([person.email])),
        "is_reminded": is_reminded,
        "next": _next(person, now) if is_reminded else None,
        "rests": _rests(person, today=now.date()),
        "crumbs": [(_("My work"), reverse("my_home")), (_("Reminders"), None)],
    }
    return render(request, "my/my_reminders.html", context)


def _next(person, now) -> dict | None:
    """The day and the subject of the next reminder. None where none can come: the page says why.

    Nor for the secretariat, which hears of every organisation: with 5,000 open shares that took 1.4 s, and its own
    page of what will go out has it.
    """
    if any(belonging.standing == Standing.SECRETARIAT for belonging in memberships_of(person)):
        return None
    [week] = forecast.weeks_of([person], now)
    if week.silence is not None:
        return None
    ahead = week.next_digest
    if ahead is None:
        return {"day": None, "subject": _("Nothing to remind you of in the next seven days.")}
    groups = digest_words.Groups.of(ahead.lines, ahead.day)
    return {"day": ahead.day, "subject": digest_words.subject(groups, ahead.day)}


def _rests(person, *, today) -> list[Rest]:
    """The days off of the organisations a person works for, with the way to change them for focal points."""
    roles = {belonging.partner_id: belonging.role for belonging in memberships_of(person)}
    holidays: dict[int, list[Holiday]] = {}
    for holiday in Holiday.objects.filter(partner__in=roles).coming(today):
        holidays.setdefault(holiday.partner_id, []).append(holiday)
    return [
        Rest(
            partner,
            holidays.get(partner.pk, [])[:HOLIDAYS_SHOWN],
            reverse("desk_working_days_edit", args=[partner.slug]) if roles[partner.pk] == MemberRole.FOCAL else "",
        )
        for partner in Partner.objects.filter(pk__in=roles).alphabetical()
    ]


def _way_out(view):
    """A page whose address is a secret that needs no sign-in: kept by nobody, told to no other site."""

    @csrf_exempt
    @login_not_required
    @never_cache
    @functools.wraps(view)
    def wrapper(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return wrapper


@_way_out
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request, token):
    """End the reminders of whoever got this link (RFC 8058): a POST does it at once, reading changes nothing.

    Mail servers send that POST for the person, without cookies, and follow no redirect. So it is exempt from the
    protection against forged forms: the token in the address is the secret that such a form would need.
    """
    person = mail.unsubscribe.person_of(token)
    if person is not None and not person.is_active:
        person = None
    if settings.RATE_LIMITS and not _is_allowed(request, person):
        return rate.too_many(request, wait=WAIT)
    if person is None:
        return render(request, "my/unsubscribe_void.html", status=410)
    if request.method == "POST":
        return render(request, "my/unsubscribe_done.html", _done(person, request.POST))
    return render(
        request,
        "my/unsubscribe.html",
        {
            "is_ended": person.digest_rhythm == DigestRhythm.NONE,
            "weekday": Weekday(person.digest_weekday).label if person.digest_rhythm == DigestRhythm.WEEKLY else "",
            "reminders_url": reverse("my_reminders"),
        },
    )


def _done(person, posted) -> dict:
    """End the reminders, or have them once a week if they were ended within the hour; what to say then.

    Later the link turns nothing on: its reader may have chosen since. Whoever holds it learns nothing of the person but
    the day of the week.
    """
    is_asked = posted.get("act") == "weekly"
    is_weekly = is_asked and mail.unsubscribe.is_offered_to(person, posted.get("offer", ""))
    rhythm = DigestRhythm.WEEKLY if is_weekly else DigestRhythm.NONE
    is_new = preferences.choose_rhythm(person=person, by=None, rhythm=rhythm)
    return {
        "is_weekly": is_weekly,
        "is_too_late": is_asked and not is_weekly,
        "offer": mail.unsubscribe.offer_to(person) if is_new and not is_asked else "",
        "weekday": Weekday(person.digest_weekday).label,
        "reminders_url": reverse("my_reminders"),
    }


def _is_allowed(request, person) -> bool:
    """Many at once for one person, since mail servers check links; few bad links from one network."""
    if person is not None:
        return rate.allow(f"unsubscribe:{person.pk}", burst=30, per_hour=120)
    return rate.allow(f"unsubscribe-by:{rate.network_of(request, 'unsubscribe')}", burst=20, per_hour=60)
