"""The state of an action as a condition for the database: the same rules as `meetings.progress`, in SQL.

Each stage is counted once over all its shares. Asked action by action, twenty thousand of them take minutes.
"""

from django.apps import apps
from django.db.models import Count, F, Q

from .choices import Acceptance, ActionState, CompletionRule, Part, Progress, StoredState

_SET_ASIDE = [Acceptance.DECLINED, Acceptance.NOT_APPLICABLE]
# Shares that count towards their stage, seen from a share.
COUNTED = Q(part=Part.LEAD) | (Q(part=Part.CONTRIBUTES) & ~Q(deadline__action__completion_rule=CompletionRule.LEAD))


def condition(state: str) -> Q:
    """What is true of the actions in this state, as a filter on AgreedAction."""
    if state in StoredState.values and state != StoredState.AGREED:
        return Q(stored_state=state)
    agreed = Q(stored_state=StoredState.AGREED)
    if state == ActionState.CONFIRMED:
        return agreed & _all_stages(_is_done() & _is_confirmed())
    done = _all_stages(_is_done())
    if state == ActionState.REPORTED_DONE:
        return agreed & done & ~_all_stages(_is_confirmed())
    begun = _shares().exclude(part=Part.CONSULTED).exclude(acceptance__in=_SET_ASIDE)
    begun = begun.exclude(progress=Progress.NOT_STARTED).values("deadline__action")
    return agreed & ~done & (Q(pk__in=begun) if state == ActionState.IN_PROGRESS else ~Q(pk__in=begun))


def silent() -> Q:
    """Actions in effect of which somebody whose share counts has not answered yet."""
    waiting = _shares().filter(COUNTED, acceptance=Acceptance.NO_ANSWER)
    return Q(stored_state=StoredState.AGREED, pk__in=waiting.values("deadline__action"))


def _shares():
    return apps.get_model("meetings", "ActionShare").objects.order_by()


def _all_stages(wanted: Q) -> Q:
    """Actions with at least one stage, all of whose stages are like this."""
    stages = apps.get_model("meetings", "Deadline").objects.order_by()
    others = _counted(stages).filter(~wanted)
    return Q(pk__in=stages.values("action")) & ~Q(pk__in=others.values("action"))


def _counted(stages):
    """Stages with the number of their counted shares that are done, confirmed and open."""
    counts = Q(shares__part=Part.LEAD)
    counts |= Q(shares__part=Part.CONTRIBUTES) & ~Q(action__completion_rule=CompletionRule.LEAD)
    counts &= ~Q(shares__acceptance__in=_SET_ASIDE)
    is_done = Q(shares__progress=Progress.DONE)
    return stages.values("pk", "action", "action__completion_rule").annotate(
        done_count=Count("shares", filter=counts & is_done),
        confirmed_count=Count("shares", filter=counts & is_done & Q(shares__confirmed_at__isnull=False)),
        open_count=Count("shares", filter=counts & ~is_done),
    )


_ANY = Q(action__completion_rule=CompletionRule.ANY)


def _is_done() -> Q:
    return Q(done_count__gt=0) & (_ANY | Q(open_count=0))


def _is_confirmed() -> Q:
    return Q(confirmed_count__gt=0) & (_ANY | Q(confirmed_count=F("done_count")))
