"""Who may do what with shares and actions: one table, the expected result for each act and relation."""

from datetime import date

import pytest
from django.test import Client

from greencustoms import roles
from greencustoms.core.tests.factories import UserFactory
from greencustoms.core.tests.sign_in import sign_in
from greencustoms.core.uploads import CheckedFile
from meetings.choices import Part, RequestKind
from meetings.models import AgendaItem, AgreedAction
from meetings.services import shares as services
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory, DeadlineFactory, MeetingFactory
from partners.tests.factories import MembershipFactory, PartnerFactory

pytestmark = pytest.mark.django_db

# What becomes of an act: it is done; done only with a note how the partner said so; refused; or there is no such page.
DONE, WITH_A_NOTE, REFUSED, HIDDEN, SIGN_IN = "done", "done with a note", "refused", "hidden", "sign in"
ROLES = (
    "contributor", "staff in the lead", "focal point", "other partner's staff", "other focal point", "plain user",
    "secretariat reader", "secretariat", "anonymous",
)  # fmt: skip

OF_OWNERS = dict(zip(ROLES, (DONE, DONE, DONE, HIDDEN, HIDDEN, HIDDEN, HIDDEN, WITH_A_NOTE, SIGN_IN), strict=True))
OF_JUDGES = dict(zip(ROLES, (REFUSED, REFUSED, REFUSED, HIDDEN, HIDDEN, HIDDEN, HIDDEN, DONE, SIGN_IN), strict=True))
OF_SECRETARIAT = dict.fromkeys(ROLES, REFUSED) | {"secretariat": DONE, "anonymous": SIGN_IN}
TEXT = {"what_was_done": "All of it."}
REASON = {"reason": "Because."}

# Act: how the share stands before it, what is typed, who may.
SHARE_ACTS = {
    "accept": ({}, {}, OF_OWNERS),
    "decline": ({}, {"answer": "declined", **REASON}, OF_OWNERS),
    "start": ({}, TEXT, OF_OWNERS),
    "done": ({}, TEXT, OF_OWNERS),
    "answer": ({"asks": True}, {"number_0": "3"}, OF_OWNERS),
    "take_back": ({"done": True}, {}, OF_OWNERS),
    "withdraw": ({"accepted": True}, {}, OF_OWNERS),
    "confirm": ({"done": True}, {}, OF_JUDGES),
    "send_back": ({"done": True}, REASON, OF_JUDGES),
    "reopen": ({"confirmed": True}, REASON, OF_JUDGES),
}
DECISIONS = ("drop", "supersede", "carry_over", "reopen", "name_owner")


def person_of(role: str, partner):
    """Somebody with this relation to a share of this organisation; None for visitors."""
    other = PartnerFactory()
    make = {
        "contributor": lambda: MembershipFactory(partner=partner).user,
        "staff in the lead": lambda: MembershipFactory(partner=partner).user,
        "focal point": lambda: MembershipFactory(partner=partner, focal=True).user,
        "other partner's staff": lambda: MembershipFactory(partner=other).user,
        "other focal point": lambda: MembershipFactory(partner=other, focal=True).user,
        "plain user": UserFactory,
        "secretariat reader": lambda: UserFactory(totp=True, roles=[roles.SECRETARIAT_READER]),
        "secretariat": lambda: UserFactory(totp=True, roles=[roles.SECRETARIAT]),
        "anonymous": lambda: None,
    }
    return make[role]()


def client_of(person) -> Client:
    return sign_in(Client(), person, mfa=True) if person else Client()


def result_of(response) -> str:
    if response.status_code == 302:
        return SIGN_IN if response.headers["Location"].startswith("/accounts/login/") else DONE
    return {200: "form again", 403: REFUSED, 404: HIDDEN}[response.status_code]


@pytest.mark.parametrize("act", SHARE_ACTS)
def test_acts_on_a_share_by_relation(act):
    stands, typed, expected = SHARE_ACTS[act]
    found = {}
    for role in ROLES:
        facts = dict(stands)
        stage = DeadlineFactory()
        if facts.pop("asks", False):
            stage = DeadlineFactory(request_kind=RequestKind.NUMBERS, request_question="How many?")
        part = Part.CONTRIBUTES if role == "contributor" else Part.LEAD
        share = ActionShareFactory(deadline=stage, part=part, **facts)
        client = client_of(person_of(role, share.partner))
        data = {"act": act, f"{act}-version": 0} | {f"{act}-{name}": value for name, value in typed.items()}
        found[role] = result_of(client.post(share.get_absolute_url(), data))
        share.refresh_from_db()
        assert (role, share.version) == (role, 1 if found[role] == DONE else 0)
        if found[role] == "form again":
            data[f"{act}-behalf_note"] = "by mail of 3 May 2007 from the general mailbox"
            assert result_of(client.post(share.get_absolute_url(), data)) == DONE
            share.refresh_from_db()
            is_told = act == "withdraw" or bool(share.behalf_note)
            found[role] = WITH_A_NOTE if is_told else "done without a trace"

    assert found == expected


