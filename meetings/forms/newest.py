"""What a select offers of rows that become more from year to year."""

from django.db.models import Q, QuerySet

MOST_OFFERED = 100


def newest(rows: QuerySet, *, chosen: Q) -> QuerySet:
    """The newest by their first day, and those chosen already. One statement."""
    offered = rows.order_by("-starts_on", "pk").values("pk")[:MOST_OFFERED]
    return rows.filter(Q(pk__in=offered) | chosen).order_by("-starts_on", "pk")
