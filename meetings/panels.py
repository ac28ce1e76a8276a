"""What the page of a partner shows of this room. The partners' room asks; it does not know who answers."""

from django.urls import reverse
from django.utils import timezone

from greencustoms.core import publication
from meetings import access
from meetings.pages import overview, silence
from meetings.pages import rows as action_rows
from partners.choices import Standing
from partners.panels import partner_panel

MOST_ROWS = 5


@partner_panel(place=20)
def agreed_actions(partner, request):
    """How far this organisation's shares are, its newest agreed actions, and where to see them all."""
    if partner.standing not in (Standing.PARTNER, Standing.SECRETARIAT):
        return None
    now = timezone.now()
    level = access.reading_level(request.user)
    actions = access.actions_for(level).owed_by(partner).newest_meeting_first()
    rows = list(actions.values_list(*action_rows.COLUMNS)[:MOST_ROWS])
    if not rows:
        return None
    stand = _stand(partner, level, now.date())
    list_url = f"{reverse('action_list')}?partner={partner.slug}"
    return "meetings/_partner_panel.html", {
        "rows": action_rows.rows_of(rows, now=now),
        "marks": overview.marks_of(stand.tally),
        "tally_words": stand.tally.words,
        "late": stand.late,
        "all_url": list_url,
        "progress_url": reverse("partner_progress_pdf", args=[partner.slug]),
        "late_url": f"{list_url}&state=overdue",
    }


def _stand(partner, level: str, today) -> silence.Stand:
    """Counting ten thousand shares takes a while, so it is done once for each reading level and publication."""
    asked = {"partner": partner.pk, "level": level, "today": today}
    return publication.kept(
        "partner-stand", asked, lambda: silence.stand_of(partner, actions=access.actions_for(level), today=today)
    )
