"""The places of a report that can be commented on, and how a page calls them."""

from django.utils.translation import gettext as _

from meetings.choices import StoredState

REPORT, INTRODUCTION, OPENING, CONCLUSION = "report", "introduction", "opening", "conclusion"


def places_of(meeting) -> dict[str, str]:
    """Place and its name, in the order of the report. Two statements."""
    sessions = list(meeting.sessions.order_by("number").values_list("pk", "number", "title"))
    actions: dict[int, list[tuple[int, str]]] = {}
    # As snapshots.py: what is only proposed is not in the report.
    agreed = meeting.actions.exclude(stored_state=StoredState.PROPOSED).order_by("number")
    for session, number, title in agreed.values_list("session_id", "number", "title"):
        actions.setdefault(session, []).append((number, title))
    found = {REPORT: _("The report as a whole")}
    if meeting.introduction:
        found[INTRODUCTION] = _("Introduction")
    if meeting.opening:
        found[OPENING] = _("Opening")
    for pk, number, title in sessions:
        found[f"session-{number}"] = session_words(number, title)
        found |= {f"action-{n}": action_words(n, words) for n, words in actions.get(pk, [])}
    if meeting.conclusion:
        found[CONCLUSION] = _("Conclusion")
    return found


def session_words(number: int, title: str) -> str:
    return _("Session %(number)d: %(title)s") % {"number": number, "title": title}


def action_words(number: int, title: str) -> str:
    return _("Action %(number)02d: %(title)s") % {"number": number, "title": title}


def words_of(place: str, places: dict[str, str]) -> str:
    """The name of a place, also of one that has been taken out of the report since."""
    if place in places:
        return places[place]
    kind, _dash, number = place.partition("-")
    if not number.isdigit():
        return {INTRODUCTION: _("Introduction"), OPENING: _("Opening"), CONCLUSION: _("Conclusion")}.get(place, place)
    if kind == "session":
        return _("Session %(number)d, taken out since") % {"number": int(number)}
    return _("Action %(number)02d, taken out since") % {"number": int(number)}
