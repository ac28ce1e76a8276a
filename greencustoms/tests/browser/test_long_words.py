"""A long word makes no page wider than the phone it is read on."""

import pytest

from meetings.models import unlocked
from meetings.tests.factories import ActionShareFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LONG = "w" * 150


def test_long_words_break_on_a_phone(world, new_visitor):
    with unlocked():
        ActionShareFactory(
            partner=world.partner, deadline__action__meeting=world.meeting,
            deadline__action__session=world.action.session, deadline__action__number=2, deadline__action__title=LONG,
        )  # fmt: skip
    staff = new_visitor(viewport={"width": 360, "height": 740})
    staff.sign_in("staff@cites.example")
    paths = ["/my/", world.action.get_absolute_url(), *(f"/{name}/?q={LONG}" for name in ("actions", "courses", "hs"))]

    widths = {path: staff.open(path).evaluate("document.documentElement.scrollWidth") for path in paths}

    assert widths == dict.fromkeys(paths, 360)
    assert LONG in staff.open("/my/").content()
    assert LONG in staff.open(world.action.get_absolute_url()).content()
