"""The form in which an organisation answers and reports on its share."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from meetings import access, deadlines, forms, progress, share_acts
from meetings.choices import Acceptance, StoredState
from meetings.services import shares as services

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
