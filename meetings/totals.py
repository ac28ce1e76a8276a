"""How long the number of rows of a list is kept."""

from django.utils import timezone

TOTAL_KEPT_SECONDS = 60


def this_minute() -> int:
    """Part of what a total is kept by: it is counted again in the next one."""
    return int(timezone.now().timestamp()) // TOTAL_KEPT_SECONDS
