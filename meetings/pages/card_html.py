"""Cards of actions as markup. A report has dozens of stages: drawn by templates they took most of its page's time."""

from itertools import groupby

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings.choices import ActionState
from meetings.pages.cards import ActionCard, StageCard, SubItemCard


def article(card: ActionCard) -> SafeString:
    """An action on the page of its meeting."""
    parts = [
        f'<article class="action" id="action-{card.number}">\n<div class="no">{card.number_words}</div>\n<div>\n'
        f'<h3><a href="{escape(card.url)}">{escape(card.title)}</a></h3>\n<p>{escape(card.text)}</p>\n'
    ]
    if card.stages_read_from_text and card.has_stages:
        count = len(card.stages)
        words = ngettext(
            "%(counter)s stage, read from the text of the action",
            "%(counter)s stages, read from the text of the action",
            count,
        )
        parts.append(f'<p class="hint">{escape(words % {"counter": count})}</p>\n')
    parts += [stage_facts(stage) for stage in card.stages]
    if card.sub_items:
        count = len(card.sub_items)
        words = ngettext("%(counter)s point in detail", "%(counter)s points in detail", count) % {"counter": count}
        parts.append(f"<details><summary>{escape(words)}</summary>\n{points(card.sub_items)}</details>\n")
    if card.state != ActionState.AGREED:
        reason = f" · {escape(card.state_reason)}" if card.state_reason else ""
        parts.append(f"<p>{escape(_('Action:'))} {card.state_html}{reason}</p>\n")
    parts.append("</div>\n</article>\n")
    return mark_safe("".join(parts))  # noqa: S308 - what people wrote is escaped


def stage_facts(stage: StageCard, *, is_named_above: bool = False) -> SafeString:
    """By whom and by when of one stage, as `StageCard.finish` has put it into words."""
    has_title = stage.title and not is_named_above
    title = f'<p class="stage-label">{escape(stage.title)}</p>\n' if has_title else ""
    hint = ' class="hint"'
    whom = "".join(f"<dd{hint if is_hint else ''}>{escape(words)}</dd>\n" for words, is_hint in stage.whom)
    tally = f"<dd>{stage.marks}{escape(stage.tally.words)}</dd>" if stage.tally.total else ""
    read = ""
    if stage.is_read_from_text and stage.by_when_text:
        read = f' <span class="hint">{escape(_("(read from the text)"))}</span>'
    event = f'<dd class="hint">{escape(stage.event_words)}</dd>\n' if stage.event_words else ""
    band = f"<dd>{stage.band}</dd>\n" if stage.band else ""
    return mark_safe(  # noqa: S308 - what people wrote is escaped
        f'<div class="stage">\n{title}<dl class="facts">\n<div><dt>{escape(_("By whom"))}</dt>\n{whom}{tally}\n</div>\n'
        f"<div><dt>{escape(_('By when'))}</dt>\n<dd>{escape(stage.when)}{read}</dd>\n{event}"
        f"<dd>{stage.state_html}</dd>\n{band}</div>\n</dl>\n</div>\n"
    )


def points(items: list[SubItemCard]) -> SafeString:
    """The checklist under an action, part by part."""
    parts = []
    for block, lines in groupby(items, key=lambda item: item.block):
        if block:
            parts.append(f'<p class="stage-label">{escape(block)}</p>\n')
        parts.append(f'<ol class="points">\n{"".join(map(_point, lines))}</ol>\n')
    return mark_safe("".join(parts))  # noqa: S308 - what people wrote is escaped


def _point(item: SubItemCard) -> str:
    by_whom = f' <span class="hint">{escape(item.by_whom)}</span>' if item.by_whom else ""
    children = ""
    if item.children:
        lines = "".join(f'<li value="{child.number}">{escape(child.text)}</li>' for child in item.children)
        children = f"\n<ol>{lines}</ol>"
    return f'<li value="{item.number}">{escape(item.text)}{by_whom}{children}</li>\n'
