"""What each organisation hears on 2 May 2007, 08:00 in Brussels, of the meeting entered on 5 March: word for word.

The expected texts lie in `expected/`. How each was checked by hand against the list of the 17 actions
(`meetings/data/gci-2007-03/actions.csv`; by whom, by when, kind and last day are its columns):

On 2 May the ladder has fired for whatever is due by 1 June. What has no day is asked about 30 days after the meeting,
on 1 April, and every 30 days from then: the question of 1 May is open. That leaves

    4, stage 1   draft Terms of Reference, 30 April: UNEP                                     2 days overdue
    7, 9         the Guide and its annexes, April for the whole session: the drafting team,
                 that is CITES in the chair, BRS and UNEP                                     2 days overdue
    10           documents on the web site, April for the whole session: the secretariat      2 days overdue
    8            15 May: each of the eight partners and the secretariat                       due in 13 days
    13, stage 1  side event at the Stockholm COP, its last day 31 May: the secretariat        due in 29 days
    5            as soon as possible: each of the eight partners and the secretariat           a question
    6            while workshops are prepared, no event named: each of the eight partners     a question
    15           as soon as possible: the secretariat                                         a question
    16           as soon as possible: WCO and UNEP                                            a question

Nothing is said of 1, 2, 4 (stages 2 and 3), 11, 12, 13 (stages 2 and 3), 14 and 17, which are due after 1 June; of 3,
asked about after 90 days on 31 May; of those who contribute or are consulted. So each of the eight partners hears of
5, 6 and 8; CITES and BRS also of 7 and 9, UNEP also of 4, 7, 9 and 16, WCO also of 16, the secretariat of 5, 8, 10, 13
and 15.

Focal points hear at once only where nobody else of their organisation is here (WCO); the others from 14 days on, and
of other organisations the secretariat from 28 days on. Both are seen on 29 May, 29 days after 30 April.

If a text is to change, delete the file and run the test: it writes the new one and fails. Read it.
"""

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from greencustoms import roles
from greencustoms.core.choices import MailStream
from greencustoms.core.models import OutboundMail
from greencustoms.core.tests.factories import UserFactory
from meetings.loading import load_meeting_2007
from meetings.models import ActionShare
from meetings.reminders.planner import plan_reminders
from partners.choices import MemberRole
from partners.models import Partner
from partners.tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

EXPECTED = Path(__file__).parent / "expected"
MEETING_ENDED = datetime(2007, 3, 2, 17, tzinfo=UTC)
ENTERED_ON = date(2007, 3, 5)
IN_BRUSSELS = "Europe/Brussels"
MAY_2 = datetime(2007, 5, 2, 6, tzinfo=UTC)
MAY_29 = datetime(2007, 5, 29, 6, tzinfo=UTC)

STAFF, FOCAL = MemberRole.STAFF, MemberRole.FOCAL
# In each organisation one person of its staff; the WCO has its focal point only, as in the demonstration.
PEOPLE = [
    ("brs-secretariat", STAFF),
    ("cbd-secretariat", STAFF),
    ("cites-secretariat", STAFF),
    ("interpol", STAFF),
    ("opcw", STAFF),
    ("ozone-secretariat", STAFF),
    ("unep", STAFF),
    ("wco", FOCAL),
    ("gci-secretariat", FOCAL),
    # These hear nothing on 2 May: a focal point beside staff, a partner of today that was none in 2007, the regional
    # offices, which are only consulted.
    ("cites-secretariat", FOCAL),
    ("minamata-secretariat", STAFF),
    ("unep-regional-offices", STAFF),
]
WRITTEN_TO_ON_MAY_2 = {f"{slug}-{role}" for slug, role in PEOPLE[:9]}
HTML_KEPT = ["cites-secretariat-staff", "gci-secretariat-focal"]


@pytest.fixture
def people(organisations):
    """Everybody lives in Brussels but for one, for whom the morning has not begun: it is 02:00 in Montreal."""
    load_meeting_2007(ENTERED_ON)
    for slug, role in PEOPLE:
        partner = Partner.objects.get(slug=slug)
        user = UserFactory(
            email=f"{role}@{slug}.example", name=f"{partner.short_name} ({role})", time_zone=IN_BRUSSELS, totp=True
        )
        MembershipFactory(user=user, partner=partner, role=role, since=MEETING_ENDED)
        if slug == "gci-secretariat":
            roles.give(user, roles.SECRETARIAT)
    MembershipFactory(
        user__email="montreal@cbd.example", user__time_zone="America/Montreal",
        partner=Partner.objects.get(slug="cbd-secretariat"), since=MEETING_ENDED,
    )  # fmt: skip


def written_on(now) -> dict[str, OutboundMail]:
    """The digests by the person's name here, such as opcw-staff."""
    plan_reminders(now)
    digests = OutboundMail.objects.filter(stream=MailStream.DIGEST).select_related("recipient")
    return {"{1}-{0}".format(*row.to_address.removesuffix(".example").split("@")): row for row in digests}


def legible(text: str) -> str:
    """The keys in addresses differ from run to run: in their place stands what they lead to."""
    stage_of = {
        str(share.pk): f"({share.deadline.action.reference}.{share.deadline.position} {share.partner.slug})"
        for share in ActionShare.objects.select_related("deadline__action__meeting__revises", "partner")
    }
    text = re.sub(r"/my/shares/(\d+)/", lambda found: f"/my/shares/{stage_of[found[1]]}/", text)
    return re.sub(r"/unsubscribe/[^/]+/", "/unsubscribe/(token)/", text)


def assert_as_expected(day: str, texts: dict[str, str]):
    expected = {}
    for name, text in texts.items():
        path = EXPECTED / f"{day}_{name}"
        if not path.exists():
            path.write_text(text, encoding="utf-8")
            pytest.fail(f"{path} was missing and is written now. Read it.")
        expected[name] = path.read_text(encoding="utf-8")
    assert texts == expected


def text_of(mail: OutboundMail) -> str:
    return f"To: {mail.to_address}\nSubject: {mail.subject}\n\n{legible(mail.body_text)}"


def test_digests_of_2_may_2007(people):
    mails = written_on(MAY_2)

    texts = {f"{person}.txt": text_of(mail) for person, mail in mails.items()}
    texts |= {f"{person}.html": legible(mails[person].body_html) for person in HTML_KEPT}
    assert set(mails) == WRITTEN_TO_ON_MAY_2
    assert_as_expected("2007-05-02", texts)


def test_digests_of_29_may_2007_to_focal_points_and_the_secretariat(people):
    """What was 28 days overdue on 28 May, a Monday, and was said to nobody yet: the portal was away till then."""
    mails = written_on(MAY_29)

    people_here = ["cites-secretariat-focal", "gci-secretariat-focal"]
    assert_as_expected("2007-05-29", {f"{person}.txt": text_of(mails[person]) for person in people_here})
