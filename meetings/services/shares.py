"""Every change of a share: answer, report, take back, confirm.

Each keeps who, when, before and after.

They raise PermissionDenied if `by` may not act on the share, and ValidationError "changed_meanwhile",
"not_in_effect", "confirmed" or "not_open" (see `share_acts`) if it does not stand as the act needs it.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.versions import claim_version
from meetings import access, progress, share_acts
from meetings.choices import Acceptance, Progress, StoredState

AUDITED = ("acceptance", "decline_reason", "progress", "what_was_done", "evidence_url")


@transaction.atomic
def accept_share(*, share, by, version, now=None):
    """Say that the organisation takes its share on."""
    _begin(share_acts.ACCEPT, share, by, version)
    return _answer(share, Acceptance.ACCEPTED, "accepted", by=by, now=now)


@transaction.atomic
def decline_share(*, share, by, version, reason, now=None):
    """Say that the organisation does not take its share on, and why. What is done must be taken back first."""
    _begin(share_acts.DECLINE, share, by, version)
    return _answer(share, Acceptance.DECLINED, "declined", by=by, now=now, reason=_required_reason(reason))


@transaction.atomic
def set_not_applicable(*, share, by, version, reason, now=None):
    """Say that the share does not concern the organisation, and why."""
    _begin(share_acts.DECLINE, share, by, version)
    reason = _required_reason(reason)
    return _answer(share, Acceptance.NOT_APPLICABLE, "said that it does not apply", by=by, now=now, reason=reason)


@transaction.atomic
def withdraw_answer(*, share, by, version, now=None):
    """Take an answer back, so that the share waits for one again. Not possible once work has been reported."""
    _begin(share_acts.WITHDRAW, share, by, version)
    return _save(
        share, "withdrew the answer", by=by,
        acceptance=Acceptance.NO_ANSWER, decline_reason="", answered_at=None, answered_by=None,
    )  # fmt: skip


@transaction.atomic
def start_share(*, share, by, version, what_was_done="", now=None):
    """Say that work is under way, with a sentence on it if there is one. Whoever has begun has accepted."""
    _begin(share_acts.START, share, by, version)
    now = now or timezone.now()
    return _save(
        share, "reported in progress", by=by,
        progress=Progress.IN_PROGRESS, what_was_done=what_was_done.strip(), reported_at=now, reported_by=by,
        **_acceptance_implied(share, by, now),
    )  # fmt: skip


@transaction.atomic
def report_done(*, share, by, version, what_was_done, evidence_url="", now=None):
    """Report a share as done, with a sentence on what was done, and evidence where the action asks for it."""
    _begin(share_acts.DONE, share, by, version)
    what_was_done = what_was_done.strip()
    if not what_was_done:
        raise ValidationError({"what_was_done": _("Say in a sentence what was done.")})
    if share.deadline.action.is_flagged and not evidence_url:
        raise ValidationError({"evidence_url": _("This action needs evidence: give an address where it can be seen.")})
    now = now or timezone.now()
    return _save(
        share, "reported done", by=by,
        progress=Progress.DONE, what_was_done=what_was_done, evidence_url=evidence_url,
        reported_at=now, reported_by=by, **_acceptance_implied(share, by, now),
    )  # fmt: skip


@transaction.atomic
def take_back_report(*, share, by, version, now=None):
    """Turn "done" back into "in progress"; the sentence stays, to be corrected. Possible until confirmed."""
    _begin(share_acts.TAKE_BACK, share, by, version)
    return _save(
        share, "took the report back", by=by,
        progress=Progress.IN_PROGRESS, reported_at=now or timezone.now(), reported_by=by,
    )  # fmt: skip


@transaction.atomic
def confirm_share(*, share, by, version, now=None):
    """Confirm what another organisation reported as done. Nobody confirms their own organisation's share."""
    _begin(share_acts.CONFIRM, share, by, version)
    return _save(share, "confirmed", by=by, confirmed_at=now or timezone.now(), confirmed_by=by)


def _begin(act: str, share, by, version) -> None:
    """Let only those act who may, claim the version they have seen, and look at the row as it stands now."""
    is_allowed = access.may_confirm(by, share) if act == share_acts.CONFIRM else access.may_report(by, share)
    if not is_allowed:
        raise PermissionDenied
    claim_version(share, version)
    share.refresh_from_db()
    if share.deadline.action.stored_state != StoredState.AGREED:
        raise ValidationError(_("This action is no longer in effect, so nothing can be changed."), code="not_in_effect")
    if share.confirmed_at:
        raise ValidationError(_("This share is confirmed and can no longer be changed."), code="confirmed")
    reason = share_acts.why_not(act, progress.mark_of(share.acceptance, share.progress))
    if reason:
        raise ValidationError(reason, code="not_open")


def _answer(share, acceptance, did, *, by, now, reason=""):
    now = now or timezone.now()
    changes = {"acceptance": acceptance, "decline_reason": reason, "answered_at": now, "answered_by": by}
    if acceptance != Acceptance.ACCEPTED:
        changes |= {
            "progress": Progress.NOT_STARTED, "what_was_done": "", "evidence_url": "",
            "reported_at": None, "reported_by": None,
        }  # fmt: skip
    return _save(share, did, by=by, **changes)


def _acceptance_implied(share, by, now) -> dict:
    if share.acceptance == Acceptance.ACCEPTED:
        return {}
    return {"acceptance": Acceptance.ACCEPTED, "decline_reason": "", "answered_at": now, "answered_by": by}


def _save(share, did, *, by, **changes):
    before = {name: getattr(share, name) for name in AUDITED}
    for name, value in changes.items():
        setattr(share, name, value)
    share.save(update_fields=list(changes))
    after = {name: getattr(share, name) for name in AUDITED}
    changed = [name for name in AUDITED if before[name] != after[name]]
    audit.record(
        share, did, by=by,
        before={name: str(before[name]) for name in changed}, after={name: str(after[name]) for name in changed},
    )  # fmt: skip
    return share


def _required_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say in a sentence why.")})
    return reason
