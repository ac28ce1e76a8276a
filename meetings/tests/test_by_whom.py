"""Whom the words "by whom" name."""

import pytest

from meetings.rules.by_whom import named_in
from meetings.rules.owners import Picked

CITES, WCO, UNEP, OFFICES, GCI, MIXED = range(1, 7)
ORGANISATIONS = [
    (CITES, ["CITES", "CITES Secretariat"]),
    (WCO, ["WCO", "World Customs Organization"]),
    (UNEP, ["UNEP", "UN Environment Programme"]),
    (OFFICES, ["", "UNEP Regional Offices"]),
    (GCI, ["", "GCI Secretariat"]),
    (MIXED, ["", "In"]),
]


def picked(each=False, leads=(), contributes=(), consulted=()):
    return Picked(each, frozenset(leads), frozenset(contributes), frozenset(consulted))


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("GCI Secretariat", picked(leads=[GCI])),
        ("CITES and WCO", picked(leads=[CITES, WCO])),
        ("Each of the GCI Partner organizations.", picked(each=True)),
        ("Partners", picked(each=True)),
        ("GCI Secretariat, in consultation with UNEP Regional Offices.", picked(leads=[GCI], consulted=[OFFICES])),
        ("The World Customs Organization and UNEP to take the lead, in consultation with Partners.",
         picked(leads=[WCO, UNEP])),
        ("The GCI Secretariat, with the assistance of UNEP, will ask.", picked(leads=[GCI], contributes=[UNEP])),
        ("GCI Secretariat to circulate a request, Partners to provide the information", picked(True, leads=[GCI])),
        ("The organiser of the workshop", picked()),
        ("the wcoast and recites", picked()),
        ("", picked()),
    ],
)  # fmt: skip
def test_names_are_found_and_nobody_is_guessed(words, expected):
    assert named_in(words, ORGANISATIONS[:-1]) == expected


def test_name_within_a_word_does_not_count():
    assert named_in("Inform everybody", ORGANISATIONS) == picked()
