"""A time zone that is stored, but that nobody knows any more, counts as UTC: no page and nobody's mail stops."""

import pytest

from greencustoms import roles
from greencustoms.core.models import User
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from partners.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

GONE = "Mars/Base"


@pytest.mark.parametrize(
    "path",
    ["/my/", "/my/reminders/", "/desk/mail/", "/desk/mail/waiting/", "/desk/mail/sent/", "/desk/health/"],
)
def test_pages_in_the_time_of_their_reader_are_shown(path, client):
    person = UserFactory(totp=True, is_staff=True, roles=[roles.SECRETARIAT, roles.TECHNICAL_ADMINISTRATOR])
    MembershipFactory(user=person)
    sign_in(client, person, mfa=True)
    User.objects.update(time_zone=GONE)

    assert client.get(path).status_code == 200


def test_page_about_somebody_is_shown(client):
    keeper = UserFactory(totp=True, roles=[roles.SECRETARIAT])
    sign_in(client, keeper, mfa=True)
    person = MembershipFactory(user__time_zone=GONE).user

    assert client.get(f"/desk/mail/people/{person.pk}/").status_code == 200
