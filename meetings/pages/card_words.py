"""By whom and by when, as the cards of an action say it. Pure: no database, no request.

`stage` and `card` are a StageCard and an ActionCard of `meetings.pages.cards`.
"""

from typing import NamedTuple

from django.utils.translation import gettext as _

from meetings.choices import DeadlineKind, Part


class Line(NamedTuple):
    words: str
    is_hint: bool


def quoted(words: str) -> str:
    # Translators: quotation marks around words of a report.
    return _("“%(words)s”") % {"words": words}


def stage_title(stage, card) -> str:
    """Empty for an action of one stage, which needs no number."""
    if not card.has_stages:
        return ""
    return _("Stage %(number)s · %(label)s") % {"number": stage.position, "label": stage.label}


def by_whom(stage, card) -> list[Line]:
    """What was written, once an action, and below it whoever owes this stage a share."""
    lines = []
    if card.by_whom_text:
        if stage.position == 1:
            lines.append(Line(quoted(card.by_whom_text), False))
    elif card.owner_is_inherited:
        words = _("No owner was stated; said for the whole session: “%(words)s”")
        lines.append(Line(words % {"words": card.session_by_whom}, False))
    elif stage.position == 1:
        unread, missing = _("No “by whom” line; read from the text of the action"), _("No owner was stated")
        lines.append(Line(unread if stage.shares else missing, True))
    if leads := stage.names(Part.LEAD):
        lines.append(Line(leads, False))
    if names := stage.names(Part.CONTRIBUTES):
        lines.append(Line(_("with contributions from %(names)s") % {"names": names}, True))
    if names := stage.names(Part.CONSULTED):
        lines.append(Line(_("in consultation with %(names)s") % {"names": names}, True))
    if stage.has_unnamed_owner or not stage.shares:
        lines.append(Line(_("Nobody in particular owes this part: name an owner."), True))
    return lines


def by_when(stage, card) -> str:
    if stage.by_when_text:
        return quoted(stage.by_when_text)
    if stage.is_inherited:
        words = _("No date was stated; said for the whole session: “%(words)s”")
        return words % {"words": card.session_by_when}
    return _("No date was stated") if stage.kind == DeadlineKind.NONE else stage.days_words


def part_words(part: str) -> str:
    if part == Part.LEAD:
        return _("lead")
    return _("contributes") if part == Part.CONTRIBUTES else _("is consulted")
