"""Invitations and memberships: how a person comes to work here for an organisation, and how that ends."""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.models import User
from partners import access, emails
from partners.choices import MemberRole
from partners.links import INVITATION_LASTS
from partners.models import AccountRequest, Invitation, Membership, Partner


def person_with(email: str) -> User | None:
    """Whoever signs in with this address, or has proved that it is theirs."""
    owner = User.objects.filter(email__iexact=email).first()
    if owner is None:
        proof = EmailAddress.objects.filter(email__iexact=email, verified=True).select_related("user").first()
        owner = proof.user if proof else None
    return owner


@transaction.atomic
def invite(*, by: User, email: str, partner: Partner, role: str, now: datetime, name: str = "") -> Invitation:
    """Invite somebody to work here for an organisation, and send the link.

    Raises ValidationError: "role_not_yours", "already_member" or "already_invited".
    """
    email = email.strip().lower()
    if role not in access.roles_to_invite_as(by, partner):
        raise ValidationError(_("You cannot invite somebody to this role."), code="role_not_yours")
    person = person_with(email)
    present = Membership.objects.filter(user=person, partner=partner).first() if person else None
    if present is not None and (present.role == role or present.role == MemberRole.FOCAL):
        raise ValidationError(_("This person already works here for that organisation."), code="already_member")
    earlier = Invitation.objects.filter(email__iexact=email, partner=partner, accepted_at=None, withdrawn_at=None)
    earlier.filter(expires_at__lte=now).update(withdrawn_at=now)
    return _create(email=email, name=name, partner=partner, role=role, by=by, now=now)


@transaction.atomic
def invite_officer(*, account_request: AccountRequest, by: User, now: datetime) -> Invitation:
    """Invite an officer whose request was endorsed: an account, and no membership."""
    return _create(
        email=account_request.email.lower(),
        name=account_request.name,
        account_request=account_request,
        by=by,
        now=now,
    )


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User, now: datetime) -> None:
    """Make an invitation void. Raises ValidationError "no_longer_open" if it was used or withdrawn before."""
    if not _still_open(invitation).update(withdrawn_at=now):
        raise ValidationError(_("This invitation was used or withdrawn before."), code="no_longer_open")
    invitation.refresh_from_db()
    audit.record(invitation, "withdrew an invitation", by=by)


@transaction.atomic
def accept_as_new(*, invitation: Invitation, name: str, password: str, now: datetime) -> User:
    """Open an account for the address that was invited. The link reached it, so the address is verified.

    Raises ValidationError: "no_longer_open", or "account_exists" if somebody opened one in the meantime.
    """
    if person_with(invitation.email) is not None:
        raise ValidationError(
            _("There is an account with this address already. Sign in with it."), code="account_exists"
        )
    request = invitation.account_request
    fields = {"office": request.office, "country": request.country} if request else {}
    try:
        with transaction.atomic():
            user = User.objects.create_user(invitation.email, password, name=name, **fields)
    except IntegrityError as error:
        raise ValidationError(
            _("There is an account with this address already. Sign in with it."), code="account_exists"
        ) from error
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    audit.record(user, "opened an account by invitation", by=user)
    accept_as(invitation=invitation, user=user, now=now)
    return user


@transaction.atomic
def accept_as(*, invitation: Invitation, user: User, now: datetime) -> Membership | None:
    """Use an invitation: the person joins the organisation; an officer's invitation joins none.

    Raises ValidationError: "no_longer_open", "not_yours" if it went to somebody else's address, or "inviter_gone"
    if the inviter may no longer invite.
    """
    if person_with(invitation.email) != user:
        raise ValidationError(_("This invitation went to another address."), code="not_yours")
    if not _still_open(invitation).filter(expires_at__gt=now).update(accepted_at=now, accepted_by=user):
        raise ValidationError(_("This invitation was used, withdrawn or has run out."), code="no_longer_open")
    if not access.may_still_invite(invitation):
        raise ValidationError(
            _("Whoever invited you may no longer do so. Ask the organisation for a new invitation."),
            code="inviter_gone",
        )
    invitation.refresh_from_db()
    audit.record(invitation, "accepted an invitation", by=user)
    if invitation.partner is None:
        return None
    return add_member(user=user, partner=invitation.partner, role=invitation.role, by=invitation.invited_by)


@transaction.atomic
def add_member(*, user: User, partner: Partner, role: str, by: User | None) -> Membership:
    """Make a person staff or focal point of an organisation. Nobody loses a role by this."""
    membership, is_new = Membership.objects.get_or_create(user=user, partner=partner, defaults={"role": role})
    if not is_new and role == MemberRole.FOCAL and membership.role != role:
        membership.role = role
        membership.save(update_fields=["role"])
        is_new = True
    if is_new:
        audit.record(membership, "became a member", by=by, after={"role": membership.role})
    return membership


@transaction.atomic
def remove_member(*, membership: Membership, by: User, now: datetime) -> None:
    """End a membership; the account stays. Invitations that the person could no longer send become void.

    Raises ValidationError "not_allowed", also where somebody was faster and this is now the last focal point.
    """
    # One after the other for each organisation: two focal points who step down at once would both see another.
    Partner.objects.select_for_update().get(pk=membership.partner_id)
    stored = Membership.objects.select_related("partner", "user").filter(pk=membership.pk).first()
    if stored is None or not access.may_remove(by, stored):
        raise ValidationError(_("You cannot remove this person."), code="not_allowed")
    audit.record(stored, "removed a member", by=by, before={"role": stored.role})
    stored.delete()
    for invitation in Invitation.objects.sent_by(stored.user).into(stored.partner).open(now):
        if not access.may_still_invite(invitation):
            withdraw(invitation=invitation, by=by, now=now)


def _create(*, email: str, by: User, now: datetime, **fields) -> Invitation:
    try:
        with transaction.atomic():
            invitation = Invitation.objects.create(
                email=email, invited_by=by, invited_at=now, expires_at=now + INVITATION_LASTS, **fields
            )
    except IntegrityError as error:
        raise ValidationError(
            _("An invitation to this address is already open. Withdraw it first to send another."),
            code="already_invited",
        ) from error
    audit.record(
        invitation, "invited", by=by, after={"role": invitation.role, "partner": str(invitation.partner or "")}
    )
    emails.invitation(invitation)
    return invitation


def _still_open(invitation: Invitation):
    """Compare-and-swap: of two who use or withdraw one link, one wins."""
    return Invitation.objects.filter(pk=invitation.pk, accepted_at=None, withdrawn_at=None)
