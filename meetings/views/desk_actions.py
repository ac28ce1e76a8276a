"""Agreed actions of a report that is being written: entered one after the other, edited, deleted."""

import re
from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from greencustoms.core.versions import was_changed_meanwhile
from meetings.by_when import reading_words
from meetings.choices import ReportState
from meetings.forms.action import Options, StageForm
from meetings.forms.action_entry import ActionEntry
from meetings.models import AgreedAction, Meeting
from meetings.rules import by_whom
from meetings.services import entry_actions
from partners.changes import changes_of

from .desk_parts import deletion, reading_of_session
from .saving import MOST_TRIES, writes_report

STAGE_ID = re.compile(r"stages-\d+-id")
# Buttons that draw the form again and save nothing.
REDRAWN_BY = {"show_reading", "add_stage", "choose", "propose_owners"}
WORDS = {
    entry_actions.STAGES_CHANGED: gettext_lazy("stages"),
    entry_actions.OWNERS_CHANGED: gettext_lazy("who owes it"),
    entry_actions.POINTS_CHANGED: gettext_lazy("checklist"),
}


@writes_report
def desk_action_add(request, meeting):
    options = Options.of(meeting)
    if not options.sessions:
        messages.info(request, _("An action is agreed in a session. Add the session first."))
        return redirect("desk_session_add", meeting.code)
    if request.method != "POST":
        entry = ActionEntry(options, session=_session_asked_for(request, options))
        return _page(request, meeting, entry)
    entry = ActionEntry(options, data=request.POST)
    if REDRAWN_BY & set(request.POST):
        return _drawn_again(request, meeting, entry)
    if entry.is_valid():
        try:
            action = entry_actions.add_action(
                meeting=meeting, by=request.user, stages=entry.entries(), **entry.form.values()
            )
        except ValidationError as error:
            entry.form.add_error(None, error)
        else:
            return _saved(request, action)
    return _page(request, meeting, entry)


@writes_report
def desk_action_edit(request, meeting, number):
    options = Options.of(meeting)
    action = _actions(meeting).filter(number=number).first()
    if action is None:
        return _deleted_meanwhile(request, meeting, number, options)
    if request.method != "POST":
        return _page(request, meeting, ActionEntry(options, action=action))
    entry = ActionEntry(options, action=action, data=request.POST)
    if REDRAWN_BY & set(request.POST):
        return _drawn_again(request, meeting, entry)
    differences = []
    for _try in range(MOST_TRIES):
        if not entry.is_valid():
            break
        try:
            entry_actions.edit_action(
                action=entry.action, by=request.user, version=entry.form.cleaned_data["version"],
                stages=entry.entries(), **entry.form.values(),
            )  # fmt: skip
        except AgreedAction.DoesNotExist:
            return _deleted_meanwhile(request, meeting, number, options)
        except ValidationError as error:
            if not was_changed_meanwhile(error):
                entry.form.add_error(None, error)
                break
            current = _actions(meeting).filter(pk=action.pk).first()
            if current is None:
                return _deleted_meanwhile(request, meeting, number, options)
            entry, differences = entry.compared_with(current)
            if differences:
                entry.form.add_error(None, error)
                break
        else:
            return _saved(request, entry.action)
    return _page(request, meeting, entry, differences)


@writes_report
def desk_action_delete(request, meeting, number):
    action = get_object_or_404(_actions(meeting), number=number)
    hint = _("Its number is not used again.")
    if entry_actions.is_in_force(action):
        hint = _(
            "The version in force keeps it until this one is final. Then it is shown as dropped: taken out in this "
            "version."
        )
    delete = partial(entry_actions.delete_action, action=action)
    return deletion(request, meeting, action, delete, words=f"{action.reference} {action.title}", hint=hint)


@permission_required("meetings.keep_meetings", raise_exception=True)
@require_POST
def desk_reading(request):
    """How the words "by when" are read, for the line below their field while somebody types. Saves nothing."""
    meeting = get_object_or_404(Meeting.objects.exclude(state=ReportState.FINAL), code=request.POST.get("meeting", ""))
    prefix = request.POST.get("prefix", "")
    if not prefix:
        words = request.POST.get("default_by_when_text", "")
        return render(request, "meetings/_session_reading.html", {"reading": reading_of_session(words, meeting)})
    options = Options.of(meeting)
    stage = StageForm(
        request.POST, prefix=prefix, options=options, session=options.session(request.POST.get("session", ""))
    )
    stage.is_valid()
    return render(request, "meetings/_stage_reading.html", {"stage": stage, "reading": shown_reading(stage)})


def shown_reading(stage):
    """The sentence below a "by when", and the readings to choose from where there are several."""
    reading = stage.reading
    zone = stage.options.meeting.time_zone
    return {
        "words": reading.why_not or reading_words(reading, zone),
        "is_why_not": bool(reading.why_not),
        "is_inherited": reading.is_inherited,
        "note": "" if reading.is_inherited else reading.reading_note,
        "choices": [(choice.to_edtf(), reading_words(choice, zone)) for choice in reading.choices],
    }


def _actions(meeting):
    actions = AgreedAction.objects.filter(meeting=meeting)
    return actions.select_related("meeting", "session").prefetch_related("sub_items")


def _deleted_meanwhile(request, meeting, number, options):
    """What somebody typed into an action that another person deleted stands in the form of a new one."""
    if request.method != "POST" or not AgreedAction.history.filter(meeting_id=meeting.pk, number=number).exists():
        raise Http404
    data = request.POST.copy()
    for name in data:
        if STAGE_ID.fullmatch(name):
            data[name] = ""
    entry = ActionEntry(options, data=data)
    entry.is_valid()
    words = _("Somebody else has deleted this action in the meantime. Save to add what you typed as a new action.")
    entry.form.add_error(None, words)
    return _page(request, meeting, entry)


def _session_asked_for(request, options):
    wanted = request.GET.get("session", "")
    found = next((session for session in options.sessions if str(session.number) == wanted), None)
    return found or (options.sessions[0] if len(options.sessions) == 1 else None)


def _drawn_again(request, meeting, entry):
    data = request.POST
    proposed = None
    if "propose_owners" in data:
        proposed = by_whom.named_in(data.get("by_whom_text", ""), entry.options.names)
    entry = entry.drawn_again(add_stage="add_stage" in data, choose=data.get("choose", ""), proposed=proposed)
    return _page(request, meeting, entry, names_nobody="propose_owners" in data and not proposed)


def _saved(request, action):
    messages.success(request, _("%(reference)s is saved.") % {"reference": action.reference})
    if "then_next" in request.POST:
        address = reverse("desk_action_add", args=[action.meeting.code])
        return redirect(f"{address}?session={action.session.number}")
    return redirect(f"{reverse('desk_meeting', args=[action.meeting.code])}#action-{action.number}")


def _page(request, meeting, entry, differences=(), *, names_nobody=False):
    context = {
        "meeting": meeting,
        "action": entry.action,
        "entry": entry,
        "form": entry.form,
        "stages": [(stage, shown_reading(stage)) for stage in entry.stages],
        "has_several": len(entry.stages) > 1,
        "session": entry.session,
        "differences": differences,
        "names_nobody": names_nobody,
        "changes": changes_of(entry.action, WORDS) if entry.action else [],
    }
    return render(request, "meetings/desk_action_edit.html", context)
