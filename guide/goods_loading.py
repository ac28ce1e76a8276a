"""Loads the controlled goods from guide/data/hs_codes.csv. Safe to run again: it never overwrites."""

import csv
from collections import Counter
from pathlib import Path

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from greencustoms.core import publication
from greencustoms.core.hs import HSCode
from partners.models import Agreement

from .models import ControlledGood

FILE = Path(__file__).resolve().parent / "data" / "hs_codes.csv"
KEY = ("hs_code", "hs_edition", "agreement_id", "annex_list", "substance", "description")
# Words of a source that say: the code was found by its residual wording, so it holds other goods too.
RESIDUAL = ("general knowledge", "code: general knowledge")
ROWS_A_STATEMENT = 60


@transaction.atomic
def load_goods() -> dict[str, int]:
    """Add the goods that were never there; returns how many rows are new.

    A row that people changed or deleted is known by its history and does not come back.
    Agreements must be loaded before.
    """
    agreements = Agreement.objects.in_bulk(field_name="slug")
    known = set(ControlledGood.history.values_list(*KEY))
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    together = Counter(_group(row) for row in rows if row["ex"] == "yes")
    goods = [_good(row, agreements[row["agreement_slug"]], together) for row in rows]
    new = [good for good in goods if tuple(getattr(good, name) for name in KEY) not in known]
    if new:
        bulk_create_with_history(new, ControlledGood, batch_size=ROWS_A_STATEMENT)
        publication.raise_version()
    return {"goods": len(new)}


def _good(row: dict[str, str], agreement: Agreement, together: Counter) -> ControlledGood:
    code = HSCode.read(row["hs_code"])
    if code is None:
        raise ValueError(f"{row['hs_code']} is no HS code")
    return ControlledGood(
        hs_code=code.digits,
        hs_edition=int(row["hs_edition"]),
        description=row["description"],
        agreement=agreement,
        annex_list=row["annex_list"],
        substance=row["substance"],
        cas_number=row["cas_number"],
        is_part_of_code=row["ex"] == "yes",
        is_one_of_several=row["ex"] == "yes" and _is_one_of_several(row, together),
        correlation=row["correlation"],
        note=row["note"],
        source=row["source"],
        is_verified="to be verified" not in row["source"],
    )


def _group(row: dict[str, str]) -> tuple[str, ...]:
    return row["hs_code"], row["hs_edition"], row["agreement_slug"], row["description"]


def _is_one_of_several(row: dict[str, str], together: Counter) -> bool:
    """Whether the rows beside this one are the other goods of the code, so that "only part of it" would mislead.

    So it is where the wording of the code names the goods and there are several rows for it, and for the
    blends of heading 38.27, each of which is one mixture of its kind. Residual codes ("other ...") hold
    much else, and so does a code where a row says that goods in it are not listed.
    """
    if row["substance"].startswith("R-") and row["hs_code"].startswith("3827"):
        return True
    is_residual = row["source"].startswith(RESIDUAL) or row["description"].startswith("Other ")
    return together[_group(row)] > 1 and not is_residual and "not listed" not in row["note"]
