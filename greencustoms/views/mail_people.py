"""The secretariat's pages about reminders: what comes in the next days, by person, and what can be done."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from greencustoms.core import facets, time_zones
from greencustoms.core.mail import keeping
from greencustoms.core.models import User
from greencustoms.core.paging import page_of
from greencustoms.core.posting import post_only
from greencustoms.forms import HoldForm
from greencustoms.mail_filters import ReminderPeopleFilter
from greencustoms.mail_sample import send_sample
from meetings import digest_words
from meetings.reminders import forecast, planner
from partners.models import Membership

from .mail_desk import crumbs_from, do_and_tell, keepers_only, tabs

PEOPLE_A_PAGE = 25
# On the page of all people; the page of one person shows them all.
LINES_SHOWN = 3


@keepers_only
@require_safe
def desk_mail(request):
    now = timezone.now()
    people = forecast.people_concerned(now)
    filter = ReminderPeopleFilter(request.GET, queryset=people)
    page = page_of(filter.qs if filter.is_valid() else people, request, per_page=PEOPLE_A_PAGE)
    page.rows = [week_shown(week, LINES_SHOWN) for week in forecast.weeks_of(page.rows, now)]
    return render(
        request,
        "desk/mail_coming.html",
        {
            "tabs": tabs("desk_mail"),
            "filter": filter,
            "page": page,
            "chips": facets.chips(request.GET, request.path, filter.chosen()),
        },
    )


@keepers_only
@require_safe
def desk_mail_person(request, pk):
    person = _person(pk)
    now = timezone.now()
    week = forecast.weeks_of([person], now)[0]
    return render(
        request,
        "desk/mail_person.html",
        {
            "crumbs": _crumbs(person),
            "person": person,
            "week": week_shown(week),
            "hold": week.hold,
            "why_not_now": planner.why_not_now(person=person, now=now),
            "has_sample": week.silence is None,
            "local_now": now.astimezone(time_zones.zone_of(person.time_zone)),
            "memberships": Membership.objects.filter(user=person).select_related("partner"),
        },
    )


@keepers_only
@require_http_methods(["GET", "POST"])
def desk_mail_person_hold(request, pk):
    person = _person(pk)
    form = HoldForm(request.POST or None)
    if form.is_valid():
        try:
            keeping.hold_reminders(person=person, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("No reminders go to %(person)s until you let them go.") % {"person": person})
            return redirect("desk_mail_person", pk)
    crumbs = _crumbs(person, _("Hold reminders back"))
    return render(request, "desk/mail_person_hold.html", {"person": person, "form": form, "crumbs": crumbs})


@keepers_only
@post_only("desk_mail_person", "pk")
def desk_mail_person_let_go(request, pk):
    person = _person(pk)
    done = _("Reminders go to %(person)s again.") % {"person": person}
    do_and_tell(request, lambda: keeping.let_reminders_go(person=person, by=request.user, now=timezone.now()), done)
    return redirect("desk_mail_person", pk)


@keepers_only
@require_http_methods(["GET", "POST"])
def desk_mail_person_send(request, pk):
    person = _person(pk)
    if request.method == "POST":
        done = _("A reminder to %(person)s is on its way.") % {"person": person}
        do_and_tell(request, lambda: planner.plan_now(person=person, by=request.user, now=timezone.now()), done)
        return redirect("desk_mail_person", pk)
    context = {
        "person": person,
        "crumbs": _crumbs(person, _("Send one now")),
        "why_not": planner.why_not_now(person=person, now=timezone.now()),
    }
    return render(request, "desk/mail_person_send.html", context)


@keepers_only
@post_only("desk_mail_person", "pk")
def desk_mail_person_sample(request, pk):
    person = _person(pk)
    done = _("The sample is on its way to %(address)s.") % {"address": request.user.email}
    do_and_tell(request, lambda: send_sample(person=person, to=request.user, now=timezone.now()), done)
    return redirect("desk_mail_person", pk)


def _person(pk) -> User:
    """Only those who belong to an organisation are reminded of anything; nobody else is known here."""
    return get_object_or_404(User.objects.filter(Exists(Membership.objects.filter(user=OuterRef("pk")))), pk=pk)


def _crumbs(person: User, here: str = "") -> list[tuple[str, str | None]]:
    if not here:
        return crumbs_from("desk_mail", person.name)
    return crumbs_from("desk_mail", here, over=(person.name, reverse("desk_mail_person", args=[person.pk])))


# --- What the pages show ---


def week_shown(week: forecast.Week, most_lines: int | None = None) -> dict:
    """A week in words. Each day: the day, whether it is a holiday, its lines, and how many more there are."""
    return {
        "person": week.person,
        "why_nothing": _why_nothing(week),
        "waiting": week.waiting,
        "written": week.written,
        "days": [
            {
                "day": day.day,
                "is_holiday": day.is_holiday,
                "count": len(day.lines),
                # As the mail of that day will word it.
                "lines": [(line, digest_words.when_of(line, day.day)) for line in day.lines[:most_lines]],
                "more": len(day.lines) - len(day.lines[:most_lines]),
            }
            for day in week.days
        ],
    }


def _why_nothing(week: forecast.Week) -> str:
    match week.silence:
        case forecast.Silence.CLOSED:
            return _("Nothing goes: the account is closed.")
        case forecast.Silence.CHOSE_NEVER:
            return _("Nothing goes: this person chose to get no reminders by e-mail.")
        case forecast.Silence.HELD:
            words = _("Nothing goes: held back by %(who)s. Reason: %(reason)s")
            return words % {"who": week.hold.held_by, "reason": week.hold.reason}
        case forecast.Silence.REFUSED:
            return _("Nothing goes: the address refuses mail.")
    return ""
