"""The accounts of the demonstration, one for each kind of user, and the file that says how to use them."""

import os
import secrets
from dataclasses import dataclass
from datetime import timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction
from django.utils import timezone

from enforcement import services as enforcement
from enforcement.choices import Region, Tlp
from enforcement.models import AccessGrant, AccessRequest
from greencustoms import roles
from greencustoms.core.models import User
from partners.choices import MemberRole
from partners.models import Agreement, Membership, Partner

FILE_NAME = "demo-accounts.txt"
OFFICER = "officer@customs.example"
SECOND_OFFICER = "officer2@customs.example"
ACCESS = "access@gci.example"
# What the demonstration's officer may read: some of the invented indicators and not others.
OFFICER_AGREEMENTS = ("basel-convention", "cites", "montreal-protocol")
OFFICER_REGIONS = [Region.AFRICA.value, Region.EUROPE.value]


@dataclass(frozen=True)
class DemoAccount:
    email: str
    name: str
    role: str
    try_this: str
    partner: str = ""
    member_role: MemberRole = MemberRole.STAFF
    portal_role: roles.Role | None = None
    second_factor: bool = False
    office: str = ""
    country: str = ""


ACCOUNTS = (
    DemoAccount(
        "staff@cites.example",
        "CITES Secretariat, enforcement support desk (demo)",
        "partner staff",
        "sign in: /my/ shows what your organisation agreed to do; report progress on one of its shares",
        partner="cites-secretariat",
    ),
    DemoAccount(
        "focal@wco.example",
        "WCO, compliance and enforcement desk (demo)",
        "focal point",
        "open the desk: invite staff of your organisation, answer requests for accounts",
        partner="wco",
        member_role=MemberRole.FOCAL,
        second_factor=True,
    ),
    DemoAccount(
        "secretariat@gci.example",
        "Green Customs secretariat (demo)",
        "secretariat",
        "open the desk: write a meeting and its actions, see who is silent and what mail goes out; make the guide PDF",
        partner="gci-secretariat",
        member_role=MemberRole.FOCAL,
        portal_role=roles.SECRETARIAT,
        second_factor=True,
    ),
    DemoAccount(
        OFFICER,
        "Example customs, risk management office (demo)",
        "cleared enforcement officer, with access to some risk indicators",
        "open /enforcement/ and read an indicator; find a course and an HS code",
        second_factor=True,
        office="Risk management office",
        country="Exampleland (invented)",
    ),
    DemoAccount(
        SECOND_OFFICER,
        "Example customs, border post C (demo)",
        "enforcement officer whose request for access is waiting",
        "open /enforcement/: the request waits until an access administrator decides",
        second_factor=True,
        office="Border post C",
        country="Exampleland (invented)",
    ),
    DemoAccount(
        ACCESS,
        "Access administrator, first office (demo)",
        "access administrator",
        f"open /desk/access/: grant {SECOND_OFFICER} access, see what was opened, revoke",
        portal_role=roles.ACCESS_ADMINISTRATOR,
        second_factor=True,
    ),
    DemoAccount(
        "access2@gci.example",
        "Access administrator, second office (demo)",
        "access administrator",
        "the second one: grants above TLP:AMBER or longer than 180 days will need both",
        portal_role=roles.ACCESS_ADMINISTRATOR,
        second_factor=True,
    ),
    DemoAccount(
        "steward@gci.example",
        "Steward of risk indicators (demo)",
        "steward",
        "keeps risk indicators in order; has no pages of its own yet",
        portal_role=roles.STEWARD,
        second_factor=True,
    ),
    DemoAccount(
        "admin@gci.example",
        "Technical administration (demo)",
        "technical administrator",
        "open /admin/: accounts, mails, jobs; no risk indicator",
        portal_role=roles.TECHNICAL_ADMINISTRATOR,
        second_factor=True,
    ),
)


