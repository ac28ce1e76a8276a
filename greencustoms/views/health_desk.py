"""Whether the portal does its regular work, for those who look after the machine."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import permission_required
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from greencustoms.core import health, time_zones
from greencustoms.core.mail import pause


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page. `state` draws it: done, open, soon or late; what is late or soon says what to do."""

    what: str
    state: str
    words: str
    todo: str = ""
    at: datetime | None = None
    detail: str = ""


@require_safe
@permission_required("core.see_health", raise_exception=True)
def desk_health(request):
    now = timezone.now()
    parts = health.work_parts()
    tick, mail_server = parts.pop(health.TICK, None), parts.pop(pause.NAME, None)
    failing_first = sorted(parts.values(), key=lambda part: (not part.is_failing, part.name.lower()))
    groups = [
        (_("The work of every minute"), [_tick(tick, failing_first, now), *map(_part, failing_first)]),
        (_("Mail"), [*_mail_server(mail_server), *_mail_rows(health.mails(now), now)]),
        (_("Background jobs"), _job_rows(health.background_jobs(now), now)),
    ]
    wrong = sum(row.state == "late" for _title, rows in groups for row in rows)
    with timezone.override(time_zones.zone_of(request.user.time_zone)):
        return render(request, "desk/health.html", {"groups": groups, "wrong": wrong, "now": now})


def _tick(tick: health.Work | None, parts: list[health.Work], now: datetime) -> Row:
    what = _("All of it")
    if tick is not None and tick.at is not None and now - tick.at <= health.TICK_LATE:
        return Row(what, "done", _("well"), "", tick.at, _took(tick.seconds))
    if any(part.is_failing and now - part.failed_at <= health.TICK_LATE for part in parts):
        todo = _("It is begun every minute, but a part of it fails each time: see below.")
    else:
        todo = _(
            "See whether the processes “worker” and “ticker” run, and what their logs say. "
            "“manage.py tick” does the work once by hand."
        )
    if tick is None or tick.at is None:
        return Row(what, "late", _("never done"), todo)
    return Row(what, "late", _("stands still"), todo, tick.at, _("It was last done well at the time shown."))


def _took(seconds: float) -> str:
    if seconds < 1:
        return _("It took less than a second.")
    words = ngettext("It took %(seconds)s second.", "It took %(seconds)s seconds.", round(seconds))
    return words % {"seconds": round(seconds)}


def _part(part: health.Work) -> Row:
    what = part.name[:1].upper() + part.name[1:]
    if part.is_failing:
        todo = _("It is tried again every minute. The log of the process “worker” or “ticker” says more.")
        return Row(what, "late", _("failed"), todo, part.failed_at, part.error)
    if part.at is None:
        return Row(what, "open", _("not done yet"))
    return Row(what, "done", _("well"), "", part.at)


def _mail_server(server: health.Work | None) -> list[Row]:
    """Nothing before it was asked for the first time."""
    if server is None:
        return []
    what = _("The mail server")
    if not server.is_failing:
        return [Row(what, "done", _("takes mail"), "", server.at)]
    todo = _("No mail is lost: all senders try again every minute. See whether the server runs, and EMAIL_URL.")
    since = _("It last took mail at the time shown.") if server.at else ""
    return [Row(what, "late", _("away"), todo, server.at, f"{since} {server.error}".strip())]


def _mail_rows(mails: health.Mails, now: datetime) -> list[Row]:
    is_late = mails.is_late(now)
    return [
        Row(
            _("Waiting to be sent"),
            "late" if is_late else "done",
            str(mails.waiting or _("none")),
            _("See whether the mail server answers and the process “worker” runs.") if is_late else "",
            mails.oldest_due_at,
            _("The oldest should have left at the time shown.") if mails.oldest_due_at else "",
        ),
        _count(_("Put off by the mail server, tried again later"), mails.deferred, "soon"),
        _count(_("Held back by the secretariat"), mails.held, "open"),
        _count(
            _("Perhaps sent, written in the last seven days"),
            mails.unknown,
            "soon",
            _("The connection broke while they were handed over. The secretariat decides whether to send them again."),
        ),
        _count(
            _("Failed, written in the last seven days"),
            mails.failed,
            "soon",
            _("If there are many, see whether the mail server still accepts mail from this address."),
        ),
        _count(
            _("Addresses nothing is sent to, because they refused on three days"),
            mails.suppressed_addresses,
            "soon",
            _("The secretariat asks the organisation for the right address."),
        ),
    ]


def _job_rows(jobs: health.Jobs, now: datetime) -> list[Row]:
    is_late = jobs.is_late(now)
    return [
        Row(
            _("Waiting"),
            "late" if is_late else "done",
            str(jobs.waiting or _("none")),
            _("See whether the processes “worker” and “pdf-worker” run.") if is_late else "",
            jobs.oldest_at,
            _("The oldest has waited since the time shown.") if jobs.oldest_at else "",
        ),
        _count(_("Under way"), jobs.running, "open"),
        _count(
            _("Failed in the last seven days"),
            jobs.failed,
            "soon",
            _("Who asked can ask again; the log of the worker says why."),
        ),
    ]


def _count(what: str, number: int, state: str, todo: str = "") -> Row:
    """A number that is nothing to worry about while it is 0."""
    return Row(what, state, str(number), todo) if number else Row(what, "done", _("none"))
