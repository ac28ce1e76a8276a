"""What the page of a partner shows of this room. The partners' room asks; it does not know who answers."""

from django.urls import reverse
from django.utils import timezone

from partners.choices import Standing
from partners.panels import partner_panel

from . import access, pages

MOST_ROWS = 5


@partner_panel(place=20)
def agreed_actions(partner, request):
    """The newest agreed actions of which this organisation owes a share, and where to see them all."""
    if partner.standing not in (Standing.PARTNER, Standing.SECRETARIAT):
        return None
    actions = access.actions_visible_to(request.user).owed_by(partner).newest_meeting_first()
    rows = list(actions.values_list(*pages.ROW_COLUMNS)[:MOST_ROWS])
    if not rows:
        return None
    return "meetings/_partner_panel.html", {
        "rows": pages.rows_of(rows, now=timezone.now()),
        "all_url": f"{reverse('action_list')}?partner={partner.slug}",
    }
