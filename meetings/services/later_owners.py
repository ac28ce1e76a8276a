"""Who owes a share, as it changes after the meeting: partners that join or leave, owners named for a group or nobody.

No share is ever deleted. All raise PermissionDenied, and ValidationError "changed_meanwhile" or "not_open".
"""

from collections import Counter
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history

from greencustoms.core import audit, publication
from greencustoms.core.editing import set_fields, sign
from greencustoms.core.versions import claim_version
from meetings import access, progress
from meetings.choices import Acceptance, Part, Progress, ReportState, StoredState
from meetings.models import ActionShare, AgreedAction, Deadline
from meetings.reminders import ledger
from meetings.rules import action_acts
from partners.choices import Standing

from . import telling
from .shares import nothing_answered, nothing_reported, required_reason, set_aside, take_answer_away

MOST_AT_ONCE = 500
MOST_THAT_LEAVE_AT_ONCE = 200
# How the history names what brought a share here.
JOINED = "joined"
NAMED = "named"


def actions_without(partner):
    """Actions in effect of "each partner" of which this one owes no share yet in at least one stage."""
    lacking = Deadline.objects.filter(action=OuterRef("pk")).exclude(shares__partner=partner)
    actions = AgreedAction.objects.in_final_reports().filter(stored_state=StoredState.AGREED, is_for_each_partner=True)
    return actions.filter(Exists(lacking)).newest_meeting_first()


def shares_to_leave(partner):
    """What an organisation still owes on actions in effect, whatever its part."""
    return ActionShare.objects.in_effect().open().filter(partner=partner)


@transaction.atomic
def add_partner_to(*, partner, by, action=None, now=None) -> int:
    """Let a partner that joined owe a share of one action of "each partner", or of all. Returns how many shares.

    In each stage it gets the part that most of the others have. Nothing happens where it owes a share already. Its
    members get a mail.
    """
    _allow(by)
    if partner.standing != Standing.PARTNER:
        raise ValidationError(_("Only a partner owes a share of what each partner does."), code="not_open")
    wanted = actions_without(partner) if action is None else actions_without(partner).filter(pk=action.pk)
    stages = Deadline.objects.filter(action__in=wanted.order_by().values("pk")).exclude(shares__partner=partner)
    parts: dict[int, Counter] = {pk: Counter() for pk in stages.order_by("pk").values_list("pk", flat=True)}
    others = ActionShare.objects.filter(partner__standing=Standing.PARTNER, deadline__in=stages.order_by().values("pk"))
    for stage, part in others.order_by("pk").values_list("deadline_id", "part"):
        parts[stage][part] += 1
    rows = [
        ActionShare(deadline_id=stage, partner=partner, part=found.most_common(1)[0][0] if found else Part.LEAD)
        for stage, found in parts.items()
    ]
    added = bulk_create_with_history(
        rows, ActionShare, batch_size=MOST_AT_ONCE, default_user=by, default_change_reason=JOINED
    )
    if added:
        audit.record(partner, "joined actions", by=by, after={"shares": [share.pk for share in added]})
        telling.tell_of_joining(partner=partner, added=added, by=by, now=now or timezone.now())
        publication.raise_version()
    return len(added)


def let_partner_leave(*, partner, by, reason, now=None) -> int:
    """Let what a partner that left still owed no longer apply, with the reason. Returns how many shares that were.

    In portions, each a transaction of its own, so that nobody waits long for the rest. Where one fails, doing it
    again goes on with what is left.
    """
    _allow(by)
    reason = required_reason(reason)
    number = 0
    while portion := _set_portion_aside(partner, by, reason, now):
        number += portion
    return number


@transaction.atomic
def _set_portion_aside(partner, by, reason, now) -> int:
    shares = list(shares_to_leave(partner).select_related("partner").order_by("pk")[:MOST_THAT_LEAVE_AT_ONCE])
    for share in shares:
        claim_version(share, share.version)
        set_aside(share=share, by=by, reason=reason, now=now)
    ledger.follow({share.deadline_id for share in shares})
    return len(shares)


@transaction.atomic
def name_owner(*, action, by, version, stage, partner, now=None):
    """Name who owes a stage that a group without members, or nobody, owes.

    The share of the group passes to the owner, who has said nothing yet; what a group has done needs no owner. If the
    owner has a share of its own already, it is in the lead now and the group's no longer applies. Its members get a
    mail.
    """
    _allow(by)
    claim_version(action, version)
    action.refresh_from_db()
    if action.meeting.state != ReportState.FINAL or action.stored_state != StoredState.AGREED:
        raise ValidationError(action_acts.why_not(action_acts.NAME_OWNER, action.stored_state), code="not_open")
    if partner.standing == Standing.GROUP:
        raise ValidationError({"partner": _("Choose an organisation, not a group.")}, code="not_possible")
    of_group, own = _share_of_group(stage), stage.shares.filter(partner=partner).first()
    if of_group is None and progress.has_owner(stage.shares.values_list("part", "acceptance")):
        raise ValidationError({"stage": _("This stage has an owner.")}, code="not_open")
    if own is not None:
        share = _put_in_the_lead(own, by)
        if of_group is not None:
            claim_version(of_group, of_group.version)
            set_aside(share=of_group, by=by, reason=_("Falls to %(name)s.") % {"name": partner.short_name}, now=now)
    elif of_group is not None:
        share = _pass_on(of_group, partner, by)
    else:
        share = ActionShare(deadline=stage, partner=partner)
        sign(share, by, NAMED)
        share.save()
    audit.record(share, "named an owner", by=by, after={"partner": partner.slug})
    ledger.follow([stage.pk])
    telling.tell_of_owner(share=share, by=by, now=now or timezone.now())
    return share


def stages_without_owner(action):
    """Stages of which a group without members, or nobody, is in the lead."""
    stages = action.deadlines.order_by("position").prefetch_related("shares__partner")
    return [
        stage
        for stage in stages
        if any(_is_of_group(share) for share in stage.shares.all())
        or not progress.has_owner((share.part, share.acceptance) for share in stage.shares.all())
    ]


def _share_of_group(stage):
    return next((share for share in stage.shares.select_related("partner") if _is_of_group(share)), None)


def _is_of_group(share) -> bool:
    is_set_aside = share.acceptance in progress.SET_ASIDE
    is_over = is_set_aside or share.progress == Progress.DONE
    return share.partner.standing == Standing.GROUP and share.part == Part.LEAD and not is_over


def _put_in_the_lead(share, by):
    claim_version(share, share.version)
    changes: dict[str, Any] = {"part": Part.LEAD}
    if share.acceptance == Acceptance.NOT_APPLICABLE:
        changes |= nothing_answered()
    set_fields(share, changes, by=by, reason=NAMED)
    return share


def _pass_on(share, partner, by):
    """The group's share becomes that of its owner, who answers for it anew."""
    claim_version(share, share.version)
    take_answer_away(share, by)
    changes = {"via_group": share.partner, "partner": partner, **nothing_answered(), **nothing_reported()}
    set_fields(share, changes, by=by, reason=NAMED)
    return share


def _allow(by) -> None:
    if not access.keeps_meetings(by):
        raise PermissionDenied
