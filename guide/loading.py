"""Loads the demonstration editions of the guide and of the flyer from files of the project."""

import tomllib
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from greencustoms.core import frontmatter
from partners.models import Agreement, Partner

from .choices import EditionKind
from .models import Edition, Section

DATA = Path(__file__).resolve().parent / "data"


def load_edition(slug: str = "2026") -> Edition:
    """The demonstration edition of the guide; its sections stand in the order of the numbers of their files."""
    folder = DATA / "editions" / slug
    return _load(folder / "edition.toml", sorted(folder.glob("*.md")), EditionKind.GUIDE)


def load_flyer(slug: str = "2026") -> Edition:
    """The demonstration edition of the flyer; its file names the sections in their order."""
    folder = DATA / "flyers" / slug
    names = tomllib.loads((folder / "flyer.toml").read_text())["sections"]
    return _load(folder / "flyer.toml", [folder / f"{name}.md" for name in names], EditionKind.FLYER)


@transaction.atomic
def _load(path: Path, section_paths: list[Path], kind: EditionKind) -> Edition:
    """Create the edition, or bring it up to date with the files.

    Safe to run again: a section that people edited (its version is no longer 0) stays as they left it, and so
    does an edition that was issued.
    """
    fields = tomllib.loads(path.read_text())
    edition, is_new = Edition.objects.get_or_create(
        kind=kind,
        slug=fields["slug"],
        defaults={
            "title": fields["title"],
            "subtitle": fields.get("subtitle", ""),
            "language": fields.get("language", "en"),
            "notice": fields.get("notice", ""),
            "spine_text": fields.get("spine_text", ""),
            "is_invented": fields.get("is_demonstration", False),
        },
    )
    if edition.issued_on is not None:
        return edition
    partners = {partner.slug: partner for partner in Partner.objects.all()}
    agreements = {agreement.slug: agreement for agreement in Agreement.objects.all()}
    changed = [
        _load_section(edition, position, path, partners, agreements)
        for position, path in enumerate(section_paths, start=1)
    ]
    if any(changed) and not is_new:
        edition.changed_at = timezone.now()
        edition.save(update_fields=["changed_at"])
    return edition


def _load_section(edition: Edition, position: int, path: Path, partners: dict, agreements: dict) -> bool:
    """Whether the section is new or was changed."""
    fields, body = frontmatter.read(path.read_text())
    partner = partners[fields["partner"]] if fields.get("partner") else None
    values = {
        "position": position,
        "kind": fields["kind"],
        "title": fields["title"],
        "body": body,
        "key_facts": fields.get("key_facts", []),
        "partner": partner,
        "sources": fields.get("sources", []),
        "is_invented": fields.get("is_invented", False),
    }
    section, is_new = Section.objects.get_or_create(edition=edition, slug=fields["slug"], defaults=values)
    if section.version:
        return False
    is_changed = is_new or any(getattr(section, name) != value for name, value in values.items())
    if is_changed and not is_new:
        for name, value in values.items():
            setattr(section, name, value)
        section.save()
    if is_changed:
        section.agreements.set([agreements[slug] for slug in fields.get("agreements", [])])
    return is_changed
