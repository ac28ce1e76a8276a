"""Every change of a share: answer, report, take back, confirm, send back, reopen.

Each keeps who, when, before and after. Those of the organisation act on its share; the secretariat may enter what an
organisation said by mail, and then says how it did so (`behalf_note`).

They raise PermissionDenied if `by` may not act on the share, and ValidationError "changed_meanwhile",
"not_in_effect", "confirmed" or "not_open" (see `share_acts`) if it does not stand as the act needs it.
"""

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from greencustoms.core import audit, stored_files
from greencustoms.core.editing import set_fields, sign
from greencustoms.core.versions import claim_version
from meetings import access, progress
from meetings.choices import Acceptance, Progress, RequestKind, StoredState
from meetings.models import ShareAnswer
from meetings.reminders import ledger
from meetings.rules import request_answers, share_acts
from partners import contacts

from . import telling

AUDITED = ("acceptance", "decline_reason", "progress", "what_was_done", "evidence_url", "behalf_note",
           "sent_back_reason", "confirmed_at")  # fmt: skip
NOT_SENT_BACK = {"sent_back_reason": "", "sent_back_at": None, "sent_back_by": None}


@transaction.atomic
def accept_share(*, share, by, version, behalf_note="", now=None):
    """Say that the organisation takes its share on."""
    on_behalf = _begin(share_acts.ACCEPT, share, by, version, behalf_note)
    return _answer(share, Acceptance.ACCEPTED, "accepted", by=by, now=now, on_behalf=on_behalf)


@transaction.atomic
def decline_share(*, share, by, version, reason, behalf_note="", now=None):
    """Say that the organisation does not take its share on, and why. What is done must be taken back first."""
    on_behalf = _begin(share_acts.DECLINE, share, by, version, behalf_note)
    reason = required_reason(reason)
    return _answer(share, Acceptance.DECLINED, "declined", by=by, now=now, reason=reason, on_behalf=on_behalf)


@transaction.atomic
def set_not_applicable(*, share, by, version, reason, behalf_note="", now=None):
    """Say that the share does not concern the organisation, and why."""
    on_behalf = _begin(share_acts.DECLINE, share, by, version, behalf_note)
    reason = required_reason(reason)
    return _answer(
        share, Acceptance.NOT_APPLICABLE, "said that it does not apply", by=by, now=now, reason=reason,
        on_behalf=on_behalf,
    )  # fmt: skip


@transaction.atomic
def withdraw_answer(*, share, by, version, behalf_note="", now=None):
    """Take an answer back, so that the share waits for one again. Not possible once work has been reported."""
    _begin(share_acts.WITHDRAW, share, by, version, behalf_note)
    return _save(share, "withdrew the answer", by=by, **nothing_answered())


@transaction.atomic
def start_share(*, share, by, version, what_was_done="", behalf_note="", now=None):
    """Say that work is under way, with a sentence on it if there is one. Whoever has begun has accepted."""
    on_behalf = _begin(share_acts.START, share, by, version, behalf_note)
    report = _report(share, by, now, on_behalf)
    return _save(
        share, "reported in progress", by=by, progress=Progress.IN_PROGRESS, what_was_done=what_was_done.strip(),
        **report,
    )  # fmt: skip


@transaction.atomic
def report_done(*, share, by, version, what_was_done, evidence_url="", behalf_note="", now=None):
    """Report a share as done, with a sentence on what was done, and evidence where the action asks for it."""
    on_behalf = _begin(share_acts.DONE, share, by, version, behalf_note)
    what_was_done = what_was_done.strip()
    if not what_was_done:
        raise ValidationError({"what_was_done": _("Say in a sentence what was done.")})
    _require_evidence(share, evidence_url)
    report = _report(share, by, now, on_behalf)
    return _save(
        share, "reported done", by=by,
        progress=Progress.DONE, what_was_done=what_was_done, evidence_url=evidence_url, **report, **NOT_SENT_BACK,
    )  # fmt: skip


