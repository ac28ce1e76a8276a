"""One row for each deadline of agreed actions, for the files of the list (CSV and XLSX)."""

from collections import defaultdict
from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext as _

from meetings import progress
from meetings.by_when import edtf
from meetings.choices import Part
from meetings.models import SubItem
from meetings.pages import card_words
from meetings.pages import cards as pages

# Names for programs, in English; new ones go to the end, since people have tables that count columns.
HEADER = (
    "reference", "title", "text", "by_whom_as_written", "stage", "by_when_as_written", "kind", "inherited", "edtf",
    "earliest", "latest", "state", "shares",
    "topic", "sub_items", "who", "done", "in_progress", "accepted", "silent", "declined", "not_applicable",
)  # fmt: skip
MARKS = HEADER[-6:]
ACTION_COLUMNS = (
    "pk", "number", "topic_heading", "title", "text", "by_whom_text", "completion_rule", "stored_state",
    "meeting__code",
)  # fmt: skip


def of(actions) -> Iterable[list]:
    """The rows of these actions, in their order. Three statements. Days are dates and marks numbers."""
    texts = list(actions.values(*ACTION_COLUMNS))
    wanted = Q(action__in=actions.order_by().values("pk"))
    sub_items = _sub_items(wanted)
    stages: dict[int, list[pages.StageCard]] = defaultdict(list)
    for stage, action_id in pages.stages_of(wanted):
        stages[action_id].append(stage)
    for row in texts:
        mine = stages[row["pk"]]
        rule = row["completion_rule"]
        states = [[share.state for share in stage.shares] for stage in mine]
        state = progress.action_state(row["stored_state"], rule, states)
        for stage, shares in zip(mine, states, strict=True):
            tally = progress.tally(shares, rule)
            yield [
                pages.reference(row["meeting__code"], row["number"]), row["title"], row["text"], row["by_whom_text"],
                stage.label, stage.by_when_text, stage.kind, "yes" if stage.is_inherited else "no", _edtf(stage),
                stage.earliest or "", stage.latest or "", state.label, tally.words,
                row["topic_heading"], sub_items[row["pk"]], who(stage.shares),
                *(getattr(tally, name) for name in MARKS),
            ]  # fmt: skip


def _edtf(stage: pages.StageCard) -> str:
    """As `by_when` reads it back: with an open start where only the last day is set, nothing where no day is."""
    if stage.latest is None:
        return ""
    return stage.edtf if stage.earliest else edtf.open_start(stage.edtf)


def who(shares: Iterable[pages.ShareCard]) -> str:
    """Each organisation with where its share stands: "CITES: done; OPCW (contributes): declined"."""
    parts = []
    for share in shares:
        words = _("%(partner)s: %(mark)s")
        if share.part != Part.LEAD:
            words = _("%(partner)s (%(part)s): %(mark)s")
        part = card_words.part_words(share.part)
        parts.append(words % {"partner": share.partner_name, "part": part, "mark": share.words})
    # Translators: what stands between "CITES: done" and "WCO: accepted".
    return _("; ").join(parts)


def _sub_items(wanted: Q) -> dict[int, str]:
    """The checklist of each action, one line for each point."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = SubItem.objects.filter(wanted).order_by("action_id", "number").values_list("action_id", "number", "text")
    for action_id, number, text in rows:
        found[action_id].append(f"{number}. {text}")
    return defaultdict(str, {action_id: "\n".join(lines) for action_id, lines in found.items()})
