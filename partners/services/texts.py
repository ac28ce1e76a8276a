"""The secretariat edits what the public pages say. Nothing is overwritten in silence (security section 6)."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from greencustoms.core import audit
from greencustoms.core.editing import edit_row, sign
from greencustoms.core.models import User
from greencustoms.core.versions import claim_version
from partners.models import AboutPage, Agreement, Event, Partner, TradeDocument

# How the history of a row names what it does not keep itself.
DOCUMENTS_CHANGED = "documents"
MEMBERS_CHANGED = "members"
# The page that adds a row stands where its own page would.
NEVER_A_SLUG = ("add",)


@transaction.atomic
def add_partner(*, by: User, **values: Any) -> Partner:
    partner = Partner(slug=_free_slug(Partner, slugify(values["name"])[:55].strip("-") or "organisation"), **values)
    sign(partner, by)
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
    stored = edit_row(partner, by=by, version=version, values=values, also=also)
    if also:
        stored.members.set(members)
    return stored


@transaction.atomic
def edit_agreement(*, agreement: Agreement, by: User, version: int, documents: list[str], **values: Any) -> Agreement:
    """Change an agreement and its documents to ask for, in this order. Raises ValidationError "changed_meanwhile"."""
    before = list(agreement.documents.values_list("text", flat=True))
    also = {DOCUMENTS_CHANGED: (before, documents)} if before != documents else {}
    stored = edit_row(agreement, by=by, version=version, values=values, also=also)
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
    sign(event, by)
    event.save()
    audit.record(event, "added", by=by)
    return event


@transaction.atomic
def edit_event(*, event: Event, by: User, version: int, **values: Any) -> Event:
    """Change an event. Raises ValidationError "changed_meanwhile"."""
    return edit_row(event, by=by, version=version, values=values)


@transaction.atomic
def delete_event(*, event: Event, by: User, version: int) -> None:
    """Delete an event. Raises ValidationError: "changed_meanwhile", or "in_use" if deadlines hang on it."""
    claim_version(event, version)
    audit.record(event, "deleted", by=by)
    sign(event, by)
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
    return edit_row(page, by=by, version=version, values=values, stamp={"changed_at": now})


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
