"""Who owes the stages of an action: shares made, changed and taken away as owners are picked."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from greencustoms.core.editing import sign
from greencustoms.core.models import User
from meetings.choices import Acceptance, Part
from meetings.models import ActionShare, AgreedAction, Deadline, Meeting, MeetingSession
from meetings.rules.owners import Organisations, Owner, Picked, gathered, spread
from partners.choices import Standing
from partners.models import Partner

# The group that stands for the partners of the meeting's day.
ALL_PARTNERS = "gci-partners"


def organisations_for(meeting: Meeting) -> Organisations:
    """The partners of that day, or all present ones where the meeting names none, and the groups. Three statements."""
    partners_of_day = tuple(meeting.partners.alphabetical().values_list("pk", flat=True))
    if not partners_of_day:
        partners_of_day = tuple(Partner.objects.partners().alphabetical().values_list("pk", flat=True))
    groups: dict[int, list[int]] = {}
    all_partners = None
    rows = Partner.objects.filter(standing=Standing.GROUP).order_by("pk", "members__sort_key")
    for key, slug, member in rows.values_list("pk", "slug", "members"):
        groups.setdefault(key, [])
        if member is not None:
            groups[key].append(member)
        if slug == ALL_PARTNERS:
            all_partners = key
    return Organisations(partners_of_day, {key: tuple(members) for key, members in groups.items()}, all_partners)


def said_for_all(session: MeetingSession) -> Picked:
    """Who owes the actions of a session that name nobody themselves."""
    return Picked(leads=frozenset(session.default_owners.values_list("pk", flat=True)))


def picked_of(stage: Deadline, *, is_each_partner: bool, known: Organisations) -> Picked:
    """What was picked for a stage. Owners taken over from the session were not picked.

    Of an action for each partner a stage may still be owed by others; then somebody of the partners is missing.
    """
    rows = [share for share in stage.shares.all() if not share.is_inherited]
    leads = {share.partner_id for share in rows if share.part == Part.LEAD}
    return gathered(
        [(share.partner_id, share.part, share.via_group_id) for share in rows],
        is_each_partner=is_each_partner and leads >= set(known.partners_of_day),
        known=known,
    )


def picks_of(
    action: AgreedAction, stages: Iterable[Deadline], *, known: Organisations
) -> tuple[Picked, dict[int, Picked]]:
    """Who owes the whole action, and by their keys the stages that others owe.

    The whole action is what its first stage says, of an action for each partner the first stage that all owe.
    """
    each = action.is_for_each_partner
    found = {stage.pk: picked_of(stage, is_each_partner=each, known=known) for stage in stages}
    base = next((picked for picked in found.values() if picked.is_each_partner), None) if each else None
    if base is None:
        base = next(iter(found.values()), Picked(is_each_partner=each))
    if each and not base.is_each_partner:
        base = replace(base, is_each_partner=True)
    return base, {key: picked for key, picked in found.items() if picked and picked != base}


def set_owners(
    *, stage: Deadline, picked: Picked, session_owners: Picked, takes_over: bool, known: Organisations, by: User
) -> tuple[list[str], list[str]] | None:
    """Give a stage the shares of those picked. With `takes_over` the session says who leads where nobody was picked to.

    A share that stays keeps its answer, and the group by which it came where that group no longer gives it. Returns
    who owed it before and after, None if nothing changed.
    Raises ValidationError "answered" if a share to be taken away was answered already.
    """
    is_inherited = takes_over and not picked.names_a_lead
    stored = {share.partner_id: share for share in stage.shares.select_related("partner")}
    came_by = _groups_that_changed(stored.values(), known)
    if is_inherited:
        leads = session_owners.leads
        # Heirs of a group that the session still names stand for it, as they did before it changed.
        heirs = {key for key, group in came_by.items() if group in leads and stored[key].is_inherited}
        picked = replace(picked, leads=leads - {came_by[key] for key in heirs} | heirs)
    wanted = spread(picked, known)
    wanted = {
        key: owner._replace(via_group=came_by[key]) if owner.via_group is None and key in came_by else owner
        for key, owner in wanted.items()
    }
    before = _said(stored.values())
    gone = [share for key, share in stored.items() if key not in wanted]
    _refuse_if_answered(gone)
    for share in gone:
        sign(share, by)
        share.delete()
    for key, owner in wanted.items():
        if key in stored:
            _change(stored[key], owner, is_inherited and owner.part == Part.LEAD, by)
        else:
            share = ActionShare(
                deadline=stage,
                partner_id=key,
                part=owner.part,
                via_group_id=owner.via_group,
                is_inherited=is_inherited and owner.part == Part.LEAD,
            )
            sign(share, by)
            share.save()
    after = _said(stage.shares.select_related("partner"))
    return None if before == after else (before, after)


def _groups_that_changed(shares: Iterable[ActionShare], known: Organisations) -> dict[int, int]:
    """By organisation the group for which it owes its share, where the group as it is today would not give it one."""
    rows = [(share.partner_id, share.part, share.via_group_id) for share in shares]
    picked = gathered(rows, known=known)
    return {key: group for key, part, group in rows if group is not None and key in picked.with_part(part)}


def refuse_if_answered(stages: Any) -> None:
    """Raises ValidationError "answered" if somebody has answered or reported on one of these stages."""
    _refuse_if_answered(ActionShare.objects.filter(deadline__in=stages).select_related("partner"))


def _refuse_if_answered(shares) -> None:
    names = [share.partner.short_name for share in shares if share.acceptance != Acceptance.NO_ANSWER]
    if names:
        raise ValidationError(
            _(
                "%(names)s answered already, so this share stays with its history. Change the words around it, or drop "
                "the action with a reason."
            ),
            params={"names": _(", ").join(dict.fromkeys(names))},
            code="answered",
        )


def _change(share: ActionShare, owner: Owner, is_inherited: bool, by: User) -> None:
    wanted = {"part": owner.part, "via_group_id": owner.via_group, "is_inherited": is_inherited}
    changed = [name for name, value in wanted.items() if getattr(share, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(share, name, wanted[name])
    share.version += 1
    sign(share, by)
    share.save(update_fields=[*changed, "version"])


def _said(shares) -> list[str]:
    return sorted(
        f"{share.partner.slug}: {share.part}{' (inherited)' if share.is_inherited else ''}" for share in shares
    )
