"""The newest public actions as an Atom feed (RFC 4287)."""

from datetime import date

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html, format_html_join
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from greencustoms.core.calendar_files import midnight
from greencustoms.core.tables import plain_text
from meetings.models import ActionShare, AgreedAction
from meetings.pages import cards as pages

MOST_ENTRIES = 50


def atom(*, today: date) -> bytes:
    """The feed. An entry counts as updated when the action, a stage of it or a share of it changed. Four statements."""
    facts = _newest()
    cards = {card.pk: card for card in pages.cards_of(AgreedAction.objects.filter(pk__in=list(facts)), today=today)}
    feed = Atom1Feed(
        title=_("Agreed actions · %(site)s") % {"site": settings.SITE_NAME},
        link=settings.PORTAL_URL + reverse("action_list"),
        description="",
        subtitle=_("What the partners of the Green Customs Initiative agreed to do, and how far it is."),
        feed_url=settings.PORTAL_URL + reverse("action_feed"),
        language=get_language(),
        author_name=_("Green Customs Initiative"),
    )
    for pk, (meeting_title, starts_on, changed_at) in facts.items():
        card = cards[pk]
        feed.add_item(
            title=plain_text(f"{card.reference} {card.title}"),
            link=settings.PORTAL_URL + card.url,
            description=_content(card, meeting_title),
            pubdate=midnight(starts_on),
            updateddate=max(changed_at or midnight(starts_on), midnight(starts_on)),
            categories=[plain_text(str(card.state.label)), plain_text(meeting_title)],
        )
    return feed.writeString("utf-8").encode()


def _newest() -> dict[int, tuple]:
    """Meeting, its first day and the last change of the newest public actions, in order."""
    of_action = AgreedAction.history.filter(id=OuterRef("pk")).order_by("-history_date")
    of_share = ActionShare.history.filter(deadline__action_id=OuterRef("pk")).order_by("-history_date")
    rows = AgreedAction.objects.public().newest_meeting_first()[:MOST_ENTRIES]
    rows = rows.values_list(
        "pk", "meeting__title", "meeting__starts_on",
        Subquery(of_action.values("history_date")[:1]), Subquery(of_share.values("history_date")[:1]),
    )  # fmt: skip
    return {
        pk: (title, starts_on, max((moment for moment in moments if moment), default=None))
        for pk, title, starts_on, *moments in rows
    }


def _content(card: pages.ActionCard, meeting_title: str) -> str:
    """Plain HTML for feed readers: what was agreed, where, by whom, by when, and where it stands."""
    parts = [card.text, meeting_title, _("State: %(state)s") % {"state": card.state.label}]
    for stage in card.stages:
        parts += [line.words for line in stage.whom]
        words = {"label": stage.label, "when": stage.when, "tally": stage.tally.words}
        line = _("%(label)s: by when %(when)s. %(tally)s") if stage.label else _("By when %(when)s. %(tally)s")
        parts.append(line % words)
    return format_html("{}", format_html_join("\n", "<p>{}</p>", ((plain_text(part),) for part in parts if part)))