@transaction.atomic
def answer_request(
    *, share, by, version, numbers=(), file=None, contact_office="", contact_email="", note="", evidence_url="",
    behalf_note="", now=None,
):  # fmt: skip
    """Answer a share that is a request; that reports it as done. Answering again corrects what was answered.

    `numbers` are pairs of label and number, one for each label asked for. `file` is a checked upload; a correction
    without one keeps the file that is there. Whom to ask is an office with a general mailbox, never a person
    (2007 report, action 7). An action that needs evidence asks for it here too.
    """
    on_behalf = _begin(share_acts.ANSWER, share, by, version, behalf_note)
    _require_evidence(share, evidence_url)
    now = now or timezone.now()
    answer = ShareAnswer.objects.filter(share=share).first() or ShareAnswer(share=share)
    kind = share.deadline.request_kind
    if kind == RequestKind.NUMBERS:
        answer.numbers = _complete_numbers(share.deadline, numbers)
    elif kind == RequestKind.FILE:
        if file is not None:
            answer.file = stored_files.keep_upload(file)
        if answer.file is None:
            raise ValidationError({"file": _("Choose the file that was asked for.")})
    else:
        answer.contact_office = contact_office.strip()
        answer.contact_email = contact_email
        _check_contact(share.partner, answer)
    answer.note = note.strip()
    answer.answered_at, answer.answered_by = now, by
    sign(answer, by)
    answer.save()
    report = _report(share, by, now, on_behalf)
    return _save(
        share, "answered the request", by=by,
        progress=Progress.DONE, what_was_done=answer.note or _("The question is answered."),
        evidence_url=evidence_url, **report, **NOT_SENT_BACK,
    )  # fmt: skip


@transaction.atomic
def take_back_report(*, share, by, version, behalf_note="", now=None):
    """Turn "done" back into "in progress"; the sentence stays, to be corrected. Possible until confirmed."""
    on_behalf = _begin(share_acts.TAKE_BACK, share, by, version, behalf_note)
    return _save(
        share, "took the report back", by=by, progress=Progress.IN_PROGRESS, **_report(share, by, now, on_behalf)
    )


@transaction.atomic
def confirm_share(*, share, by, version, now=None):
    """Confirm what another organisation reported as done. Nobody confirms their own organisation's share.

    Nor what they reported themselves in the name of a partner: another person looks at that.
    """
    _begin(share_acts.CONFIRM, share, by, version)
    return _save(share, "confirmed", by=by, confirmed_at=now or timezone.now(), confirmed_by=by)


@transaction.atomic
def send_back_share(*, share, by, version, reason, now=None):
    """Send a report back, saying why: the share is in progress again. The reason stays until it is reported anew."""
    _begin(share_acts.SEND_BACK, share, by, version)
    return _back_to_work(share, "sent back", reason, by=by, now=now, was_confirmed=False)


@transaction.atomic
def reopen_share(*, share, by, version, reason, now=None):
    """Take a confirmation back, saying why: the share is in progress again."""
    _begin(share_acts.REOPEN, share, by, version)
    return _back_to_work(
        share, "reopened", reason, by=by, now=now, was_confirmed=True, confirmed_at=None, confirmed_by=None
    )


def set_aside(*, share, by, reason, now=None):
    """Let an open share no longer apply, as the secretariat decided: the partner left, or somebody else owns it now.

    Call it in the transaction of the decision, after claiming the version of the share, and let the reminders of its
    stage follow.
    """
    changes = nothing_reported() | {"is_answered_on_behalf": True, "behalf_note": reason[:300]}
    take_answer_away(share, by)
    return _store(
        share, "set aside", by=by, acceptance=Acceptance.NOT_APPLICABLE, decline_reason=reason,
        answered_at=now or timezone.now(), answered_by=by, **changes,
    )  # fmt: skip


def required_reason(reason: str) -> str:
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say in a sentence why.")})
    return reason


def _begin(act: str, share, by, version, behalf_note="") -> str:
    """Let only those act who may, claim the version they have seen, and look at the row as it stands now.

    Returns how the organisation said so if `by` acts for it, and nothing if it speaks for itself.
    """
    on_behalf = ""
    if act in share_acts.BY_WHO_CONFIRMS:
        if not access.may_confirm(by, share):
            raise PermissionDenied
    elif not access.may_report(by, share):
        if not access.may_act_for(by, share):
            raise PermissionDenied
        on_behalf = behalf_note.strip()
        if not on_behalf:
            raise ValidationError({"behalf_note": _("Say how the organisation told you, and when.")})
    claim_version(share, version)
    share.refresh_from_db()
    if share.deadline.action.stored_state != StoredState.AGREED:
        raise ValidationError(_("This action is no longer in effect, so nothing can be changed."), code="not_in_effect")
    is_confirmed = share.confirmed_at is not None
    why_not = share_acts.why_not(
        act, progress.mark_of(share.acceptance, share.progress),
        is_confirmed=is_confirmed, is_request=bool(share.deadline.request_kind),
    )  # fmt: skip
    if why_not:
        raise ValidationError(why_not, code="confirmed" if is_confirmed else "not_open")
    return on_behalf


