"""The secretariat leads a report through its life: circulated, answered, final, reopened."""

import django_filters
from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.db.models import Case, Value, When
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from greencustoms.core import facets
from greencustoms.core.paging import page_of
from greencustoms.core.rate import rate_limited
from greencustoms.core.tables import csv_response
from greencustoms.core.versions import was_changed_meanwhile
from meetings import access
from meetings.choices import Disposition, ReportState
from meetings.forms.report import AnswerForm, CirculateForm, FinaliseForm, ReadersForm, ReasonForm, ReopenForm
from meetings.forms.shares import VersionForm
from meetings.models import Meeting, ReportComment
from meetings.pages.desk_facts import gaps_of
from meetings.reports import life as report_life
from meetings.reports import places as report_places
from meetings.reports import rules as report_rules
from meetings.services import report_comments, report_versions, reports

from .saving import refused

keepers_only = permission_required("meetings.keep_meetings", raise_exception=True)
readers_only = permission_required("meetings.see_drafts", raise_exception=True)


@keepers_only
@require_http_methods(["GET", "POST"])
def desk_circulate(request, code):
    """Two forms on one page: circulate until a day, and take back to the draft."""
    meeting = _meeting(code)
    is_taking_back = request.POST.get("act") == "take_back"
    data = request.POST or None
    form = CirculateForm(None if is_taking_back else data, initial={"until": meeting.comments_until, **_seen(meeting)})
    take_back = VersionForm(data if is_taking_back else None, initial=_seen(meeting), prefix="back")
    context = {"take_back": take_back, **report_life.asked(meeting)}
    if is_taking_back and take_back.is_valid():
        act, said, bound = reports.take_back_report, _("The report is a draft again."), take_back
    elif not is_taking_back and form.is_valid():
        act, said, bound = reports.circulate_report, _("The report is circulated, and the partners are told."), form
    else:
        return _page(request, "desk_circulate", meeting, form, **context)
    if _done(request, act, meeting, bound, said):
        return redirect("desk_meeting", meeting.code)
    return _page(request, "desk_circulate", meeting, form, **context)


@keepers_only
@require_http_methods(["GET", "POST"])
def desk_finalise(request, code):
    meeting = _meeting(code)
    now = timezone.now()
    is_open = report_rules.is_open_for_comments(meeting, now=now)
    form = FinaliseForm(request.POST or None, initial=_seen(meeting), is_open_for_comments=is_open)
    if form.is_valid() and _done(
        request, reports.finalise_report, meeting, form, _("The report is final and its words are kept."), now=now
    ):
        return redirect("desk_meeting", meeting.revises.code if meeting.revises_id else meeting.code)
    context = {
        "obstacles": report_rules.obstacles(meeting, now=now, is_early=True),
        "gaps": [] if meeting.state == ReportState.FINAL else gaps_of([meeting])[meeting.pk],
    }
    return _page(request, "desk_finalise", meeting, form, **context)


@keepers_only
@require_http_methods(["GET", "POST"])
def desk_reopen(request, code):
    meeting = _meeting(code)
    form = ReopenForm(request.POST or None, initial=_seen(meeting))
    if form.is_valid():
        copy = _done(request, report_versions.reopen_report, meeting, form, _("Here is the working copy. Change it."))
        if copy:
            return redirect("desk_meeting", copy.code)
    return _page(request, "desk_reopen", meeting, form)


@keepers_only
@require_http_methods(["GET", "POST"])
def desk_discard_copy(request, code):
    meeting = _meeting(code)
    form = ReasonForm(request.POST or None, initial=_seen(meeting))
    if form.is_valid():
        original = _done(request, report_versions.discard_copy, meeting, form, _("The working copy is discarded."))
        if original:
            return redirect("desk_meeting", original.code)
    return _page(request, "desk_discard_copy", meeting, form)


@keepers_only
@require_http_methods(["GET", "POST"])
def desk_report_readers(request, code):
    meeting = _meeting(code)
    form = ReadersForm(request.POST or None, initial={"visibility": meeting.visibility, **_seen(meeting)})
    if form.is_valid() and _done(request, reports.set_readers, meeting, form, _("Your changes are saved.")):
        return redirect("desk_meeting", meeting.code)
    closed = access.versions_for(access.PARTNERS).filter(meeting=meeting, is_open_to_all=False).order_by("number")
    return _page(request, "desk_report_readers", meeting, form, closed_versions=closed.values_list("number", flat=True))


