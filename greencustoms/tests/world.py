"""A small but full world: one of everything the portal holds, and one person of every kind."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils import timezone

from enforcement.choices import Region, Tlp
from enforcement.models import AccessGrant, AccessRequest, RiskIndicator
from enforcement.tests.factories import AccessGrantFactory, AccessRequestFactory, RiskIndicatorFactory
from greencustoms import roles, search_index
from greencustoms.core import mail, stored_files
from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.models import Job, MailAddress, OutboundMail, StoredFile, User
from greencustoms.core.sessions import has_second_factor
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from greencustoms.core.uploads import CheckedFile
from guide import services
from guide.choices import EditionKind, EditionState, SectionKind
from guide.models import ControlledGood, Edition, Feedback, Section
from meetings.choices import DeadlineKind, ReportState, Visibility
from meetings.models import ActionShare, AgreedAction, Annex, Deadline, Meeting, MeetingSession, ReportComment, unlocked
from meetings.services import reports
from partners.choices import EventKind
from partners.models import AboutPage, AccountRequest, Agreement, Event, Invitation, Membership, Partner, TradeDocument
from partners.tests.factories import AgreementFactory, EventFactory, MembershipFactory, PartnerFactory
from training.models import Course
from training.tests.factories import CourseFactory, PlatformFactory

PERSONAS = (
    "anonymous",
    "plain",
    "staff",
    "other_staff",
    "focal_point",
    "secretariat",
    "secretariat_reader",
    "officer",
    "cleared_officer",
    "steward",
    "access_administrator",
    "technical_administrator",
    "superuser",
)
ABOUT_SLUGS = ("about", "cen", "terms-of-reference", "privacy", "accessibility", "copyright")


@dataclass
class World:
    today: date
    partner: Partner
    other_partner: Partner
    agreement: Agreement
    event: Event
    meeting: Meeting
    partners_meeting: Meeting
    draft_meeting: Meeting
    circulated_meeting: Meeting
    report_comment: ReportComment
    action: AgreedAction
    share: ActionShare
    course: Course
    good: ControlledGood
    edition: Edition
    section: Section
    flyer: Edition
    indicator: RiskIndicator
    grant: AccessGrant
    access_request: AccessRequest
    account_request: AccountRequest
    invitation: Invitation
    membership: Membership
    mail: OutboundMail
    refusing_address: MailAddress
    job: Job
    feedback: Feedback
    people: dict[str, User | None] = field(default_factory=dict)

    @property
    def way_out(self) -> str:
        """The token by which the staff of a partner end their reminders without signing in."""
        return mail.unsubscribe.address_for(self.people["staff"]).rstrip("/").rpartition("/")[2]

    def sign_in(self, client, persona: str):
        """Sign in as this person would: with a second factor where they own one. Returns the client."""
        person = self.people[persona]
        return sign_in(client, person, mfa=has_second_factor(person))


def build_world() -> World:
    today = timezone.localdate()
    partner = PartnerFactory(
        slug="cites-secretariat", acronym="CITES", name="CITES Secretariat", email="info@cites.example"
    )
    other_partner = PartnerFactory(slug="wco", acronym="WCO", name="World Customs Organization")
    secretariat = PartnerFactory(slug="gci-secretariat", acronym="GCI", name="GCI Secretariat", secretariat=True)
    agreement = AgreementFactory(
        slug="cites",
        short_name="CITES",
        full_name="Convention on International Trade in Endangered Species of Wild Fauna and Flora",
        secretariat=partner,
        controls="Trade in listed animals and plants.",
        national_contacts_url="https://cites.example/contacts",
    )
    TradeDocument.objects.create(agreement=agreement, position=1, text="export permit")
    people = _people(partner, other_partner, secretariat)
    event = EventFactory(slug="cop", kind=EventKind.COP, agreement=agreement, starts_on=today, ends_on=today)
    for slug in ABOUT_SLUGS:
        AboutPage.objects.create(slug=slug, title=f"About {slug}", summary="In short.", body="Some *text*.")

    meeting, action, share = _meeting("gci-2027-01", partner, today, Visibility.PUBLIC, ReportState.FINAL)
    partners_meeting, _, _ = _meeting("gci-2027-02", partner, today, Visibility.PARTNERS, ReportState.FINAL)
    draft_meeting, _, _ = _meeting("gci-2027-03", partner, today, Visibility.PUBLIC, ReportState.DRAFT)
    circulated_meeting, _, _ = _meeting("gci-2027-04", partner, today, Visibility.PUBLIC, ReportState.CIRCULATED)

    edition, section, flyer = _guide(partner, agreement, today)
    grant, access_request, indicator = _restricted(people, agreement, partner)
    # The secretariat knows an address that refuses mail by a mail that did not arrive there.
    OutboundMail.objects.create(
        key="a failed mail", stream=MailStream.WORK, to_address="gone@office.example", subject="What is due",
        body_text="One action.", message_id="<failed@test>", state=MailState.FAILED, last_error="550 unknown",
    )  # fmt: skip
    world = World(
        today=today,
        partner=partner,
        other_partner=other_partner,
        agreement=agreement,
        event=event,
        meeting=meeting,
        partners_meeting=partners_meeting,
        draft_meeting=draft_meeting,
        circulated_meeting=circulated_meeting,
        report_comment=ReportComment.objects.create(
            meeting=circulated_meeting, report_version=1, place="action-1", partner=partner, text="Which ones?",
            by=people["staff"],
        ),
        action=action,
        share=share,
        course=CourseFactory(
            slug="ivory-course", title="Recognising ivory", agreements=[agreement], languages=["en"], open=True,
            platform=PlatformFactory(slug="academy", provider=partner),
        ),
        good=ControlledGood.objects.create(
            hs_code="050710", hs_edition=2022, description="Ivory", agreement=agreement, annex_list="Appendix I"
        ),
        edition=edition,
        section=section,
        flyer=flyer,
        indicator=indicator,
        grant=grant,
        access_request=access_request,
        account_request=AccountRequest.objects.create(
            name="Customs post", email="post@customs.example", office="Border post", country="Exampleland",
            partner=other_partner, purpose="Courses", state="open",
        ),
        invitation=Invitation.objects.create(
            email="new@cites.example", name="New office", partner=partner, role="staff",
            invited_by=people["secretariat"], expires_at=timezone.now() + timedelta(days=7),
        ),
        membership=Membership.objects.get(user=people["other_staff"]),
        mail=mail.enqueue(
            key="a mail", stream=MailStream.WORK, recipient=people["staff"], to_address="staff@cites.example",
            subject="What is due", body_text="One action.",
        ),
        refusing_address=MailAddress.objects.create(
            address="gone@office.example", strikes=3, suppressed_at=timezone.now(), last_refusal="550 unknown"
        ),
        job=services.ask_for_pdf(edition=edition, by=people["secretariat"]),
        feedback=Feedback.objects.create(page="/hs/0507.10/", words="Whale teeth are missing."),
        people=people,
    )  # fmt: skip
    search_index.rebuild()
    return world


def _people(partner: Partner, other_partner: Partner, secretariat: Partner) -> dict[str, User | None]:
    people = {
        "anonymous": None,
        "plain": UserFactory(name="Plain office"),
        "staff": UserFactory(name="CITES staff", email="staff@cites.example"),
        "other_staff": UserFactory(name="WCO staff", email="staff@wco.example"),
        "focal_point": UserFactory(name="WCO focal point", email="focal@wco.example", totp=True),
        "secretariat": UserFactory(name="Secretariat", totp=True, roles=[roles.SECRETARIAT]),
        "secretariat_reader": UserFactory(name="Reader", totp=True, roles=[roles.SECRETARIAT_READER]),
        "officer": UserFactory(name="Officer without access", totp=True),
        "cleared_officer": UserFactory(name="Officer with access", totp=True),
        "steward": UserFactory(name="Steward", totp=True, roles=[roles.STEWARD]),
        "access_administrator": UserFactory(name="Access", totp=True, roles=[roles.ACCESS_ADMINISTRATOR]),
        "technical_administrator": UserFactory(
            name="Technical", totp=True, is_staff=True, roles=[roles.TECHNICAL_ADMINISTRATOR]
        ),
        "superuser": UserFactory(name="Superuser", totp=True, is_staff=True, is_superuser=True),
    }
    assert tuple(people) == PERSONAS
    MembershipFactory(user=people["staff"], partner=partner)
    MembershipFactory(user=people["other_staff"], partner=other_partner)
    MembershipFactory(user=people["focal_point"], partner=other_partner, focal=True)
    MembershipFactory(user=people["secretariat"], partner=secretariat, focal=True)
    MembershipFactory(user=people["secretariat_reader"], partner=secretariat)
    return people


@unlocked()
def _meeting(code: str, partner: Partner, today: date, visibility: str, state: str):
    meeting = Meeting.objects.create(
        code=code,
        title=f"Meeting {code}",
        starts_on=today - timedelta(days=60),
        ends_on=today - timedelta(days=59),
        visibility=visibility,
        state=state,
        comments_until=today + timedelta(days=7) if state == ReportState.CIRCULATED else None,
    )
    meeting.partners.add(partner)
    session = MeetingSession.objects.create(
        meeting=meeting, number=1, title="Session on ivory", summary="What was said."
    )
    action = AgreedAction.objects.create(
        meeting=meeting, session=session, number=1, title=f"Write to all about ivory in {code}", text="Write to all.",
        by_whom_text="CITES",
    )  # fmt: skip
    Annex.objects.create(meeting=meeting, number=1, title="Agenda", is_held=True, file=_agenda())
    deadline = Deadline.objects.create(
        action=action, kind=DeadlineKind.DAY, by_when_text="yesterday",
        earliest=today - timedelta(days=1), latest=today - timedelta(days=1), entered_on=today - timedelta(days=42),
    )  # fmt: skip
    share = ActionShare.objects.create(deadline=deadline, partner=partner)
    reports.keep_first_version(meeting=meeting)
    return meeting, action, share


def _agenda() -> StoredFile:
    """A paper somebody sent, kept as it lies on the disk."""
    return stored_files.keep_upload(CheckedFile("agenda.txt", "text/plain", b"Agenda of the meeting"))


def _guide(partner: Partner, agreement: Agreement, today: date) -> tuple[Edition, Section, Edition]:
    edition = Edition.objects.create(
        kind=EditionKind.GUIDE, slug="2027", title="The Guide", state=EditionState.ISSUED, issued_on=today
    )
    section = Section.objects.create(
        edition=edition, position=1, slug="cites", kind=SectionKind.AGREEMENT, title="CITES", body="About *ivory*."
    )
    section.agreements.add(agreement)
    flyer = Edition.objects.create(
        kind=EditionKind.FLYER, slug="2027", title="The flyer", state=EditionState.ISSUED, issued_on=today
    )
    for position, kind in enumerate((SectionKind.POLICY_HALF, SectionKind.PRACTICE), start=1):
        Section.objects.create(
            edition=flyer, position=position, slug=kind.value, kind=kind, title=kind.label, body="In short.",
            partner=partner,
        )  # fmt: skip
    return edition, section, flyer


def _restricted(people: dict, agreement: Agreement, owner: Partner):
    grant = AccessGrantFactory(
        user=people["cleared_officer"],
        granted_by=people["access_administrator"],
        agreements=[agreement],
        regions=[Region.AFRICA.value],
    )
    access_request = AccessRequestFactory(user=people["officer"])
    indicator = RiskIndicatorFactory(
        reference="TEST-900", title="Zirconblue tusks", tlp=Tlp.GREEN, agreements=[agreement],
        regions=[Region.AFRICA.value], owner=owner,
    )  # fmt: skip
    return grant, access_request, indicator
