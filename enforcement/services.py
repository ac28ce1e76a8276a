"""Asking for access, granting and revoking it, and putting indicators in order."""

from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.timezone import make_aware
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.hs import HSCode

from . import emails
from .access import may_decide, may_hold_a_grant
from .choices import ItemState, LogKind, Region, RequestState, Tlp
from .models import AccessGrant, AccessLog, AccessRequest, RiskIndicator

USUAL_DAYS = 180
MOST_DAYS = 366
NEED_TWO = (Tlp.AMBER_STRICT, Tlp.RED)


@transaction.atomic
def ask_for_access(*, by, purpose: str, supervisor_office: str, now: datetime) -> AccessRequest:
    """Put a request before the access administrators. Raises ValidationError if one is waiting already."""
    if not may_hold_a_grant(by):
        raise ValidationError(_("With this account you cannot read risk indicators."), code="may_not_hold")
    asked, is_new = AccessRequest.objects.get_or_create(
        user=by,
        state=RequestState.OPEN,
        defaults={"purpose": purpose, "supervisor_office": supervisor_office, "asked_at": now},
    )
    if not is_new:
        raise ValidationError(_("Your request is already waiting for a decision."), code="already_waiting")
    audit.record(asked, "asked for access", by=by)
    emails.request_waiting(asked)
    return asked


@transaction.atomic
def grant_access(
    *,
    officer,
    tlp_ceiling: str,
    agreements,
    regions: list[str],
    ends_on: date,
    reason: str,
    by,
    now: datetime,
    answers: AccessRequest | None = None,
) -> AccessGrant:
    """Let an officer read indicators up to a label, for some agreements and regions, to the end of a day (UTC).

    Raises ValidationError if that is not allowed or the request was answered meanwhile, PermissionDenied if
    whoever grants is no access administrator.
    """
    if not may_decide(by):
        raise PermissionDenied
    _check_officer(officer, by)
    _check_reach(tlp_ceiling, list(agreements), regions, ends_on, now.date())
    if answers is None:
        answers = AccessRequest.objects.open().of(officer).first()
    if answers is not None:
        _answer(answers, RequestState.GRANTED, officer=officer, reason=reason, by=by, now=now)
    grant = AccessGrant.objects.create(
        user=officer,
        vetted_address=officer.email,
        tlp_ceiling=tlp_ceiling,
        regions=regions,
        granted_at=now,
        granted_by=by,
        reason=reason,
        ends_at=make_aware(datetime.combine(ends_on + timedelta(days=1), time.min)),
    )
    grant.agreements.set(agreements)
    reach = {
        "tlp_ceiling": tlp_ceiling,
        "agreements": [agreement.slug for agreement in agreements],
        "regions": regions,
        "ends_on": ends_on.isoformat(),
    }
    audit.record(grant, "granted access", by=by, after={**reach, "reason": reason})
    AccessLog.objects.create(at=now, kind=LogKind.GRANTED, by=by, about=officer, tlp=tlp_ceiling, note=reason)
    emails.access_granted(grant)
    return grant


@transaction.atomic
def refuse_request(*, asked: AccessRequest, reason: str, by, now: datetime) -> AccessRequest:
    """Turn a request down. Raises ValidationError "already_answered" if someone was faster."""
    if not may_decide(by):
        raise PermissionDenied
    if asked.user_id == by.pk:
        raise ValidationError(_("Nobody decides on their own access."), code="own_access")
    _answer(asked, RequestState.REFUSED, officer=asked.user, reason=reason, by=by, now=now)
    audit.record(asked, "refused access", by=by, after={"reason": reason})
    AccessLog.objects.create(at=now, kind=LogKind.DENIED, by=by, about=asked.user, note=reason)
    emails.request_refused(asked)
    return asked


@transaction.atomic
def revoke_access(*, grant: AccessGrant, reason: str, by, now: datetime) -> AccessGrant:
    """End a grant now: the officer's next request finds nothing. Raises ValidationError if it has ended already."""
    if not may_decide(by):
        raise PermissionDenied
    revoked = AccessGrant.objects.running(now).filter(pk=grant.pk)
    if not revoked.update(revoked_at=now, revoked_by=by, revoke_reason=reason):
        raise ValidationError(_("This access has already ended."), code="already_ended")
    grant.refresh_from_db()
    audit.record(grant, "revoked access", by=by, after={"reason": reason})
    AccessLog.objects.create(at=now, kind=LogKind.REVOKED, by=by, about=grant.user, tlp=grant.tlp_ceiling, note=reason)
    emails.access_revoked(grant)
    return grant


@transaction.atomic
def add_indicator(*, agreements, by=None, **fields) -> RiskIndicator | None:
    """Add a published indicator; None if its reference is taken. For stewards, who have no pages yet.

    HS codes may come in any spelling. Raises ValidationError "no_hs_code" for one that is none.
    """
    if RiskIndicator.behind_the_gate.filter(reference=fields["reference"]).exists():
        return None
    codes = _hs_digits(fields.pop("hs_codes", []))
    item = RiskIndicator.behind_the_gate.create(state=ItemState.PUBLISHED, hs_codes=codes, **fields)
    item.agreements.set(agreements)
    # The reference only: the audit is read by people who may not read the indicator.
    audit.record(item, "published", by=by, after={"tlp": item.tlp})
    return item


def _hs_digits(codes: list[str]) -> list[str]:
    read = [(code, HSCode.read(code)) for code in codes]
    wrong = [code for code, found in read if found is None or HSCode.is_national(code)]
    if wrong:
        words = _("Not an HS code of 2, 4 or 6 digits: %(codes)s") % {"codes": ", ".join(wrong)}
        raise ValidationError({"hs_codes": words}, code="no_hs_code")
    return [found.digits for _code, found in read if found]


def _check_officer(officer, by) -> None:
    if officer.pk == by.pk:
        raise ValidationError({"officer": _("Nobody decides on their own access.")}, code="own_access")
    if not may_hold_a_grant(officer):
        raise ValidationError(
            {
                "officer": _(
                    "This account cannot read risk indicators: it is not active, its address is not verified, or it "
                    "administers access or the portal."
                )
            },
            code="may_not_hold",
        )


def _check_reach(tlp_ceiling: str, agreements: list, regions: list[str], ends_on: date, today: date) -> None:
    wrong = {}
    if tlp_ceiling in NEED_TWO:
        wrong["tlp_ceiling"] = _("TLP:AMBER+STRICT and TLP:RED need two administrators; not yet possible here.")
    elif tlp_ceiling not in Tlp.values:
        wrong["tlp_ceiling"] = _("Choose a label.")
    if not agreements:
        wrong["agreements"] = _("Choose at least one agreement.")
    if not regions or set(regions) - set(Region.values):
        wrong["regions"] = _("Choose at least one region.")
    days = (ends_on - today).days
    if days < 1:
        wrong["ends_on"] = _("The last day must lie after today.")
    elif days > MOST_DAYS:
        wrong["ends_on"] = _("Access ends after 366 days at most.")
    elif days > USUAL_DAYS:
        wrong["ends_on"] = _("More than 180 days needs two administrators; not yet possible here.")
    if wrong:
        raise ValidationError(wrong)


def _answer(asked: AccessRequest, state: RequestState, *, officer, reason: str, by, now: datetime) -> None:
    waiting = AccessRequest.objects.open().of(officer).filter(pk=asked.pk)
    if not waiting.update(state=state, answered_at=now, answered_by=by, answer_reason=reason):
        raise ValidationError(_("This request has been answered already."), code="already_answered")
    asked.refresh_from_db()
