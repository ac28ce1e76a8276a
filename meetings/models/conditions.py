"""What everyone may read and what was agreed, as conditions that rows of this room share."""

from django.db.models import Q

from meetings.choices import ReportState, StoredState, Visibility


def public_meeting(path: str = "") -> Q:
    """A final report that everyone may read, seen from rows with this path to their meeting."""
    return Q(**{f"{path}visibility": Visibility.PUBLIC, f"{path}state": ReportState.FINAL})


def in_final_report(path: str = "") -> Q:
    """An action of a final report, which proposed ones are not, seen from rows with this path to their action."""
    return Q(**{f"{path}meeting__state": ReportState.FINAL}) & ~Q(**{f"{path}stored_state": StoredState.PROPOSED})


def public_action(path: str = "") -> Q:
    return in_final_report(path) & public_meeting(f"{path}meeting__")
