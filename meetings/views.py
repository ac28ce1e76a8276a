"""Meetings and agreed actions, for everyone; the home and the report form of partner staff."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count, Q
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from greencustoms.core import facets as core_facets
from greencustoms.core import publication
from greencustoms.core.paging import page_of
from greencustoms.core.public_pages import public_page
from greencustoms.core.rate import rate_limited
from greencustoms.core.tables import csv_response
from greencustoms.core.text import to_html
from partners.models import Membership, Partner

from . import access, deadlines, facets, forms, my_work, pages, progress, services, share_acts
from .choices import Acceptance, ReportState, StoredState, Visibility
from .filters import ActionFilter

TOTAL_KEPT_SECONDS = 60
MY_ROWS = 50
# What the page of an action shows of its meeting and session; the texts of a report are long.
ACTION_COLUMNS = (
    "completion_rule", "meeting__code", "meeting__title", "meeting__time_zone", "meeting__is_invented",
    "session__number", "session__title",
)  # fmt: skip


@public_page(params=["page"])
def meeting_list(request):
    meetings = (
        access.meetings_visible_to(request.user)
        .annotate(
            action_count=Count("actions", filter=~Q(actions__stored_state=StoredState.PROPOSED)),
        )
        .order_by("-starts_on", "code")
    )
    page = page_of(meetings, request, per_page=24)
    for meeting in page.rows:
        meeting.days = deadlines.days_between(meeting.starts_on, meeting.ends_on)
    return render(request, "meetings/meeting_list.html", {"page": page})


@public_page
def meeting_detail(request, code):
    level = access.reading_level(request.user)
    meeting = get_object_or_404(access.meetings_for(level).select_related("host"), code=code)
    today = deadlines.day_in(meeting.time_zone, timezone.now())
    actions = access.actions_for(level).filter(meeting=meeting)
    cards = pages.cards_of(actions, today=today)
    sessions = list(meeting.sessions.order_by("number"))
    for session in sessions:
        session.cards = pages.with_new_topics(card for card in cards if card.session_id == session.pk)
        session.summary_html = to_html(session.summary, id_prefix=f"s{session.number}")
        session.footnotes_html = to_html(session.footnotes)
    context = {
        "meeting": meeting,
        "days": deadlines.days_between(meeting.starts_on, meeting.ends_on),
        "sections": [(title, to_html(text)) for title, text in _sections_before(meeting) if text],
        "sections_after": [(title, to_html(text)) for title, text in _sections_after(meeting) if text],
        "sessions": sessions,
        "action_count": len(cards),
        "attendance": list(meeting.attendance.select_related("partner").order_by("partner__sort_key")),
        "annexes": list(meeting.annexes.order_by("number")),
        "today": today,
        "is_open_to_all": meeting.visibility == Visibility.PUBLIC and meeting.state == ReportState.FINAL,
        "crumbs": [(_("Meetings"), reverse("meeting_list")), (str(meeting), None)],
    }
    return render(request, "meetings/meeting_detail.html", context)


def _sections_before(meeting):
    return (_("Introduction"), meeting.introduction), (_("Opening"), meeting.opening)


def _sections_after(meeting):
    return (_("Conclusion"), meeting.conclusion), (_("After the meeting"), meeting.afterwards)


@public_page
def action_detail(request, code, number):
    actions = access.actions_visible_to(request.user).filter(meeting__code=code)
    rows = actions.select_related("meeting", "session").only(*ACTION_COLUMNS)
    action = get_object_or_404(rows, number=number)
    today = deadlines.day_in(action.meeting.time_zone, timezone.now())
    [card] = pages.cards_of(actions.filter(pk=action.pk), today=today)
    context = {
        "action": action,
        "card": card,
        "today": today,
        "report_links": _report_links(request.user, card),
        "neighbours": _neighbours(actions, number),
        "crumbs": [
            (_("Meetings"), reverse("meeting_list")),
            (str(action.meeting), action.meeting.get_absolute_url()),
            (card.reference, None),
        ],
    }
    return render(request, "meetings/action_detail.html", context)


def _report_links(user, card):
    """Where a signed-in person reports on this action, one link for each share of an own organisation."""
    if not user.is_authenticated:
        return []
    own = set(Membership.objects.filter(user=user).values_list("partner_id", flat=True))
    labels = {stage.pk: stage.label for stage in card.stages}
    return [
        (share.partner_name, labels[stage.pk], reverse("share_report", args=[share.pk]))
        for stage in card.stages
        for share in stage.shares
        if share.partner_id in own
    ]


def _neighbours(actions, number):
    """The actions before and after this one in the same meeting."""
    found = actions.filter(number__in=[number - 1, number + 1]).order_by("number")
    return {
        "previous" if other < number else "next": (title, reverse("action_detail", args=[code, other]))
        for other, title, code in found.values_list("number", "title", "meeting__code")
    }


def _filtered(request):
    """The filter of /actions/ bound to the query string, over what this person may see."""
    level = access.reading_level(request.user)
    actions = access.actions_for(level).newest_meeting_first()
    today = timezone.now().date()
    choices = facets.of_actions(level, meeting=request.GET.get("meeting", ""))
    return level, ActionFilter(request.GET, queryset=actions, level=level, facets=choices, today=today)


@public_page(params=[*ActionFilter.base_filters, "page"])
def action_list(request):
    level, filterset = _filtered(request)
    actions = filterset.qs
    asked = {name: request.GET.get(name, "") for name in filterset.filters if name != "sort"}
    asked |= {"level": level, "minute": _minute()}
    total = publication.kept("actions-total", asked, actions.order_by().count)
    page = page_of(actions, request, total=total, columns=pages.ROW_COLUMNS)
    context = {
        "filter": filterset,
        "page": page,
        "rows": pages.rows_of(page.rows, now=timezone.now()),
        "chips": core_facets.chips(request.GET, request.path, filterset.chosen()),
        "export_url": f"{reverse('action_export_csv')}?{request.GET.urlencode()}",
    }
    return render(request, "meetings/action_list.html", context)


def _minute() -> int:
    """Part of what a total is kept by: it is counted again in the next one."""
    return int(timezone.now().timestamp()) // TOTAL_KEPT_SECONDS


@public_page(params=ActionFilter.base_filters, is_kept=False)
@rate_limited("export", burst=20, per_hour=60)
def action_export_csv(request):
    _level, filterset = _filtered(request)
    if not filterset.is_valid():
        # The list says what is wrong; a file with other rows than asked for would not.
        return redirect(f"{reverse('action_list')}?{request.GET.urlencode()}")
    rows = pages.table_rows(filterset.qs)
    return csv_response("agreed-actions.csv", pages.TABLE_HEADER, rows)


@require_safe
def my_home(request):
    partners = list(Partner.objects.of(request.user).alphabetical())
    stages = my_work.open_stages(partners)
    asked = {"partners": [partner.pk for partner in partners], "minute": _minute()}
    total = publication.kept("my-total", asked, stages.order_by().count)
    page = page_of(stages, request, per_page=MY_ROWS, total=total, columns=("pk",))
    work = my_work.of(
        request.user, partners, stages=[key for (key,) in page.rows], is_first_page=page.number == 1, now=timezone.now()
    )
    context = {"partners": partners, "work": work, "page": page, "crumbs": []}
    return render(request, "meetings/my_home.html", context)


ACTS = {
    "accept": (forms.VersionForm, services.accept_share),
    "decline": (forms.DeclineForm, services.decline_share),
    "start": (forms.StartForm, services.start_share),
    "done": (forms.DoneForm, services.report_done),
    "take_back": (forms.VersionForm, services.take_back_report),
    "withdraw": (forms.VersionForm, services.withdraw_answer),
    "confirm": (forms.VersionForm, services.confirm_share),
}


@require_http_methods(["GET", "POST"])
def share_report(request, pk):
    share = _share_for(request.user, pk)
    act = request.POST.get("act", "")
    form = _form(act, share, request.POST) if act in ACTS else None
    if form and form.is_valid():
        try:
            _perform(act, share, request.user, form.cleaned_data)
        except ValidationError as error:
            share = _share_for(request.user, pk)
            form = _second_try(act, share, request.POST, error)
        else:
            messages.success(request, _said(act))
            return redirect("my_home")
    return render(request, "meetings/share_report.html", _report_context(request.user, share, act, form))


def _share_for(user, pk):
    shares = access.shares_open_to(user).select_related(
        "deadline__action__meeting", "deadline__action__session", "partner"
    )
    return get_object_or_404(shares, pk=pk)


def _form(act, share, data=None):
    form_class, _service = ACTS[act]
    initial = {"version": share.version}
    options = {}
    if act in ("start", "done"):
        initial |= {"what_was_done": share.what_was_done, "evidence_url": share.evidence_url}
    if act == "done":
        options["needs_evidence"] = share.deadline.action.is_flagged
    return form_class(data, prefix=act, initial=initial, **options)


def _perform(act, share, user, cleaned):
    _form_class, service = ACTS[act]
    if act == "decline" and cleaned.pop("answer") == Acceptance.NOT_APPLICABLE:
        service = services.set_not_applicable
    service(share=share, by=user, **cleaned)


def _second_try(act, share, data, error):
    """The form with what was typed, on the version as it stands now, and the reason why it was not taken."""
    data = data.copy()
    data[f"{act}-version"] = share.version
    form = _form(act, share, data)
    form.is_valid()
    form.add_error(None, error)
    form.was_changed_meanwhile = getattr(error, "code", "") == "changed_meanwhile"
    return form


def _said(act):
    return {
        "accept": _("Your organisation has accepted this share."),
        "decline": _("Your answer is kept. Thank you for saying why."),
        "start": _("Kept: work on this share is in progress."),
        "done": _("Kept: this share is reported as done. Thank you."),
        "take_back": _("The report is taken back. The share is in progress again."),
        "withdraw": _("The answer is withdrawn. The share waits for a new one."),
        "confirm": _("The share is confirmed."),
    }[act]


def _report_context(user, share, act, form):
    action = share.deadline.action
    today = deadlines.day_in(action.meeting.time_zone, timezone.now())
    may_report = access.may_report(user, share)
    mark = progress.mark_of(share.acceptance, share.progress)
    acts = _acts_on(share, mark, may_report, access.may_confirm(user, share))
    bound = {act: form} if form else {}
    return {
        "share": share,
        "action": action,
        "meeting": action.meeting,
        "stage": share.deadline,
        "mark_words": progress.mark_words(mark),
        "mark": mark,
        "due": deadlines.due_words(
            kind=share.deadline.kind, latest=share.deadline.latest, today=today,
            review_on=share.deadline.review_on, is_done=mark == "done",
        ),
        "today": today,
        "may_report": may_report,
        "forms": {name: bound.get(name) or _form(name, share) for name in {*acts, *bound}},
        "act": act if form else "",
        "conflict": bool(form and getattr(form, "was_changed_meanwhile", False)),
        "crumbs": [(_("My work"), reverse("my_home")), (action.reference, None)],
    }  # fmt: skip


def _acts_on(share, mark, may_report, may_confirm):
    """What this person can do with the share as it stands."""
    if share.deadline.action.stored_state != StoredState.AGREED or share.confirmed_at:
        return []
    return share_acts.acts_on(mark, may_report=may_report, may_confirm=may_confirm)
