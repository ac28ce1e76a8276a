import csv

import pytest

from partners.contacts import is_generic_mailbox
from partners.loading import PROJECT


@pytest.mark.parametrize(
    "address",
    ["info@cites.org", "INFO@cites.org", "public.affairs@opcw.org", "mea-ozoneinfo@un.org", "unep-info@un.org",
     "mea-minamatasecretariat@un.org", "communication@wcoomd.org", "training_desk@office.example"],
)  # fmt: skip
def test_mailbox_of_an_office_is_generic(address):
    assert is_generic_mailbox(address)


@pytest.mark.parametrize("address", ["jane.doe@un.org", "j.doe@un.org", "doe@un.org", "jd1@un.org", "123@un.org"])
def test_address_of_a_person_is_not_generic(address):
    assert not is_generic_mailbox(address)


def test_own_short_name_of_an_organisation_is_generic():
    assert is_generic_mailbox("brs@un.org", own_names=("BRS", ""))
    assert not is_generic_mailbox("brs@un.org", own_names=("WCO",))


def test_every_mailbox_the_portal_comes_with_is_generic():
    with (PROJECT / "partners" / "data" / "partners.csv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file) if row["email"]]

    assert [row["email"] for row in rows if not is_generic_mailbox(row["email"], own_names=(row["acronym"],))] == []
