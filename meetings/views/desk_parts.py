"""The parts of a report that is being written: basics, texts, attendance, sessions, annexes."""

from functools import partial

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from greencustoms.core import stored_files
from meetings.by_when import reading_words
from meetings.forms import desk as forms
from meetings.forms.action import quiet
from meetings.rules import stage_reading
from meetings.services import entry
from partners.changes import changes_of
from partners.forms import DeleteForm

from .saving import edited, previews_of, writes_report


@writes_report
def desk_meeting_edit(request, meeting):
    def save(form):
        return entry.edit_meeting(meeting=meeting, by=request.user, **form.cleaned_data)

    return _page(request, meeting, meeting, _maker(forms.MeetingForm), save)


@writes_report
def desk_meeting_texts(request, meeting):
    def save(form):
        return entry.edit_meeting(meeting=meeting, by=request.user, **form.cleaned_data)

    return _page(request, meeting, meeting, _maker(forms.TextsForm), save)


@writes_report
def desk_attendance(request, meeting):
    def save(form):
        return entry.set_attendance(
            meeting=meeting, by=request.user, version=form.cleaned_data["version"], present=form.present()
        )

    return _page(request, meeting, meeting, _maker(forms.AttendanceForm), save)


@writes_report
def desk_session_add(request, meeting):
    form = forms.SessionForm(request.POST or None)
    context = {"meeting": meeting, "form": form, "previews": None}
    if "preview" in request.POST:
        form.is_valid()
        context["previews"] = previews_of(form)
        quiet(form)
    elif form.is_valid():
        try:
            session = entry.add_session(meeting=meeting, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The session is added."))
            if "then_action" in request.POST:
                return _to_new_action(meeting, session)
            return redirect("desk_meeting", meeting.code)
    return render(request, "meetings/desk_session_add.html", context | _session_reading(form, meeting))


@writes_report
def desk_session_edit(request, meeting, number):
    session = get_object_or_404(meeting.sessions, number=number)

    def save(form):
        return entry.edit_session(session=session, by=request.user, **form.cleaned_data)

    return _page(request, meeting, session, _maker(forms.SessionForm), save, also=_session_reading)


@writes_report
def desk_session_move(request, meeting, number):
    session = get_object_or_404(meeting.sessions, number=number)
    form = DeleteForm(request.POST)
    direction = {"earlier": entry.EARLIER, "later": entry.LATER}.get(request.POST.get("direction", ""))
    if request.method == "POST" and form.is_valid() and direction:
        try:
            entry.move_session(
                session=session, by=request.user, version=form.cleaned_data["version"], direction=direction
            )
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
    return redirect("desk_meeting", meeting.code)


@writes_report
def desk_session_delete(request, meeting, number):
    session = get_object_or_404(meeting.sessions, number=number)
    delete = partial(entry.delete_session, session=session)
    return deletion(request, meeting, session, delete, words=session.title)


@writes_report
def desk_annex_add(request, meeting):
    form = forms.AnnexForm(
        request.POST or None, request.FILES or None, initial={"number": entry.next_annex_number(meeting)}
    )
    if form.is_valid():
        try:
            entry.add_annex(meeting=meeting, by=request.user, **_annex_values(form, None))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The annex is added."))
            return redirect("desk_meeting", meeting.code)
    return render(request, "meetings/desk_annex_add.html", {"meeting": meeting, "form": form})


@writes_report
def desk_annex_edit(request, meeting, number):
    annex = get_object_or_404(meeting.annexes.select_related("file"), number=number)

    def save(form):
        return entry.edit_annex(annex=annex, by=request.user, **_annex_values(form, annex.file))

    return _page(request, meeting, annex, _maker(forms.AnnexForm), save)


@writes_report
def desk_annex_delete(request, meeting, number):
    annex = get_object_or_404(meeting.annexes, number=number)
    return deletion(request, meeting, annex, partial(entry.delete_annex, annex=annex), words=annex.title)


def deletion(request, meeting, row, delete, *, words, hint=""):
    """Asks once more, then deletes. Where it cannot be, the page says why."""
    form = DeleteForm(request.POST or None, initial={"version": row.version})
    error = ""
    if form.is_valid():
        try:
            delete(by=request.user, version=form.cleaned_data["version"])
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
            current = type(row)._base_manager.filter(pk=row.pk).first()
            if current is None:
                messages.info(request, _("Somebody else has deleted it already."))
                return redirect("desk_meeting", meeting.code)
            form = DeleteForm(initial={"version": current.version})
        else:
            messages.success(request, _("It is deleted."))
            return redirect("desk_meeting", meeting.code)
    context = {"meeting": meeting, "row": row, "form": form, "error": error, "words": words, "hint": hint}
    return render(request, "meetings/desk_part_delete.html", context)


def _page(request, meeting, row, make, save, *, also=None):
    saved, context = edited(request, row, make, save)
    if saved is not None:
        messages.success(request, _("Your changes are saved."))
        if "then_action" in request.POST:
            return _to_new_action(meeting, saved)
        return redirect("desk_meeting", meeting.code)
    context |= {"meeting": meeting, "changes": changes_of(context["row"], WORDS)}
    if also:
        context |= also(context["form"], meeting)
    return render(request, f"meetings/{request.resolver_match.url_name}.html", context)


# What the history of a row calls what is no column of it.
WORDS = {
    entry.PARTNERS_CHANGED: gettext_lazy("partners on that day"),
    entry.ATTENDANCE_CHANGED: gettext_lazy("who took part"),
    entry.OWNERS_CHANGED: gettext_lazy("by whom"),
}


def _maker(form_class):
    return lambda data, files, row: form_class(data, files, instance=row)


def _annex_values(form, stored_file):
    values = dict(form.cleaned_data)
    checked, is_removed = values.pop("upload"), values.pop("is_file_removed", False)
    values["file"] = stored_files.keep_upload(checked) if checked else None if is_removed else stored_file
    return values


def _session_reading(form, meeting):
    words = form["default_by_when_text"].value() or ""
    return {"reading": reading_of_session(words, meeting)}


def reading_of_session(words, meeting):
    """How what was said for all actions of a session is read; None where nothing was said."""
    if not words.strip():
        return None
    reading = stage_reading.read(words, after=meeting.ends_on)
    return {"words": reading.why_not or reading_words(reading, meeting.time_zone), "is_why_not": bool(reading.why_not)}


def _to_new_action(meeting, session):
    return redirect(f"{reverse('desk_action_add', args=[meeting.code])}?session={session.number}")
