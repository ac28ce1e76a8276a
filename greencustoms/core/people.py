"""Who is signed in, with all that pages ask about a person, read in one statement.

A page of somebody signed in asks for the person, the second factor, the permissions, and what the rooms know of the
person. Seven statements cost more than the page itself. What is asked here is as fresh as the request; services that
decide anything ask the database again.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from allauth.mfa.models import Authenticator
from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.models import Permission
from django.db import connection
from django.db.models import Aggregate, Exists, OuterRef, Subquery, TextField, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from .models import User
from .statements import KeptRows

# Recovery codes alone are no second factor: they replace a lost one.
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]
# Between the rows of a joined text, and between the parts of a row: control characters, which no text here holds.
NEXT_ROW, NEXT_PART = "\x1e", "\x1f"

_needs: list[Callable[[Any], bool]] = []
_known: dict[str, Callable[[datetime], Any]] = {}


def needs_second_factor(function):
    """Register `function(user)`, true of those who work behind a second factor. It asks `known` and `roles_of`."""
    _needs.append(function)
    return function


def known_of_people(name: str):
    """Register `function(now)` that gives an expression on rows of User, read along with the person: see `known`."""

    def register(function):
        _known[name] = function
        return function

    return register


class Joined(Aggregate):
    """Texts of several rows in one, with NEXT_ROW between them."""

    template = f"%(function)s(%(expressions)s, '{NEXT_ROW}')"
    output_field = TextField()

    def as_sqlite(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="GROUP_CONCAT", **extra)

    def as_postgresql(self, compiler, connection, **extra):
        return self.as_sql(compiler, connection, function="STRING_AGG", **extra)


def joined(rows, *parts: str) -> Subquery:
    """These columns of these rows as one text, which `split` takes apart. None without rows."""
    texts: list[Any] = [Cast(part, TextField()) for part in parts]
    for number in range(len(parts) - 1, 0, -1):
        texts.insert(number, Value(NEXT_PART))
    text = Concat(*texts, output_field=TextField())
    return Subquery(rows.order_by().annotate(one=Value(1)).values("one").annotate(all=Joined(text)).values("all"))


def split(text: str | None) -> list[list[str]]:
    """The parts of each row of a joined text."""
    return [row.split(NEXT_PART) for row in text.split(NEXT_ROW)] if text else []


class ReadsInOneStatement:
    """For a backend of Django: gives the person of a session with what `known` tells and the permissions."""

    def get_user(self, user_id):
        user = person(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None  # type: ignore[attr-defined]


class PersonBackend(ReadsInOneStatement, ModelBackend):
    """Django's own, for sessions that no sign-in page opened."""


class SignInBackend(ReadsInOneStatement, AuthenticationBackend):
    """That of the sign-in pages."""


def person(pk: int) -> User | None:
    """The person with this key, or None."""
    rows = _rows(tuple(_known.items()), pk=User._meta.pk.to_python(pk), now=timezone.now())
    if not rows:
        return None
    names = _columns()
    user: Any = User.from_db(connection.alias, names, rows[0][: len(names)])
    read = dict(zip(("factor", "permissions", "roles", *_known), rows[0][len(names) :], strict=True))
    permissions, rights = split(read.pop("permissions")), split(read["roles"])
    user._known = {**read, "roles": {name for name, _app, _codename in rights}}
    if not user.is_superuser:
        # Where Django's backend keeps what it has read once.
        user._user_perm_cache = {f"{app}.{codename}" for app, codename in permissions}
        user._group_perm_cache = {f"{app}.{codename}" for _name, app, codename in rights if codename}
        user._perm_cache = user._user_perm_cache | user._group_perm_cache
    return user


def known(user, name: str) -> Any:
    """What is registered under this name: read along with whoever is signed in, asked now of anybody else."""
    return _read(user)._known.get(name)


def roles_of(user) -> set[str]:
    """Names of the groups a person is in."""
    return known(user, "roles") or set()


def owns_second_factor(user) -> bool:
    return bool(known(user, "factor"))


def second_factor_needed(user) -> bool:
    read = _read(user)
    return any(function(read) for function in _needs)


def _read(user):
    """The person as `person` gives it. What was read of others is not kept: they may change under our hands."""
    return user if hasattr(user, "_known") else person(user.pk) or _nobody()


def _nobody() -> User:
    user: Any = User()
    user._known = {}
    return user


def _columns() -> list[str]:
    return [field.attname for field in User._meta.concrete_fields]


@KeptRows
def _rows(known: tuple, *, pk, now):
    factors = Authenticator.objects.filter(user=OuterRef("pk"), type__in=SECOND_FACTORS)
    permissions = Permission.objects.filter(user=OuterRef("pk"))
    roles = User.groups.through.objects.filter(user=OuterRef("pk"))
    of_role = "group__permissions__"
    found = (
        User.objects.order_by()
        .filter(pk=pk)
        .annotate(
            read_factor=Exists(factors),
            read_permissions=joined(permissions, "content_type__app_label", "codename"),
            read_roles=joined(roles, "group__name", f"{of_role}content_type__app_label", f"{of_role}codename"),
            **{f"read_{name}": function(now) for name, function in known},
        )
    )
    read = ("factor", "permissions", "roles", *(name for name, _function in known))
    return found.values_list(*_columns(), *(f"read_{name}" for name in read))