def test_acts_on_a_share_of_the_secretariat_by_relation():
    """The secretariat's own shares: nobody acts for it, a focal point of a partner confirms."""
    found = {}
    for role in ROLES:
        for act in ("done", "confirm"):
            share = ActionShareFactory(partner=PartnerFactory(secretariat=True), done=act == "confirm")
            person = person_of(role, share.partner)
            data = {"act": act, f"{act}-version": 0, "done-what_was_done": "All.", "done-behalf_note": "by mail"}
            found[role, act] = result_of(client_of(person).post(share.get_absolute_url(), data))

    own, hidden, visitor = {"done": DONE, "confirm": REFUSED}, {"done": HIDDEN, "confirm": HIDDEN}, {}
    visitor = {"done": SIGN_IN, "confirm": SIGN_IN}
    expected = dict.fromkeys(ROLES, hidden) | {"anonymous": visitor, "other focal point": {**hidden, "confirm": DONE}}
    expected |= dict.fromkeys(("contributor", "staff in the lead", "focal point"), own)
    assert found == {(role, act): expected[role][act] for role in ROLES for act in ("done", "confirm")}


def test_whoever_reported_for_a_partner_may_do_all_but_confirm():
    share = ActionShareFactory()
    secretariat = person_of("secretariat", share.partner)
    services.report_done(share=share, by=secretariat, version=0, what_was_done="All.", behalf_note="by mail of 3 May")
    data = {"act": "confirm", "confirm-version": 1}

    assert result_of(client_of(secretariat).post(share.get_absolute_url(), data)) == REFUSED
    assert result_of(client_of(person_of("secretariat", share.partner)).post(share.get_absolute_url(), data)) == DONE


@pytest.mark.parametrize("act", DECISIONS)
def test_decisions_on_an_action_by_relation(act):
    draft = MeetingFactory(draft=True, starts_on=date(2099, 1, 1), ends_on=date(2099, 1, 2))
    found = {}
    for role in ROLES:
        share = ActionShareFactory(
            partner=PartnerFactory(group=act == "name_owner"),
            deadline__action__stored_state="dropped" if act == "reopen" else "agreed",
        )
        action = share.deadline.action
        typed = {
            "drop": REASON, "reopen": REASON, "carry_over": {"meeting": draft.pk},
            "supersede": {"superseded_by": AgreedActionFactory(meeting__code=f"other-{len(found)}").reference},
            "name_owner": {"stage": share.deadline_id, "partner": PartnerFactory().pk},
        }[act]  # fmt: skip
        data = {"act": act, f"{act}-version": 0} | {f"{act}-{name}": value for name, value in typed.items()}
        client = client_of(person_of(role, share.partner))
        url = f"/desk/meetings/{action.meeting.code}/actions/{action.number}/decide/"
        found[role] = result_of(client.post(url, data))
        version = AgreedAction.objects.get(pk=action.pk).version
        assert (role, version) == (role, 1 if found[role] == DONE else 0)

    assert found == OF_SECRETARIAT


def test_partners_that_join_or_leave_and_the_agenda_by_relation():
    partner = PartnerFactory(slug="wco")
    draft = MeetingFactory(draft=True, starts_on=date(2099, 1, 1), ends_on=date(2099, 1, 2))
    forms = {
        "join": ("/desk/meetings/partner-changes/?partner=wco", {"everything": "on"}),
        "leave": ("/desk/meetings/partner-changes/?partner=wco", {"leave": "yes", "leave-reason": "Left."}),
        "agenda": (f"/desk/meetings/{draft.code}/matters-arising/", {"everything": "on"}),
    }
    AgreedActionFactory()
    found = {}
    for role in ROLES:
        client = client_of(person_of(role, partner))
        for name, (url, data) in forms.items():
            found[role, name] = result_of(client.post(url, data))
        assert (role, AgendaItem.objects.exists()) == (role, role == "secretariat" or found[role, "agenda"] == DONE)
        AgendaItem.objects.all().delete()

    assert found == {(role, name): OF_SECRETARIAT[role] for role in ROLES for name in forms}


def test_what_may_be_read_by_relation():
    """The history is for everyone who may read the action; what partners answered is for partners."""
    stage = DeadlineFactory(request_kind=RequestKind.FILE, request_question="Your list?")
    share = ActionShareFactory(deadline=stage)
    by = MembershipFactory(partner=share.partner).user
    services.answer_request(share=share, by=by, version=0, file=CheckedFile("list.txt", "text/plain", b"x", None))
    base = stage.action.get_absolute_url()
    found = {}
    for role in ROLES:
        client = client_of(person_of(role, share.partner))
        page = client.get(base).content.decode()
        file = client.get(f"{base}answers/{share.pk}/")
        if file.streaming:
            b"".join(file)
        found[role] = (
            client.get(f"{base}history/").status_code,
            file.status_code,
            "What was asked, and answered" in page,
            "Decide on this action" in page,
        )

    partners = (200, 200, True, False)
    assert found == dict.fromkeys(ROLES, partners) | {
        "plain user": (200, 404, False, False),
        "secretariat": (200, 200, True, True),
        "anonymous": (200, 302, False, False),
    }
