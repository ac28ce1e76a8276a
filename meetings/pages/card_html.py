"""Cards of actions as markup. A report has dozens of stages: drawn by templates they took most of its page's time."""

from itertools import groupby

from django.template.defaultfilters import linebreaksbr
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from meetings import deadlines
from meetings.choices import ActionState, Part
from meetings.pages.cards import ActionCard, ShareCard, StageCard, SubItemCard


def article(card: ActionCard) -> SafeString:
    """An action on the page of its meeting."""
    parts = [
        f'<article class="action" id="action-{card.number}">\n<div class="no">{card.number_words}</div>\n<div>\n'
        f'<h3><a href="{escape(card.url)}">{escape(card.title)}</a></h3>\n<p>{escape(card.text)}</p>\n'
    ]
    if card.is_flagged:
        parts.append(f'<p><span class="badge">{escape(_("Needs evidence"))}</span></p>\n')
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


def shares_table(stage: StageCard, reads_notes: bool) -> SafeString:
    """What each organisation said and did of one stage; with `reads_notes` also how the secretariat heard of it."""
    if not stage.shares:
        return SafeString("")
    heads = (_("Organisation"), _("Part"), _("Where it stands"), _("In its own words"))
    columns = [escape(words) for words in heads]
    head = "".join(f'<th scope="col">{words}</th>' for words in columns)
    rows = "".join(_share_row(share, stage, columns, reads_notes) for share in stage.shares)
    return mark_safe(  # noqa: S308 - what people wrote is escaped
        f'<table class="table-cards">\n<caption>{escape(_("What each organisation said and did"))}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}</tbody></table>"
    )


def _share_row(share: ShareCard, stage: StageCard, columns: list[str], reads_notes: bool) -> str:
    name = escape(share.partner_name)
    if share.partner_url:
        name = f'<a href="{escape(share.partner_url)}">{name}</a>'
    if share.is_without_owner:
        name += f" {_hint(_('a group without members: name an owner'))}"
    part = escape(share.part_words)
    if share.via_group:
        part += f" {_hint(_('as a member of: %(group)s') % {'group': share.via_group})}"
    return (
        f'<tr>\n<th scope="row">{name}</th>\n<td data-label="{columns[1]}">{part}</td>\n'
        f'<td data-label="{columns[2]}">{_standing(share)}</td>\n'
        f'<td class="is-long" data-label="{columns[3]}">{_own_words(share, stage, reads_notes)}</td>\n</tr>\n'
    )


def _standing(share: ShareCard) -> str:
    if share.part == Part.CONSULTED:
        words = _hint("–")
    else:
        confirmed = f", {escape(_('confirmed'))}" if share.confirmed_on else ""
        words = f"{share.mark}{escape(share.words)}{confirmed}"
    day = share.reported_on or share.answered_on
    if day:
        said = escape(_("reported on") if share.reported_on else _("answered on"))
        words += (
            f'\n<br><span class="hint">{said} <time datetime="{day:%Y-%m-%d}">{deadlines.long_day(day)}</time></span>'
        )
    return words


def _own_words(share: ShareCard, stage: StageCard, reads_notes: bool) -> str:
    html = str(linebreaksbr(share.what_was_done or share.decline_reason))
    if share.evidence_url:
        seen = escape(_("Where it can be seen"))
        html += f' <a href="{escape(share.evidence_url)}" rel="nofollow noopener">{seen}</a>'
    if share.on_behalf:
        html += f'<p class="hint">{escape(share.on_behalf_with_note if reads_notes else share.on_behalf)}</p>'
    if share.link:
        words, url = share.link
        whose = f'<span class="visually-hidden">: {escape(share.partner_name)} {escape(stage.label)}</span>'
        html += f'<p><a href="{escape(url)}">{escape(words)}{whose}</a></p>'
    return html


def _hint(words: str) -> str:
    return f'<span class="hint">{escape(words)}</span>'


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