def _answer(share, acceptance, did, *, by, now, on_behalf, reason=""):
    changes = {
        "acceptance": acceptance, "decline_reason": reason, "answered_at": now or timezone.now(), "answered_by": by,
        "is_answered_on_behalf": bool(on_behalf),
    }  # fmt: skip
    if acceptance == Acceptance.ACCEPTED:
        changes["behalf_note"] = on_behalf or (share.behalf_note if share.is_reported_on_behalf else "")
    else:
        changes |= nothing_reported() | {"behalf_note": on_behalf}
        take_answer_away(share, by)
    return _save(share, did, by=by, **changes)


def _require_evidence(share, evidence_url) -> None:
    if share.deadline.action.is_flagged and not evidence_url:
        raise ValidationError({"evidence_url": _("This action needs evidence: give an address where it can be seen.")})


def take_answer_away(share, by) -> None:
    """What was answered to a request, from the share as it stands now; the history keeps it."""
    for answer in ShareAnswer.objects.filter(share=share):
        sign(answer, by)
        answer.delete()


def nothing_answered() -> dict[str, Any]:
    """The columns of a share that waits for its organisation to answer."""
    return {
        "acceptance": Acceptance.NO_ANSWER, "decline_reason": "", "answered_at": None, "answered_by": None,
        "is_answered_on_behalf": False, "is_reported_on_behalf": False, "behalf_note": "",
    }  # fmt: skip


def nothing_reported() -> dict[str, Any]:
    """The columns of a share on which nothing was reported."""
    return {
        "progress": Progress.NOT_STARTED, "what_was_done": "", "evidence_url": "", "reported_at": None,
        "reported_by": None, "is_reported_on_behalf": False, **NOT_SENT_BACK,
    }  # fmt: skip


def _report(share, by, now, on_behalf) -> dict:
    """Who reported when, and for whom. A report without an answer before it is one: the share is accepted."""
    now = now or timezone.now()
    changes = {"reported_at": now, "reported_by": by, "is_reported_on_behalf": bool(on_behalf)}
    if share.acceptance != Acceptance.ACCEPTED:
        changes |= {
            "acceptance": Acceptance.ACCEPTED, "decline_reason": "", "answered_at": now, "answered_by": by,
            "is_answered_on_behalf": bool(on_behalf),
        }  # fmt: skip
    is_still_on_behalf = changes.get("is_answered_on_behalf", share.is_answered_on_behalf)
    changes["behalf_note"] = on_behalf or (share.behalf_note if is_still_on_behalf else "")
    return changes


def _back_to_work(share, did, reason, *, by, now, was_confirmed, **changes):
    """The share is in progress again, and whoever reported it gets a mail."""
    now = now or timezone.now()
    _save(
        share, did, by=by, progress=Progress.IN_PROGRESS, sent_back_reason=required_reason(reason),
        sent_back_at=now, sent_back_by=by, **changes,
    )  # fmt: skip
    telling.tell_of_return(share=share, was_confirmed=was_confirmed, by=by, now=now)
    return share


def _complete_numbers(deadline, numbers) -> list[list]:
    """One number for each label asked for, none below zero."""
    given = dict(numbers)
    labels = request_answers.labels_of(deadline.request_labels, deadline.request_question)
    wrong = [label for label in labels if not _is_count(given.get(label))]
    if wrong:
        raise ValidationError(
            _("Give a whole number of 0 or more for: %(labels)s") % {"labels": _(", ").join(wrong)}, code="numbers"
        )
    return [[label, given[label]] for label in labels]


def _is_count(number) -> bool:
    return isinstance(number, int) and 0 <= number <= request_answers.LARGEST_NUMBER


def _check_contact(partner, answer) -> None:
    if not answer.contact_office:
        raise ValidationError({"contact_office": _("Name the office, not a person.")})
    if not contacts.is_generic_mailbox(answer.contact_email, own_names=(partner.acronym, partner.slug)):
        sentence = _("Give the mailbox of an office, such as %(examples)s, never that of a person.")
        raise ValidationError({"contact_email": sentence % {"examples": contacts.examples()}})


def _save(share, did, *, by, **changes):
    _store(share, did, by=by, **changes)
    ledger.follow([share.deadline_id])
    return share


def _store(share, did, *, by, **changes):
    before = {name: getattr(share, name) for name in AUDITED}
    set_fields(share, changes, by=by)
    after = {name: getattr(share, name) for name in AUDITED}
    changed = [name for name in AUDITED if before[name] != after[name]]
    audit.record(
        share, did, by=by,
        before={name: str(before[name]) for name in changed}, after={name: str(after[name]) for name in changed},
    )  # fmt: skip
    return share
