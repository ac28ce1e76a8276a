"""Loads the organisations, agreements, events and pages about the Initiative from files of the project."""

import csv
import datetime
from pathlib import Path

from django.db import transaction

from greencustoms.core import frontmatter

from .models import AboutPage, Agreement, Event, Partner, TradeDocument

PROJECT = Path(__file__).resolve().parent.parent
# Design section 4: the 2007 drafting team had CITES in the chair.
GROUP_MEMBERS = {"gci-guide-drafting-team": ("cites-secretariat", "brs-secretariat", "unep")}


@transaction.atomic
def load_partners(base: Path = PROJECT) -> dict[str, int]:
    """Create what is missing from <base>/partners/data; returns how many rows of each kind are new.

    Safe to run again on a live site: a row that exists stays as it is, since people may have changed it, and
    what people deleted stays deleted.
    """
    data = Path(base) / "partners" / "data"
    return {
        "partners": _load_organisations(data / "partners.csv"),
        "agreements": _load_agreements(data / "agreements.csv"),
        "events": _load_events(data / "events.csv"),
        "about": _load_about_pages(data / "about"),
    }


def is_mailbox_verified(source: str) -> bool:
    """False where a part of the source says of the e-mail address that it is to be verified."""
    return not any("e-mail" in part.lower() and "to be verified" in part for part in source.split(";"))


def _load_organisations(path: Path) -> int:
    """Hosts come before those they host, so that each row is written once."""
    waiting = [row for row in _rows(path) if _is_new(Partner, row["slug"])]
    new = {row["slug"] for row in waiting}
    new_groups = new & GROUP_MEMBERS.keys()
    count = len(waiting)
    while waiting:
        ready = [row for row in waiting if row["hosted_by"] not in new]
        if not ready:
            raise ValueError("Organisations host each other in a circle: " + ", ".join(sorted(new)))
        for row in ready:
            _create_organisation(row)
            new.discard(row["slug"])
        waiting = [row for row in waiting if row not in ready]
    for slug in new_groups:
        # Only now do all members exist.
        Partner.objects.get(slug=slug).members.set(Partner.objects.filter(slug__in=GROUP_MEMBERS[slug]))
    return count


def _create_organisation(row: dict[str, str]) -> None:
    Partner.objects.create(
        slug=row["slug"],
        name=row["name"],
        acronym=row["acronym"],
        kind=row["kind"],
        standing=row["standing"],
        sort_name=row["sort_name"],
        hosted_by=Partner.objects.get(slug=row["hosted_by"]) if row["hosted_by"] else None,
        city=row["hq_city"],
        country=row["country"],
        website=row["website"],
        email=row["email"],
        is_email_verified=bool(row["email"]) and is_mailbox_verified(row["source"]),
        joined_year=_number(row["joined"]),
        note=row["note"],
        source=row["source"],
    )


def _load_agreements(path: Path) -> int:
    new = [row for row in _rows(path) if _is_new(Agreement, row["slug"])]
    for row in new:
        agreement = Agreement.objects.create(
            slug=row["slug"],
            short_name=row["short_name"],
            full_name=row["full_name"],
            sort_name=row["sort_name"],
            secretariat=Partner.objects.get(slug=row["secretariat_slug"]),
            adopted_on=_day(row["adopted"]),
            in_force_on=_day(row["entered_into_force"]),
            party_count=_number(row["parties"]),
            party_count_year=_number(row["parties_as_of"]),
            website=row["website"],
            national_contacts_url=row["national_contacts_url"],
            cluster=row["cluster"],
            controls=row["controls"],
            note=row["note"],
            source=row["source"],
        )
        texts = [text.strip() for text in row["trade_documents"].split(";") if text.strip()]
        TradeDocument.objects.bulk_create(
            TradeDocument(agreement=agreement, position=position, text=text)
            for position, text in enumerate(texts, start=1)
        )
    return len(new)


def _load_events(path: Path) -> int:
    new = [row for row in _rows(path) if _is_new(Event, row["slug"])]
    for row in new:
        Event.objects.create(
            slug=row["slug"],
            name=row["name"],
            kind=row["kind"],
            agreement=Agreement.objects.get(slug=row["agreement"]) if row["agreement"] else None,
            partner=Partner.objects.get(slug=row["partner"]) if row["partner"] else None,
            starts_on=datetime.date.fromisoformat(row["starts_on"]),
            ends_on=datetime.date.fromisoformat(row["ends_on"]),
            dates_words=row["dates_words"],
            place=row["place"],
            url=row["url"],
            note=row["note"],
            source=row["source"],
        )
    return len(new)


def _load_about_pages(folder: Path) -> int:
    count = 0
    for path in sorted(folder.glob("*.md")):
        fields, body = frontmatter.read(path.read_text(encoding="utf-8"))
        if _is_new(AboutPage, fields["slug"]):
            AboutPage.objects.create(
                slug=fields["slug"],
                title=fields["title"],
                summary=fields.get("summary", ""),
                body=body,
                source="\n".join(fields.get("sources", [])),
            )
            count += 1
    return count


def _is_new(model: type[Partner | Agreement | Event | AboutPage], slug: str) -> bool:
    """Whether nobody has ever seen this row; the history also knows those that were deleted."""
    return not model.objects.filter(slug=slug).exists() and not model.history.filter(slug=slug).exists()


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [{name: value.strip() for name, value in row.items()} for row in csv.DictReader(file)]


def _number(text: str) -> int | None:
    return int(text) if text else None


def _day(text: str) -> datetime.date | None:
    return datetime.date.fromisoformat(text) if text else None
