"""Matters arising: what earlier meetings left, and what of it is on the agenda of this one."""

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from greencustoms.core.paging import page_of
from meetings.forms import decide as forms_decide
from meetings.models import AgendaItem, AgreedAction, Meeting
from meetings.pages import cards as pages
from meetings.services import agenda as services

ROWS_A_PAGE = 25


@permission_required("meetings.keep_meetings", raise_exception=True)
@require_http_methods(["GET", "POST"])
def matters_arising(request, code):
    meeting = get_object_or_404(Meeting.objects.being_written(), code=code)
    actions = services.to_choose_from(meeting)
    if request.method == "POST":
        form = forms_decide.AgendaForm(request.POST, actions=actions)
        if form.is_valid():
            _change(request, meeting, form.cleaned_data)
        else:
            messages.warning(request, _("Nothing was changed: this action is no longer in effect."))
        return redirect(request.get_full_path())
    page = page_of(actions, request, per_page=ROWS_A_PAGE, columns=("pk",))
    keys = [key for (key,) in page.rows]
    taken_up = dict(AgendaItem.objects.filter(meeting=meeting, action__in=keys).values_list("action_id", "note"))
    cards = pages.cards_of(AgreedAction.objects.filter(pk__in=keys), today=timezone.now().date())
    card_of = {card.pk: card for card in cards}
    context = {
        "meeting": meeting,
        "page": page,
        "missing": page.total - meeting.matters_arising.count(),
        "rows": [(card_of[key], key in taken_up, taken_up.get(key, "")) for key in keys if key in card_of],
        "crumbs": [(str(meeting), meeting.get_absolute_url()), (_("Matters arising"), None)],
    }
    return render(request, "meetings/desk_matters_arising.html", context)


def _change(request, meeting, asked) -> None:
    try:
        if asked["off"]:
            services.take_off_agenda(meeting=meeting, by=request.user, action=asked["action"])
            messages.success(request, _("The action is off the agenda."))
            return
        number = services.put_on_agenda(
            meeting=meeting, by=request.user, action=asked["action"], note=asked["note"].strip()
        )
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return
    said = ngettext("%(number)d action is put on the agenda.", "%(number)d actions are put on the agenda.", number)
    messages.success(request, said % {"number": number} if number else _("The agenda is kept."))
