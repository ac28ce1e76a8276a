"""What the secretariat decides on an agreed action, and on partners that join or leave."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from greencustoms.core import time_zones
from greencustoms.core.paging import page_of
from greencustoms.core.versions import was_changed_meanwhile
from meetings.choices import ReportState
from meetings.forms import decide as forms_decide
from meetings.models import AgreedAction
from meetings.pages import cards as pages
from meetings.pages import rows as action_rows
from meetings.rules import action_acts
from meetings.services import actions as services
from meetings.services import later_owners
from partners.comparing import Difference
from partners.models import Partner

from .saving import add_refusal

ACTS = {
    action_acts.DROP: (forms_decide.ReasonForm, services.drop_action),
    action_acts.SUPERSEDE: (forms_decide.SupersedeForm, services.supersede_action),
    action_acts.CARRY_OVER: (forms_decide.CarryOverForm, services.carry_over_action),
    action_acts.REOPEN: (forms_decide.ReasonForm, services.reopen_action),
    action_acts.NAME_OWNER: (forms_decide.OwnerForm, later_owners.name_owner),
}


@permission_required("meetings.keep_meetings", raise_exception=True)
@require_http_methods(["GET", "POST"])
def action_decide(request, code, number):
    action = _action(code, number)
    act = request.POST.get("act", "")
    form = _form(act, action, request.POST) if act in ACTS else None
    conflict = False
    if form and form.is_valid():
        try:
            ACTS[act][1](action=action, by=request.user, **form.cleaned_data)
        except ValidationError as error:
            action = _action(code, number)
            conflict = was_changed_meanwhile(error)
            form = _second_try(act, action, request.POST, error)
        else:
            messages.success(request, _said(act))
            return redirect(action)
    return render(request, "meetings/action_decide.html", _decide_context(action, act, form, conflict=conflict))


def _action(code, number):
    actions = AgreedAction.objects.filter(meeting__state=ReportState.FINAL).select_related(
        "meeting", "superseded_by__meeting", "carried_over_to__meeting", "state_changed_by"
    )
    return get_object_or_404(actions, meeting__code=code, number=number)


def _form(act, action, data=None):
    return ACTS[act][0](data, prefix=act, action=action, initial={"version": action.version})


def _second_try(act, action, data, error):
    """The form with what was typed, on the version as it stands now, and the reason why it was not taken."""
    data = data.copy()
    data[f"{act}-version"] = action.version
    form = _form(act, action, data)
    form.is_valid()
    add_refusal(form, error)
    return form


def _said(act):
    return {
        action_acts.DROP: _("The action is dropped. The reason is shown on its page."),
        action_acts.SUPERSEDE: _("The action is superseded. Both pages lead to each other."),
        action_acts.CARRY_OVER: _("The action is carried over, with the shares that were still open."),
        action_acts.REOPEN: _("The action is in effect again."),
        action_acts.NAME_OWNER: _("The owner is named, and is asked for an answer from now on."),
    }[act]


def _decide_context(action, act, form, *, conflict):
    today = time_zones.day_in(action.meeting.time_zone, timezone.now())
    [card] = pages.cards_of(AgreedAction.objects.filter(pk=action.pk), today=today)
    bound = {act: form} if form else {}
    acts = [name for name in action_acts.acts_on(action.stored_state) if name != action_acts.NAME_OWNER]
    if action.stored_state == "agreed" and later_owners.stages_without_owner(action):
        acts.append(action_acts.NAME_OWNER)
    forms = {name: bound.get(name) or _form(name, action) for name in {*acts, *bound}}
    return {
        "action": action,
        "card": card,
        "forms": forms,
        "act": act if form else "",
        "conflict": conflict,
        "differences": _both_texts(action, form) if conflict else [],
        "crumbs": [
            (_("Meetings"), reverse("meeting_list")),
            (str(action.meeting), action.meeting.get_absolute_url()),
            (card.reference, action.get_absolute_url()),
            (_("Decide"), None),
        ],
    }


def _both_texts(action, form):
    """The decision that is stored now beside the one in this form."""
    theirs = _(": ").join(part for part in (action.get_stored_state_display(), action.state_reason) if part)
    mine = str(form["reason"].value() or "") if "reason" in form.fields else ""
    return [Difference(str(_("Decision and reason")), theirs, mine, is_taken_over=False)]


@permission_required("meetings.keep_meetings", raise_exception=True)
@require_http_methods(["GET", "POST"])
def partner_changes(request):
    """Actions of each partner that one which joined may owe a share of, and what one that leaves still owes."""
    chosen = forms_decide.PartnerForm(request.GET or None)
    partner = chosen.cleaned_data["partner"] if chosen.is_valid() else None
    leave = forms_decide.LeaveForm(prefix="leave")
    if request.method == "POST" and partner:
        if "leave" in request.POST:
            leave = forms_decide.LeaveForm(request.POST, prefix="leave")
            if leave.is_valid() and _let_leave(request, partner, leave):
                return redirect(request.get_full_path())
        elif _join(request, partner):
            return redirect(request.get_full_path())
    context = {"chosen": chosen, "partner": partner, "leave": leave}
    if partner:
        page = page_of(later_owners.actions_without(partner), request, columns=action_rows.COLUMNS)
        context |= {
            "page": page,
            "rows": list(zip(page.rows, action_rows.rows_of(page.rows, now=timezone.now()), strict=True)),
            "owed": later_owners.shares_to_leave(partner).count(),
        }
    return render(request, "meetings/partner_changes.html", context)


def _join(request, partner) -> bool:
    form = forms_decide.JoinForm(request.POST, actions=later_owners.actions_without(partner))
    if not form.is_valid():
        messages.warning(request, _("Nothing was added: the partner owes a share of this action by now."))
        return True
    try:
        number = later_owners.add_partner_to(partner=partner, by=request.user, action=form.cleaned_data["action"])
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return True
    said = ngettext("%(number)d share is added.", "%(number)d shares are added.", number)
    messages.success(request, said % {"number": number})
    return True


def _let_leave(request, partner: Partner, form) -> bool:
    try:
        number = later_owners.let_partner_leave(partner=partner, by=request.user, **form.cleaned_data)
    except ValidationError as error:
        form.add_error(None, error.messages)
        return False
    said = ngettext("%(number)d share no longer applies.", "%(number)d shares no longer apply.", number)
    messages.success(request, said % {"number": number})
    return True