def create_demo_accounts(password: str = "") -> str:
    """Make the accounts that are missing and write var/demo-accounts.txt. Returns the path of that file.

    Safe to run again: existing accounts keep their second factor, and their password unless one is given.
    Needs the partners and agreements. Raises CommandError where mail really leaves, as in production.
    """
    refuse_in_production()
    path = settings.VAR_DIR / FILE_NAME
    is_given = bool(password)
    password = password or _random_password()
    # Without the file nobody knows the old passwords, so everybody gets the new one.
    renew = is_given or not path.exists()
    with transaction.atomic():
        entries = []
        for account in ACCOUNTS:
            user, is_new = _account(account)
            if is_new or renew:
                user.set_password(password)
                user.save(update_fields=["password"])
            entries.append((account, password if is_new or renew else None, _totp_secret(user)))
        _grant_to_officer()
        _request_of_second_officer()
    if renew or any(password_now for _, password_now, _ in entries):
        _write(path, entries)
    return str(path)


def refuse_in_production() -> None:
    """Raises CommandError where mail really leaves or TLS is asked for: invented content has no place there."""
    if not settings.MAIL_STAYS_HERE or settings.SECURE_SSL_REDIRECT:
        raise CommandError("This is for a demonstration on one machine. It is not loaded in production.")


def _account(account: DemoAccount) -> tuple[User, bool]:
    user = User.objects.filter(email=account.email).first()
    is_new = user is None
    if user is None:
        user = User.objects.create_user(
            account.email,
            name=account.name,
            office=account.office,
            country=account.country,
        )
    EmailAddress.objects.get_or_create(user=user, email=account.email, defaults={"verified": True, "primary": True})
    if is_new and account.partner:
        partner = Partner.objects.filter(slug=account.partner).first()
        if partner is None:
            raise CommandError("Load the partners first: manage.py load_reference")
        Membership.objects.get_or_create(user=user, partner=partner, defaults={"role": account.member_role})
    if is_new and account.portal_role:
        roles.give(user, account.portal_role)
    if account.second_factor and not _totp(user):
        TOTP.activate(user, generate_totp_secret())
    return user, is_new


def _grant_to_officer() -> None:
    officer = User.objects.get(email=OFFICER)
    if AccessGrant.objects.of(officer).exists():
        return
    agreements = list(Agreement.objects.filter(slug__in=OFFICER_AGREEMENTS))
    if len(agreements) != len(OFFICER_AGREEMENTS):
        raise CommandError("Load the agreements first: manage.py load_reference")
    now = timezone.now()
    enforcement.grant_access(
        officer=officer,
        tlp_ceiling=Tlp.AMBER,
        agreements=agreements,
        regions=OFFICER_REGIONS,
        ends_on=now.date() + timedelta(days=enforcement.USUAL_DAYS),
        reason="Invented for demonstration: vetted by the office's own administration.",
        by=User.objects.get(email=ACCESS),
        now=now,
    )


def _request_of_second_officer() -> None:
    officer = User.objects.get(email=SECOND_OFFICER)
    if not AccessRequest.objects.of(officer).exists() and not AccessGrant.objects.of(officer).exists():
        enforcement.ask_for_access(
            by=officer,
            purpose="Invented for demonstration: we examine refrigerants and live animals at a land crossing.",
            supervisor_office="Example customs, risk management office",
            now=timezone.now(),
        )


def _totp(user: User) -> Authenticator | None:
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()


def _totp_secret(user: User) -> str:
    factor = _totp(user)
    return get_adapter().decrypt(factor.data["secret"]) if factor else ""


def _random_password() -> str:
    """Twenty letters and digits without those that look alike: about 99 bits."""
    signs = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(signs) for _ in range(5)) for _ in range(4))


def _write(path, entries) -> None:
    lines = [
        "Demo accounts of this copy of the portal. Invented; never use them where real content lives.",
        f"Sign in at {settings.PORTAL_URL}/accounts/login/",
        "A code for the second factor:  manage.py demo_code ADDRESS",
        "(or put the secret into an authenticator app). Each code is good for 30 seconds and for one use.",
        "",
    ]
    for account, password, secret in entries:
        lines += [account.email, f"  role           {account.role}", f"  try            {account.try_this}"]
        lines.append(f"  password       {password or '(as before)'}")
        if secret:
            lines += [f"  second factor  TOTP secret {secret}", f"                 manage.py demo_code {account.email}"]
        lines.append("")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write("\n".join(lines))
