import datetime
import tomllib

import pytest

from enforcement.loading import DATA, load_demo_indicators
from enforcement.models import RiskIndicator
from partners.tests.factories import AgreementFactory, PartnerFactory

pytestmark = pytest.mark.django_db

TODAY = datetime.date(2026, 11, 21)


@pytest.fixture
def reference():
    entries = tomllib.loads(DATA.read_text())["indicators"]
    for slug in {entry["owner"] for entry in entries}:
        PartnerFactory(slug=slug)
    for slug in {slug for entry in entries for slug in entry["agreements"]}:
        AgreementFactory(slug=slug)
    return entries


def test_demo_indicators_are_marked_as_invented_and_count_their_days_from_loading(reference):
    assert load_demo_indicators(TODAY) == len(reference)

    items = RiskIndicator.behind_the_gate.all()
    assert {len(code) for item in items for code in item.hs_codes} <= {2, 4, 6}
    assert all(item.is_invented and "invented" in item.title for item in items)
    assert RiskIndicator.behind_the_gate.get(reference="DEMO-001").valid_until == datetime.date(2027, 3, 21)


def test_loading_again_adds_and_changes_nothing(reference):
    load_demo_indicators(TODAY)
    RiskIndicator.behind_the_gate.filter(reference="DEMO-001").update(title="Changed by a steward")

    assert load_demo_indicators(TODAY + datetime.timedelta(days=30)) == 0
    assert RiskIndicator.behind_the_gate.get(reference="DEMO-001").title == "Changed by a steward"
