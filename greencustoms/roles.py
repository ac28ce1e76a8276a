"""Each role, what it may do, and one sentence on who receives it. Only the front door knows every room."""

from dataclasses import dataclass

from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from greencustoms.core.people import needs_second_factor, roles_of


@dataclass(frozen=True)
class Role:
    name: str
    received_by: str
    permissions: tuple[str, ...]
    opens_administration: bool = False
    # Those who decide who reads, those who keep what is read and superusers are different people.
    is_kept_apart: bool = False


SECRETARIAT = Role(
    "secretariat",
    "The two people of the Initiative's secretariat, who run meetings, keep the public pages and publish the guide.",
    (
        "partners.use_desk",
        "partners.add_partner",
        "partners.change_partner",
        "partners.change_agreement",
        "partners.add_event",
        "partners.change_event",
        "partners.delete_event",
        "partners.change_aboutpage",
        "partners.invite_focal_points",
        "guide.publish_edition",
        "guide.answer_feedback",
        "meetings.see_drafts",
        "meetings.confirm_share",
        "meetings.keep_meetings",
        "meetings.act_for_partners",
        "core.keep_mail",
    ),
)
SECRETARIAT_READER = Role(
    "secretariat reader",
    "Those who help the secretariat without deciding anything, such as an intern: they read drafts and change nothing.",
    ("partners.use_desk", "meetings.see_drafts"),
)
ACCESS_ADMINISTRATOR = Role(
    "access administrator",
    "People named by the partners to decide who reads risk indicators; they manage people and see no content.",
    ("enforcement.decide_access",),
    is_kept_apart=True,
)
STEWARD = Role(
    "steward",
    "People named by the partners to keep risk indicators in order; they manage content and not people.",
    ("enforcement.keep_items",),
    is_kept_apart=True,
)
TECHNICAL_ADMINISTRATOR = Role(
    "technical administrator",
    "Whoever operates the portal: opens Django's own administration, sees no risk indicator.",
    (
        "core.view_user",
        "core.change_user",
        "core.view_job",
        "core.view_outboundmail",
        "core.view_auditevent",
        "core.view_heartbeat",
        "core.see_health",
    ),
    opens_administration=True,
)
ROLES = (SECRETARIAT, SECRETARIAT_READER, ACCESS_ADMINISTRATOR, STEWARD, TECHNICAL_ADMINISTRATOR)


def create_roles(**kwargs) -> None:
    """Make each role a group with exactly its permissions. Runs after every migrate."""
    for role in ROLES:
        group, _ = Group.objects.get_or_create(name=role.name)
        group.permissions.set([_permission(name) for name in role.permissions])


def of(user) -> list[Role]:
    names = set(user.groups.values_list("name", flat=True))
    return [role for role in ROLES if role.name in names]


def give(user, role: Role) -> None:
    """Raises ValidationError "apart" where two roles, or a role and a superuser, may not meet in one person."""
    if role.is_kept_apart:
        held = [other.name for other in of(user) if other.is_kept_apart and other != role]
        if held or user.is_superuser:
            names = {"held": held[0] if held else _("superuser"), "role": role.name}
            raise ValidationError(_("Whoever is %(held)s cannot also be %(role)s.") % names, code="apart")
    user.groups.add(Group.objects.get(name=role.name))
    if role.opens_administration:
        _let_into_administration(user, True)


def take(user, role: Role) -> None:
    user.groups.remove(Group.objects.get(name=role.name))
    if role.opens_administration:
        _let_into_administration(user, user.is_superuser)


def _let_into_administration(user, may: bool) -> None:
    user.is_staff = may
    user.save(update_fields=["is_staff"])


@needs_second_factor
def has_a_role(user) -> bool:
    """Everyone with a role of this page works behind a second factor (security section 3)."""
    return user.is_superuser or user.is_staff or not roles_of(user).isdisjoint(role.name for role in ROLES)


def _permission(name: str) -> Permission:
    app, codename = name.split(".")
    return Permission.objects.get(content_type__app_label=app, codename=codename)
