"""The invented indicators of the demonstration."""

import tomllib
from datetime import date, timedelta
from pathlib import Path

from django.db import transaction

from partners.models import Agreement, Partner

from . import services

DATA = Path(__file__).parent / "data" / "indicators.toml"


@transaction.atomic
def load_demo_indicators(today: date) -> int:
    """Add those that are missing, with days counted from today. Returns how many were added."""
    partners = {partner.slug: partner for partner in Partner.objects.all()}
    agreements = {agreement.slug: agreement for agreement in Agreement.objects.all()}
    added = 0
    for entry in tomllib.loads(DATA.read_text(encoding="utf-8"))["indicators"]:
        item = services.add_indicator(
            owner=partners[entry.pop("owner")],
            agreements=[agreements[slug] for slug in entry.pop("agreements")],
            valid_until=today + timedelta(days=entry.pop("valid_for_days")),
            review_by=today + timedelta(days=entry.pop("review_in_days")),
            **entry,
        )
        added += item is not None
    return added
