"""The secretariat edits what the public pages say. Nothing is overwritten in silence (security section 6)."""

from datetime import datetime
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.models import User
from greencustoms.core.versions import claim_version
from partners.models import AboutPage, Agreement, Event, Partner, TradeDocument

Row = TypeVar("Row", Partner, Agreement, Event, AboutPage)

# How the history of a row names what it does not keep itself.
DOCUMENTS_CHANGED = "documents"
MEMBERS_CHANGED = "members"
# The page that adds a row stands where its own page would.
NEVER_A_SLUG = ("add",)


@transaction.atomic
def add_partner(*, by: User, **values: Any) -> Partner:
    partner = Partner(slug=_free_slug(Partner, slugify(values["name"])[:55].strip("-") or "organisation"), **values)
    _sign(partner, by)
    partner.save()
    audit.record(partner, "added", by=by)
    return partner


@transaction.atomic
def edit_partner(*, partner: Partner, by: User, version: int, members=None, **values: Any) -> Partner:
    """Change an organisation, and the members of a group. Raises ValidationError "changed_meanwhile"."""
    also = {}
    if members is not None:
        before = set(partner.members.values_list("slug", flat=True))
        after = {member.slug for member in members}
        if before != after:
            also = {MEMBERS_CHANGED: (sorted(before), sorted(after))}
    stored = _edit(partner, by=by, version=version, values=values, also=also)
    if also:
        stored.members.set(members)
    return stored


@transaction.atomic
def edit_agreement(*, agreement: Agreement, by: User, version: int, documents: list[str], **values: Any) -> Agreement:
    """Change an agreement and its documents to ask for, in this order. Raises ValidationError "changed_meanwhile"."""
    before = list(agreement.documents.values_list("text", flat=True))
    also = {DOCUMENTS_CHANGED: (before, documents)} if before != documents else {}
    stored = _edit(agreement, by=by, version=version, values=values, also=also)
    if also:
        stored.documents.all().delete()
        TradeDocument.objects.bulk_create(
            TradeDocument(agreement=stored, position=position, text=text)
            for position, text in enumerate(documents, start=1)
        )
    return stored


@transaction.atomic
def add_event(*, by: User, **values: Any) -> Event:
    event = Event(slug=_event_slug(values["name"], values["starts_on"].year), **values)
    _sign(event, by)
    event.save()
    audit.record(event, "added", by=by)
    return event


@transaction.atomic
def edit_event(*, event: Event, by: User, version: int, **values: Any) -> Event:
    """Change an event. Raises ValidationError "changed_meanwhile"."""
    return _edit(event, by=by, version=version, values=values)


@transaction.atomic
def delete_event(*, event: Event, by: User, version: int) -> None:
    """Delete an event. Raises ValidationError: "changed_meanwhile", or "in_use" if deadlines hang on it."""
    claim_version(event, version)
    audit.record(event, "deleted", by=by)
    _sign(event, by)
    try:
        event.delete()
    except ProtectedError as error:
        raise ValidationError(
            _(
                "Deadlines hang on this event, so it cannot be deleted. Correct its dates instead: deadlines without "
                "days of their own follow the event, those with days written for them keep them."
            ),
            code="in_use",
        ) from error


@transaction.atomic
def edit_about_page(*, page: AboutPage, by: User, version: int, now: datetime, **values: Any) -> AboutPage:
    """Change a page about the Initiative. Raises ValidationError "changed_meanwhile"."""
    return _edit(page, by=by, version=version, values=values, stamp={"changed_at": now})


def _edit(
    row: Row,
    *,
    by: User,
    version: int,
    values: dict[str, Any],
    also: dict[str, tuple[list[str], list[str]]] | None = None,
    stamp: dict[str, Any] | None = None,
) -> Row:
    """Save the fields that differ from what is stored, with history and audit. Nothing differs: nothing happens.

    `also` names changes outside the row (before, after); `stamp` is set only along with a change.
    """
    stored = type(row)._base_manager.get(pk=row.pk)
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    fields = {field.name: field for field in row._meta.concrete_fields}
    for name, value in values.items():
        old, new = fields[name].value_from_object(stored), getattr(value, "pk", value)
        if old != new:
            before[name], after[name] = _plain(old), _plain(new)
            setattr(stored, name, value)
    for name, (old, new) in (also or {}).items():
        before[name], after[name] = old, new
    if not after:
        return stored
    claim_version(stored, version)
    changed = [name for name in after if name in values]
    for name, value in (stamp or {}).items():
        setattr(stored, name, value)
        changed.append(name)
    _sign(stored, by, ", ".join(also or {}) or None)
    # With no field of its own changed the row still gets a line in its history.
    stored.save(update_fields=changed or ["version"])
    audit.record(stored, "edited", by=by, before=before, after=after)
    return stored


def _sign(row: Any, by: User, reason: str | None = None) -> None:
    """Say in the history who changed the row, also where no request is at hand."""
    row._history_user = by
    row._change_reason = reason


def _plain(value: Any) -> Any:
    return value if isinstance(value, str | int | bool | None) else str(value)


def _event_slug(name: str, year: int) -> str:
    slug = slugify(name)[:70].strip("-") or "event"
    return _free_slug(Event, slug if str(year) in slug else f"{slug}-{year}")


def _free_slug(model: type[Partner | Event], slug: str) -> str:
    """An address for a new row, which keeps it for ever: with a number where it is taken."""
    taken = {*model.objects.filter(slug__startswith=slug).values_list("slug", flat=True), *NEVER_A_SLUG}
    number = 2
    free = slug
    while free in taken:
        free = f"{slug}-{number}"
        number += 1
    return free
