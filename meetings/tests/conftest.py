from pathlib import Path

import pytest
from django.conf import settings

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from meetings.loading import load_meeting_2007
from meetings.models import Annex, Attendance, SubItem, unlocked
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory, MeetingFactory
from partners.loading import load_partners
from partners.tests.factories import PartnerFactory


@pytest.fixture
def organisations(db):
    """The real organisations, agreements and events, from the project's own files."""
    load_partners(Path(settings.BASE_DIR))


@pytest.fixture
def meeting_2007(organisations):
    return load_meeting_2007()


@pytest.fixture
def secretariat(db):
    return UserFactory(roles=[roles.SECRETARIAT], totp=True)


@pytest.fixture
def desk(client, secretariat):
    """A browser in which the secretariat is signed in."""
    return sign_in(client, secretariat, mfa=True)


@pytest.fixture
def report(db):
    """A final report of two actions; of the first, one share is done and one is silent, the second nobody has."""
    meeting = MeetingFactory(code="gci-2026-03", title="Third meeting")
    first = AgreedActionFactory(meeting=meeting, number=1, session__number=1, text="Write to all.")
    AgreedActionFactory(meeting=meeting, session=first.session, number=2, text="Meet again.")
    stage = DeadlineFactory(action=first, position=1)
    ActionShareFactory(deadline=stage, partner__slug="cites", confirmed=True)
    ActionShareFactory(deadline=stage, partner__slug="wco", accepted=True)
    ActionShareFactory(deadline=stage, partner__slug="opcw")
    with unlocked():
        parent = SubItem.objects.create(action=first, number=1, text="A point.")
        SubItem.objects.create(action=first, number=2, text="A smaller one.", parent=parent)
        Annex.objects.create(meeting=meeting, number=1, title="Agenda")
        Attendance.objects.create(meeting=meeting, partner=PartnerFactory(slug="unep"), note="Office")
    return meeting
