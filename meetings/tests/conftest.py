from pathlib import Path

import pytest
from django.conf import settings

from partners.loading import load_partners


@pytest.fixture
def organisations(db):
    """The real organisations, agreements and events, from the project's own files."""
    load_partners(Path(settings.BASE_DIR))
