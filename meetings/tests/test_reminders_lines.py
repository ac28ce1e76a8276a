from datetime import date

import pytest

from greencustoms.core.models import User
from meetings.reminders.lines import content_key

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    "change",
    [{"name": "Another"}, {"language": "fr"}, {"digest_rhythm": "daily"}, {"digest_weekday": 3}],
)
def test_whatever_the_text_is_made_from_is_in_its_key(change):
    """Otherwise a mail that waits would go out with the words of before."""
    facts = {"name": "Port", "language": "en", "digest_rhythm": "weekly", "digest_weekday": 0}

    assert content_key(User(**facts | change), TODAY, []) != content_key(User(**facts), TODAY, [])
