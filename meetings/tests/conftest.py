from pathlib import Path

import pytest
from django.conf import settings

from meetings.loading import load_meeting_2007
from partners.loading import load_partners


@pytest.fixture
def organisations(db):
    """The real organisations, agreements and events, from the project's own files."""
    load_partners(Path(settings.BASE_DIR))


@pytest.fixture
def meeting_2007(organisations):
    return load_meeting_2007()
