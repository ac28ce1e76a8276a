"""The form in which an organisation answers and reports on its share, and others confirm or send back."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from greencustoms.core import time_zones
from greencustoms.core.versions import was_changed_meanwhile
from meetings import access, deadlines, progress
from meetings.choices import Acceptance, StoredState
from meetings.forms import shares as forms
from meetings.models import ShareAnswer
from meetings.pages import share_words
from meetings.rules import share_acts
from meetings.services import shares as services
from partners.comparing import Difference

from .saving import add_refusal

ACTS = {
    "accept": (forms.OwnersForm, services.accept_share),
    "decline": (forms.DeclineForm, services.decline_share),
    "start": (forms.StartForm, services.start_share),
    "done": (forms.DoneForm, services.report_done),
    "answer": (forms.AnswerForm, services.answer_request),
    "take_back": (forms.OwnersForm, services.take_back_report),
    "withdraw": (forms.OwnersForm, services.withdraw_answer),
    "confirm": (forms.VersionForm, services.confirm_share),
    "send_back": (forms.ReasonForm, services.send_back_share),
    "reopen": (forms.ReasonForm, services.reopen_share),
}
# Fields of the forms that are kept on the share, and so may differ from what a colleague wrote meanwhile.
KEPT_ON_SHARE = {"what_was_done": "what_was_done", "evidence_url": "evidence_url", "reason": "decline_reason"}


@require_http_methods(["GET", "POST"])
def share_report(request, pk):
    share = _share_for(request.user, pk)
    asker = _Asker(request.user, share)
    act = request.POST.get("act", "")
    form = asker.form(act, request.POST, request.FILES) if asker.knows(act) else None
    if form and form.is_valid():
        try:
            _perform(act, share, request.user, form.cleaned_data)
        except ValidationError as error:
            asker = _Asker(request.user, _share_for(request.user, pk))
            form = asker.second_try(act, request.POST, error)
        else:
            messages.success(request, _said(act))
            return redirect(share.deadline.action if asker.on_behalf_of else "my_home")
    return render(request, "meetings/share_report.html", _report_context(asker, act, form))


def _share_for(user, pk):
    shares = access.shares_open_to(user).select_related(
        "deadline__action__meeting", "deadline__action__session", "partner", "reported_by", "answered_by",
        "sent_back_by",
    )  # fmt: skip
    return get_object_or_404(shares, pk=pk)


class _Asker:
    """A person in front of one share: what they may do with it, and the forms for it."""

    def __init__(self, user, share):
        self.user, self.share = user, share
        self.may_report = access.may_report(user, share)
        self.may_confirm = access.may_confirm(user, share)
        self.on_behalf_of = share.partner.short_name if access.may_act_for(user, share) else ""
        self.mark = progress.mark_of(share.acceptance, share.progress)
        self.is_request = bool(share.deadline.request_kind)
        self.answer = (
            ShareAnswer.objects.filter(share=share).select_related("file").first() if self.is_request else None
        )

    def knows(self, act):
        return act in ACTS and (act != "answer" or self.is_request)

    def acts(self):
        """What this person can do with the share as it stands."""
        if self.share.deadline.action.stored_state != StoredState.AGREED:
            return []
        return share_acts.acts_on(
            self.mark, may_report=self.may_report or bool(self.on_behalf_of), may_confirm=self.may_confirm,
            is_confirmed=self.share.confirmed_at is not None, is_request=self.is_request,
        )  # fmt: skip

    def form(self, act, data=None, files=None):
        form_class, _service = ACTS[act]
        initial = {"version": self.share.version}
        options = {}
        if act in ("start", "done"):
            initial["what_was_done"] = self.share.what_was_done
        if act in ("done", "answer"):
            initial["evidence_url"] = self.share.evidence_url
            options["needs_evidence"] = self.share.deadline.action.is_flagged
        if issubclass(form_class, forms.OwnersForm):
            options["on_behalf_of"] = self.on_behalf_of
            initial["behalf_note"] = self.share.behalf_note if self.share.is_reported_on_behalf else ""
        if act == "answer":
            options |= {"deadline": self.share.deadline, "answer": self.answer}
        return form_class(data, files, prefix=act, initial=initial, **options)

    def second_try(self, act, data, error):
        """The form with what was typed, on the version as it stands now, and the reason why it was not taken."""
        data = data.copy()
        data[f"{act}-version"] = self.share.version
        form = self.form(act, data)
        form.is_valid()
        add_refusal(form, error)
        form.was_changed_meanwhile = was_changed_meanwhile(error)
        return form


def _perform(act, share, user, cleaned):
    _form_class, service = ACTS[act]
    if act == "decline" and cleaned.pop("answer") == Acceptance.NOT_APPLICABLE:
        service = services.set_not_applicable
    service(share=share, by=user, **cleaned)


def _said(act):
    return {
        "accept": _("Kept: the organisation has accepted this share."),
        "decline": _("The answer is kept. Thank you for saying why."),
        "start": _("Kept: work on this share is in progress."),
        "done": _("Kept: this share is reported as done. Thank you."),
        "answer": _("The answer is kept, and the share is reported as done. Thank you."),
        "take_back": _("The report is taken back. The share is in progress again."),
        "withdraw": _("The answer is withdrawn. The share waits for a new one."),
        "confirm": _("The share is confirmed."),
        "send_back": _("The report is sent back. The organisation reads your reason on its page."),
        "reopen": _("The share is open again. The organisation reads your reason on its page."),
    }[act]


def _report_context(asker, act, form):
    share = asker.share
    action = share.deadline.action
    today = time_zones.day_in(action.meeting.time_zone, timezone.now())
    bound = {act: form} if form else {}
    conflict = bool(form and getattr(form, "was_changed_meanwhile", False))
    shown = {name: bound.get(name) or asker.form(name) for name in {*asker.acts(), *bound}}
    acts_on_behalf = {name for name in shown if asker.on_behalf_of and name not in share_acts.BY_WHO_CONFIRMS}
    return {
        "share": share,
        "action": action,
        "meeting": action.meeting,
        "stage": share.deadline,
        "mark_words": progress.mark_words(asker.mark),
        "mark": asker.mark,
        "due": deadlines.due_words(
            kind=share.deadline.kind, latest=share.deadline.latest, today=today,
            review_on=share.deadline.review_on, is_done=asker.mark == "done",
        ),
        "today": today,
        "on_behalf_of": asker.on_behalf_of,
        "said_on_behalf": share_words.said_on_behalf(
            share.partner.short_name, is_answered=share.is_answered_on_behalf, is_reported=share.is_reported_on_behalf,
            note=share.behalf_note,
        ),
        "answer": asker.answer,
        "forms": shown,
        "acts_on_behalf": acts_on_behalf,
        "has_forms_on_behalf": bool(acts_on_behalf),
        "act": act if form else "",
        "conflict": conflict,
        "differences": _both_texts(share, form) if conflict else [],
        "crumbs": [(_("My work"), reverse("my_home")), (action.reference, None)],
    }  # fmt: skip


def _both_texts(share, form):
    """What is stored now beside what this person typed, where the two differ."""
    found = []
    for name, stored_as in KEPT_ON_SHARE.items():
        if name in form.fields and not isinstance(form, forms.ReasonForm):
            theirs, mine = getattr(share, stored_as), str(form[name].value() or "")
            if theirs and theirs != mine:
                found.append(Difference(str(form.fields[name].label), theirs, mine, is_taken_over=False))
    return found