class CommentFilter(django_filters.FilterSet):
    disposition = django_filters.ChoiceFilter(
        label=gettext_lazy("Answer"), choices=Disposition, empty_label=gettext_lazy("all")
    )

    class Meta:
        model = ReportComment
        fields = ["disposition"]

    def chosen(self) -> list[tuple[str, str, str]]:
        value = getattr(self.form, "cleaned_data", {}).get("disposition")
        return [("disposition", _("Answer"), str(Disposition(value).label))] if value else []


@readers_only
@require_safe
def desk_report_comments(request, code):
    meeting = _meeting(code)
    rows = _comments(meeting)
    filterset = CommentFilter(request.GET, queryset=rows)
    page = page_of(filterset.qs if filterset.is_valid() else rows, request)
    places = report_places.places_of(meeting)
    for row in page.rows:
        row.place_words = report_places.words_of(row.place, places)
    context = {
        "meeting": meeting,
        "filter": filterset,
        "page": page,
        "chips": facets.chips(request.GET, request.path, filterset.chosen()),
        "may_answer": meeting.state != ReportState.FINAL and request.user.has_perm("meetings.keep_meetings"),
    }
    return render(request, "meetings/desk_report_comments.html", context)


CSV_HEADER = (
    "report", "version", "place", "place_in_words", "organisation", "comment", "written_on", "answer", "reason_or_note",
    "answered_on",
)  # fmt: skip


@readers_only
@require_safe
@rate_limited("export", burst=20, per_hour=60)
def desk_report_comments_csv(request, code):
    """All comments compiled, in the order of the report."""
    meeting = _meeting(code)
    places = report_places.places_of(meeting)
    order = list(places)
    rows = sorted(
        _comments(meeting), key=lambda row: (order.index(row.place) if row.place in places else len(order), row.at)
    )
    return csv_response(
        f"comments-{meeting.code}.csv",
        CSV_HEADER,
        (
            [
                meeting.code, row.report_version, row.place, report_places.words_of(row.place, places),
                row.partner.name, row.text, row.at.date(), row.get_disposition_display(), row.answer,
                row.answered_at.date() if row.answered_at else "",
            ]
            for row in rows
        ),
    )  # fmt: skip


@keepers_only
@require_http_methods(["GET", "POST"])
def desk_report_comment(request, code, pk):
    meeting = _meeting(code)
    comment = get_object_or_404(_comments(meeting), pk=pk)
    initial = {"answer": comment.answer, "version": comment.version}
    if comment.disposition != Disposition.OPEN:
        initial["disposition"] = comment.disposition
    form = AnswerForm(request.POST or None, initial=initial)
    theirs = None
    if form.is_valid():
        try:
            report_comments.answer_comment(comment=comment, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            comment = get_object_or_404(_comments(meeting), pk=pk)
            theirs = comment if was_changed_meanwhile(error) else None
            form = refused(form, comment, error)
        else:
            messages.success(request, _("Your answer is kept."))
            return redirect("desk_report_comments", meeting.code)
    context = {
        "meeting": meeting,
        "comment": comment,
        "place_words": report_places.words_of(comment.place, report_places.places_of(meeting)),
        "form": form,
        "theirs": theirs,
        "is_closed": meeting.state == ReportState.FINAL,
    }
    return render(request, "meetings/desk_report_comment.html", context)


def _meeting(code):
    return get_object_or_404(Meeting.objects.select_related("revises"), code=code)


def _comments(meeting):
    """What waits for an answer first."""
    is_answered = Case(When(disposition=Disposition.OPEN, then=Value(0)), default=Value(1))
    rows = meeting.comments.select_related("partner", "by", "answered_by")
    return rows.annotate(is_answered=is_answered).order_by("is_answered", "at", "pk")


def _seen(meeting) -> dict:
    return {"version": meeting.version}


def _done(request, act, meeting, form, said, **options):
    """What the service returns, or None with its refusal in the form, on the version that is stored now."""
    try:
        result = act(meeting=meeting, by=request.user, **form.cleaned_data, **options)
    except ValidationError as error:
        meeting.refresh_from_db()
        refused(form, meeting, error)
        return None
    messages.success(request, said)
    return result


def _page(request, name, meeting, form, **context):
    panel = report_life.panel(meeting, request.user)
    return render(request, f"meetings/{name}.html", {"meeting": meeting, "form": form, "panel": panel, **context})
