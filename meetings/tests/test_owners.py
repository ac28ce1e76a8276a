"""Who owes a stage, from what was picked."""

import pytest

from meetings.choices import Part
from meetings.rules.owners import Organisations, Owner, Picked, gathered, spread

CITES, WCO, UNEP, TEAM, EMPTY, ALL = range(1, 7)
KNOWN = Organisations(
    partners_of_day=(CITES, WCO, UNEP), groups={TEAM: (CITES, UNEP), EMPTY: (), ALL: ()}, all_partners=ALL
)


def picked(each=False, leads=(), contributes=(), consulted=()):
    return Picked(each, frozenset(leads), frozenset(contributes), frozenset(consulted))


def test_each_partner_is_one_share_for_each_of_that_day():
    assert spread(picked(each=True), KNOWN) == {key: Owner(Part.LEAD) for key in (CITES, WCO, UNEP)}


def test_share_of_a_group_falls_to_its_members():
    assert spread(picked(leads=[TEAM]), KNOWN) == {
        CITES: Owner(Part.LEAD, TEAM),
        UNEP: Owner(Part.LEAD, TEAM),
    }


def test_group_without_members_keeps_its_share():
    assert spread(picked(leads=[EMPTY]), KNOWN) == {EMPTY: Owner(Part.LEAD)}


def test_group_of_all_partners_stands_for_those_of_that_day():
    assert spread(picked(leads=[WCO], consulted=[ALL]), KNOWN) == {
        WCO: Owner(Part.LEAD),
        CITES: Owner(Part.CONSULTED),
        UNEP: Owner(Part.CONSULTED),
    }


def test_one_organisation_has_one_share_and_the_lead_goes_before():
    owners = spread(picked(leads=[CITES, TEAM], contributes=[UNEP, WCO], consulted=[WCO]), KNOWN)

    assert owners == {CITES: Owner(Part.LEAD), UNEP: Owner(Part.LEAD, TEAM), WCO: Owner(Part.CONTRIBUTES)}


def test_what_was_picked_comes_back_from_the_shares():
    for before in (
        picked(each=True, consulted=[EMPTY]),
        picked(leads=[TEAM, WCO]),
        picked(leads=[WCO], contributes=[CITES], consulted=[UNEP]),
        picked(),
    ):
        shares = [(key, owner.part, owner.via_group) for key, owner in spread(before, KNOWN).items()]

        assert gathered(shares, is_each_partner=before.is_each_partner, known=KNOWN) == before


@pytest.mark.parametrize(
    ("shares", "expected"),
    [
        ([(WCO, Part.LEAD, EMPTY)], picked(leads=[WCO])),
        ([(WCO, Part.LEAD, TEAM)], picked(leads=[WCO])),
        ([(CITES, Part.LEAD, TEAM)], picked(leads=[CITES])),
        ([(CITES, Part.LEAD, None), (UNEP, Part.LEAD, TEAM)], picked(leads=[CITES, TEAM])),
        ([(CITES, Part.CONSULTED, None), (UNEP, Part.LEAD, TEAM)], picked(leads=[UNEP], consulted=[CITES])),
    ],
)
def test_group_comes_back_only_where_it_gives_the_same_shares_today(shares, expected):
    assert gathered(shares, known=KNOWN) == expected
