"""The state of an action as a condition for the database: the same rules as `meetings.progress`, in SQL."""

from django.apps import apps
from django.db.models import Exists, OuterRef, Q

from .choices import Acceptance, ActionState, CompletionRule, Part, Progress, StoredState

_SET_ASIDE = Q(acceptance__in=[Acceptance.DECLINED, Acceptance.NOT_APPLICABLE])
_DONE = Q(progress=Progress.DONE) & ~_SET_ASIDE
_COUNTED = Q(part=Part.LEAD) | (Q(part=Part.CONTRIBUTES) & ~Q(deadline__action__completion_rule=CompletionRule.LEAD))
_ANY = Q(action__completion_rule=CompletionRule.ANY)


def condition(state: str) -> Q:
    """What is true of the actions in this state, as a filter on AgreedAction."""
    if state in StoredState.values and state != StoredState.AGREED:
        return Q(stored_state=state)
    agreed = Q(stored_state=StoredState.AGREED)
    done = Q(_stages()) & ~Q(_stages(~_stage_is_done()))
    confirmed = done & ~Q(_stages(~_stage_is_confirmed()))
    if state == ActionState.CONFIRMED:
        return agreed & confirmed
    if state == ActionState.REPORTED_DONE:
        return agreed & done & ~confirmed
    begun = Q(
        Exists(
            _shares()
            .filter(deadline__action=OuterRef("pk"))
            .exclude(part=Part.CONSULTED)
            .exclude(_SET_ASIDE)
            .exclude(progress=Progress.NOT_STARTED)
        )
    )
    return agreed & ~done & (begun if state == ActionState.IN_PROGRESS else ~begun)


def _shares():
    return apps.get_model("meetings", "ActionShare").objects.order_by()


def _stages(*conditions: Q) -> Exists:
    """Whether the action has a stage like this."""
    stages = apps.get_model("meetings", "Deadline").objects.order_by()
    return Exists(stages.filter(*conditions, action=OuterRef("pk")))


def _has_share(wanted: Q) -> Q:
    """Whether the stage has a counted share like this."""
    return Q(Exists(_shares().filter(_COUNTED & wanted, deadline=OuterRef("pk"))))


def _stage_is_done() -> Q:
    nothing_open = ~_has_share(~_SET_ASIDE & ~Q(progress=Progress.DONE))
    return _has_share(_DONE) & (_ANY | nothing_open)


def _stage_is_confirmed() -> Q:
    has_confirmed = _has_share(_DONE & Q(confirmed_at__isnull=False))
    return has_confirmed & (_ANY | ~_has_share(_DONE & Q(confirmed_at=None)))
