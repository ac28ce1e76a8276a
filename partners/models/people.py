"""Who works for an organisation, and how people come to work here."""

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.choices import MemberRole, RequestState

from .organisations import Partner


class MembershipQuerySet(models.QuerySet):
    def focal_points(self):
        return self.filter(role=MemberRole.FOCAL)

    def looked_after_by(self, user):
        """Those a person may see at the desk: all for the secretariat, else those of one's own organisations."""
        if user.has_perm("partners.invite_focal_points"):
            return self
        return self.filter(partner__in=Partner.objects.led_by(user))


class Membership(models.Model):
    """That a person works for an organisation. One person may belong to several."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=MemberRole, default=MemberRole.STAFF)
    since = models.DateTimeField(default=timezone.now)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["partner", "role", "pk"]
        constraints = [models.UniqueConstraint(fields=["user", "partner"], name="membership_once")]

    def __str__(self):
        return f"{self.user} · {self.partner} ({self.get_role_display()})"


class InvitationQuerySet(models.QuerySet):
    def open(self, now):
        return self.filter(accepted_at=None, withdrawn_at=None, expires_at__gt=now)

    def sent_by(self, user):
        return self.filter(invited_by=user).select_related("invited_by", "partner", "account_request__partner")

    def into(self, partner):
        """Those that lead to this organisation, and those of officers whom it endorsed."""
        return self.filter(Q(partner=partner) | Q(account_request__partner=partner))

    def looked_after_by(self, user):
        """Those a person may withdraw: all for the secretariat, else those into one's own organisations."""
        if user.has_perm("partners.invite_focal_points"):
            return self
        return self.filter(Q(partner__in=Partner.objects.led_by(user)) | Q(invited_by=user))


class Invitation(models.Model):
    """An invitation to open an account. The link in the mail is signed; this row says whether it still counts."""

    email = models.EmailField(_("official e-mail address"))
    name = models.CharField(_("name or office"), max_length=150, blank=True)
    partner = models.ForeignKey(
        Partner, models.CASCADE, null=True, blank=True, related_name="invitations", verbose_name=_("organisation")
    )
    role = models.CharField(_("role"), max_length=10, choices=MemberRole, blank=True)
    account_request = models.OneToOneField(
        "AccountRequest", models.CASCADE, null=True, blank=True, related_name="invitation"
    )
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-invited_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "partner",
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_one_open_per_address",
            ),
            models.CheckConstraint(
                condition=Q(partner=None, role="", account_request__isnull=False)
                | (Q(partner__isnull=False, account_request=None) & ~Q(role="")),
                name="invitation_into_a_partner_or_for_a_request",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_at_and_by_together",
            ),
        ]

    def __str__(self):
        return self.email

    def is_open(self, now) -> bool:
        return self.accepted_at is None and self.withdrawn_at is None and self.expires_at > now


class AccountRequestQuerySet(models.QuerySet):
    def waiting(self):
        return self.filter(state=RequestState.OPEN)

    def confirmed(self):
        return self.exclude(state=RequestState.UNCONFIRMED)

    def unconfirmed_since(self, moment):
        """Those whose address nobody has confirmed though the link was sent before this moment."""
        return self.filter(state=RequestState.UNCONFIRMED, asked_at__lt=moment)

    def answerable_by(self, user):
        """Those naming an organisation one is focal point of; for the secretariat, those without a focal point."""
        focal_points = Membership.objects.focal_points().filter(partner=OuterRef("partner"))
        answerable = Q(Exists(focal_points.filter(user=user)))
        if user.has_perm("partners.invite_focal_points"):
            answerable |= ~Q(Exists(focal_points))
        return self.filter(answerable)


class AccountRequest(models.Model):
    """An officer of a national administration, who has no inviter, asks for an account (design section 9)."""

    name = models.CharField(_("name or office"), max_length=150)
    email = models.EmailField(_("official e-mail address"))
    office = models.CharField(_("office"), max_length=200)
    country = models.CharField(_("country"), max_length=100)
    partner = models.ForeignKey(
        Partner, models.PROTECT, related_name="account_requests", verbose_name=_("organisation that knows your office")
    )
    purpose = models.TextField(_("what you need the account for"), max_length=1000)
    state = models.CharField(max_length=12, choices=RequestState, default=RequestState.UNCONFIRMED)
    asked_at = models.DateTimeField(default=timezone.now)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    refusal_reason = models.CharField(_("reason"), max_length=300, blank=True)

    objects = AccountRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None)
                | Q(answered_at__isnull=False, answered_by__isnull=False),
                name="accountrequest_answered_at_and_by_together",
            )
        ]

    def __str__(self):
        return f"{self.name}, {self.office}"
