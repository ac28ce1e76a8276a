"""Every address of the portal and what each kind of person gets there on GET, and on POST with nothing in it.

A new address must be added here, or test_addresses.py fails. `path` is filled from the small world of world.py.
"""

from dataclasses import dataclass

from .world import PERSONAS

ANONYMOUS = "anonymous"
# On POST: refused with 405 to those who may read the page, and otherwise as on GET.
READS = "reads"
# On POST: an empty form comes back with its errors, so each person gets what they get on GET.
FORM = "form"


@dataclass(frozen=True)
class Address:
    route: str
    path: str
    expected: dict[str, int]
    # Wears @public_page: open to all, kept whole, answers 304.
    is_public_page: bool = False
    on_post: dict[str, int] | str = READS

    def for_world(self, world) -> str:
        return self.path.format(world=world)

    @property
    def expected_on_post(self) -> dict[str, int]:
        if isinstance(self.on_post, dict):
            return self.on_post
        if self.on_post == FORM:
            return self.expected
        return {persona: 405 if status == 200 else status for persona, status in self.expected.items()}


def everyone(status: int = 200) -> dict[str, int]:
    return dict.fromkeys(PERSONAS, status)


def signed_in(status: int = 200, **others: int) -> dict[str, int]:
    """Visitors are led to the sign-in, everybody else gets this status but for those named."""
    return {**everyone(status), ANONYMOUS: 302, **others}


def only(*names: str, status: int = 200, others: int = 403, **exceptions: int) -> dict[str, int]:
    """Those named get this status, visitors the sign-in, everybody else the other status."""
    return signed_in(others, **dict.fromkeys(names, status)) | exceptions


def hidden_from_others(*names: str) -> dict[str, int]:
    return everyone(404) | dict.fromkeys(names, 200)


def public(route: str, path: str | None = None) -> Address:
    return Address(route, path or f"/{route}", everyone(), is_public_page=True)


def pdf(route: str, path: str, *readers: str) -> Address:
    """A PDF that is not made yet: a page that waits for it, for those named, or for everyone."""
    expected = everyone(404) | dict.fromkeys(readers, 202) if readers else everyone(202)
    return Address(route, path, expected, on_post=everyone(405))


SECRETARIAT = ("secretariat", "superuser")
DRAFT_READERS = ("secretariat", "secretariat_reader", "superuser")
READERS = ("staff", "other_staff", "focal_point", *DRAFT_READERS)
WITH_SECOND_FACTOR = (
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
AFTER_A_FACTOR = only(*WITH_SECOND_FACTOR, others=302)
KEEPERS_OF_PEOPLE = ("secretariat", "focal_point", "superuser")

ADDRESSES = [
    public(""),
    public("search/"),
    public("agreements/"),
    public("agreements/<slug:slug>/", "/agreements/{world.agreement.slug}/"),
    public("calendar/"),
    public("calendar.ics"),
    public("sitemap.xml"),
    public("robots.txt"),
    Address("healthz", "/healthz", everyone()),
    Address("readyz", "/readyz", everyone()),
    # Partners and the Initiative
    public("partners/"),
    public("partners/<slug:slug>/", "/partners/{world.partner.slug}/"),
    public("about/"),
    public("about/cen/"),
    public("about/terms-of-reference/"),
    Address("about/<slug:slug>/", "/about/privacy/", everyone(301), on_post=everyone(405)),
    public("privacy/"),
    public("accessibility/"),
    public("copyright/"),
    # Meetings and agreed actions
    public("meetings/"),
    public("meetings/<slug:code>/", "/meetings/{world.meeting.code}/"),
    public("meetings/<slug:code>/actions/<int:number>/", "/meetings/{world.meeting.code}/actions/1/"),
    Address(
        "meetings/<slug:code>/annexes/<int:number>/",
        "/meetings/{world.meeting.code}/annexes/1/",
        everyone(),
        on_post=everyone(405),
    ),
    public("meetings/<slug:code>/actions/<int:number>/history/", "/meetings/{world.meeting.code}/actions/1/history/"),
    Address(
        "meetings/<slug:code>/actions/<int:number>/answers/<int:pk>/",
        "/meetings/{world.meeting.code}/actions/1/answers/{world.share.pk}/",
        signed_in(404),
        on_post=signed_in(405),
    ),
    public("meetings/<slug:code>/versions/", "/meetings/{world.meeting.code}/versions/"),
    public("meetings/<slug:code>/versions/compare/", "/meetings/{world.meeting.code}/versions/compare/"),
    public("meetings/<slug:code>/versions/<int:number>/", "/meetings/{world.meeting.code}/versions/1/"),
    Address(
        "meetings/<slug:code>/comments/",
        "/meetings/{world.circulated_meeting.code}/comments/",
        only("staff", *DRAFT_READERS, others=404),
        on_post=FORM,
    ),
    Address(
        "meetings/<slug:code>/comments/<int:pk>/",
        "/meetings/{world.circulated_meeting.code}/comments/{world.report_comment.pk}/",
        only("staff", others=404),
        on_post=FORM,
    ),
    public("actions/"),
    public("actions/export.csv"),
    public("actions/export.xlsx"),
    public("actions/export.ics"),
    public("actions/feed.atom"),
    pdf("meetings/<slug:code>/report.pdf", "/meetings/{world.meeting.code}/report.pdf"),
    pdf("meetings/<slug:code>/progress.pdf", "/meetings/{world.meeting.code}/progress.pdf"),
    pdf("partners/<slug:slug>/progress.pdf", "/partners/{world.partner.slug}/progress.pdf"),
    # Courses, codes, guide
    public("courses/"),
    public("courses/<slug:slug>/", "/courses/{world.course.slug}/"),
    public("platforms/<slug:slug>/", "/platforms/{world.course.platform.slug}/"),
    public("hs/"),
    public("hs/export.csv"),
    public("hs/<str:code>/", "/hs/0507.10/"),
    public("guide/"),
    public("guide/<slug:slug>/", "/guide/{world.edition.slug}/"),
    public("guide/<slug:edition>/<slug:slug>/", "/guide/{world.edition.slug}/{world.section.slug}/"),
    pdf("guide/<slug:edition>/guide.pdf", "/guide/{world.edition.slug}/guide.pdf"),
    public("flyer/"),
    Address("feedback/", "/feedback/", everyone(), on_post=FORM),
    Address("feedback/sent/", "/feedback/sent/", everyone()),
    # One's own pages
    Address("my/", "/my/", signed_in()),
    Address(
        "my/shares/<int:pk>/report/",
        "/my/shares/{world.share.pk}/report/",
        only("staff", *SECRETARIAT, others=404),
        on_post=FORM,
    ),
    Address("my/calendar/", "/my/calendar/", signed_in(), on_post=FORM),
    Address("my/calendar/<str:token>.ics", "/my/calendar/x.ics", everyone(404), on_post=everyone(405)),
    Address("my/mail/", "/my/mail/", signed_in()),
    Address("my/mail/<int:pk>/", "/my/mail/{world.mail.pk}/", only("staff", others=404), on_post=signed_in(405)),
    Address("my/profile/", "/my/profile/", signed_in(), on_post=FORM),
    # The desk
    Address(
        "desk/",
        "/desk/",
        only(*KEEPERS_OF_PEOPLE, "access_administrator", "secretariat_reader"),
        on_post=signed_in(405),
    ),
    Address("desk/people/", "/desk/people/", only(*KEEPERS_OF_PEOPLE), on_post=signed_in(405)),
    Address("desk/people/invite/", "/desk/people/invite/", only(*KEEPERS_OF_PEOPLE), on_post=FORM),
    Address(
        "desk/people/invitations/<int:pk>/withdraw/",
        "/desk/people/invitations/{world.invitation.pk}/withdraw/",
        only(*SECRETARIAT, focal_point=404),
        on_post=only(*SECRETARIAT, status=302, focal_point=404),
    ),
    Address(
        "desk/people/members/<int:pk>/remove/",
        "/desk/people/members/{world.membership.pk}/remove/",
        only(*KEEPERS_OF_PEOPLE),
        on_post=only(*KEEPERS_OF_PEOPLE, status=302),
    ),
    Address("desk/requests/", "/desk/requests/", only(*KEEPERS_OF_PEOPLE), on_post=signed_in(405)),
    Address(
        "desk/requests/<int:pk>/",
        "/desk/requests/{world.account_request.pk}/",
        only("focal_point", secretariat=404, superuser=404),
        on_post=FORM,
    ),
    Address("desk/meetings/partner-changes/", "/desk/meetings/partner-changes/", only(*SECRETARIAT), on_post=FORM),
    Address(
        "desk/meetings/<slug:code>/actions/<int:number>/decide/",
        "/desk/meetings/{world.meeting.code}/actions/1/decide/",
        only(*SECRETARIAT),
        on_post=FORM,
    ),
    Address(
        "desk/meetings/<slug:code>/matters-arising/",
        "/desk/meetings/{world.draft_meeting.code}/matters-arising/",
        only(*SECRETARIAT),
        on_post=only(*SECRETARIAT, status=302),
    ),
    Address("desk/meetings/silent/", "/desk/meetings/silent/", only(*DRAFT_READERS)),
    Address("desk/meetings/silent/old-deadlines/", "/desk/meetings/silent/old-deadlines/", only(*DRAFT_READERS)),
    # The world has no deadline that was past when entered.
    Address(
        "desk/meetings/silent/old-deadlines/<int:pk>/",
        "/desk/meetings/silent/old-deadlines/0/",
        only(*SECRETARIAT, status=404),
        on_post=only(*SECRETARIAT, status=404),
    ),
    Address("desk/meetings/", "/desk/meetings/", only(*DRAFT_READERS)),
    Address("desk/meetings/add/", "/desk/meetings/add/", only(*SECRETARIAT), on_post=FORM),
    Address(
        "desk/meetings/reading/",
        "/desk/meetings/reading/",
        only(*SECRETARIAT, status=405),
        on_post=only(*SECRETARIAT, status=404),
    ),
    Address("desk/meetings/<slug:code>/", "/desk/meetings/{world.draft_meeting.code}/", only(*DRAFT_READERS)),
    *(
        Address(
            f"desk/meetings/<slug:code>/{part}/",
            f"/desk/meetings/{{world.draft_meeting.code}}/{part}/".replace("<int:number>", "1"),
            only(*SECRETARIAT),
            on_post=FORM,
        )
        for part in (
            "edit",
            "texts",
            "attendance",
            "sessions/add",
            "sessions/<int:number>",
            "sessions/<int:number>/delete",
            "annexes/add",
            "annexes/<int:number>",
            "annexes/<int:number>/delete",
            "actions/add",
            "actions/<int:number>",
            "actions/<int:number>/delete",
        )
    ),
    Address(
        "desk/meetings/<slug:code>/sessions/<int:number>/move/",
        "/desk/meetings/{world.draft_meeting.code}/sessions/1/move/",
        only(*SECRETARIAT, status=302),
        on_post=only(*SECRETARIAT, status=302),
    ),
    *(
        Address(
            f"desk/meetings/<slug:code>/{name}/",
            f"/desk/meetings/{{world.{meeting}.code}}/{name}/",
            only(*SECRETARIAT),
            on_post=FORM,
        )
        for name, meeting in (
            ("circulate", "draft_meeting"),
            ("finalise", "draft_meeting"),
            ("reopen", "meeting"),
            ("discard", "draft_meeting"),
            ("readers", "meeting"),
        )
    ),
    Address(
        "desk/meetings/<slug:code>/report-comments/",
        "/desk/meetings/{world.circulated_meeting.code}/report-comments/",
        only(*DRAFT_READERS),
    ),
    Address(
        "desk/meetings/<slug:code>/report-comments/export.csv",
        "/desk/meetings/{world.circulated_meeting.code}/report-comments/export.csv",
        only(*DRAFT_READERS),
    ),
    Address(
        "desk/meetings/<slug:code>/report-comments/<int:pk>/",
        "/desk/meetings/{world.circulated_meeting.code}/report-comments/{world.report_comment.pk}/",
        only(*SECRETARIAT),
        on_post=FORM,
    ),
    Address("desk/partners/", "/desk/partners/", only(*SECRETARIAT)),
    Address("desk/partners/add/", "/desk/partners/add/", only(*SECRETARIAT), on_post=FORM),
    Address("desk/partners/<slug:slug>/", "/desk/partners/{world.partner.slug}/", only(*SECRETARIAT), on_post=FORM),
    Address("desk/agreements/", "/desk/agreements/", only(*SECRETARIAT)),
    Address(
        "desk/agreements/<slug:slug>/", "/desk/agreements/{world.agreement.slug}/", only(*SECRETARIAT), on_post=FORM
    ),
    Address("desk/events/", "/desk/events/", only(*SECRETARIAT)),
    Address("desk/events/add/", "/desk/events/add/", only(*SECRETARIAT), on_post=FORM),
    Address("desk/events/<slug:slug>/", "/desk/events/{world.event.slug}/", only(*SECRETARIAT), on_post=FORM),
    Address(
        "desk/events/<slug:slug>/delete/", "/desk/events/{world.event.slug}/delete/", only(*SECRETARIAT), on_post=FORM
    ),
    Address("desk/about/", "/desk/about/", only(*SECRETARIAT)),
    Address("desk/about/<slug:slug>/", "/desk/about/privacy/", only(*SECRETARIAT), on_post=FORM),
    Address("desk/feedback/", "/desk/feedback/", only(*SECRETARIAT)),
    Address("desk/feedback/<int:pk>/", "/desk/feedback/{world.feedback.pk}/", only(*SECRETARIAT), on_post=FORM),
    Address("desk/guide/", "/desk/guide/", only(*SECRETARIAT), on_post=signed_in(405)),
    Address(
        "desk/guide/<int:pk>/pdf/",
        "/desk/guide/{world.edition.pk}/pdf/",
        signed_in(405),
        on_post=only(*SECRETARIAT, status=302),
    ),
    Address("desk/jobs/<int:pk>/", "/desk/jobs/{world.job.pk}/", only(*SECRETARIAT), on_post=signed_in(405)),
    Address("desk/access/", "/desk/access/", only("access_administrator")),
    Address("desk/access/grant/", "/desk/access/grant/", only("access_administrator"), on_post=FORM),
    Address(
        "desk/access/requests/<int:pk>/refuse/",
        "/desk/access/requests/{world.access_request.pk}/refuse/",
        only("access_administrator"),
        on_post=FORM,
    ),
    Address(
        "desk/access/<int:pk>/revoke/",
        "/desk/access/{world.grant.pk}/revoke/",
        only("access_administrator"),
        on_post=FORM,
    ),
    Address("desk/access/log/", "/desk/access/log/", only("access_administrator")),
    # The restricted section; whoever already asked, or may not hold access, is not asked again
    Address("enforcement/", "/enforcement/", signed_in()),
    Address(
        "enforcement/ask/",
        "/enforcement/ask/",
        signed_in(officer=302, access_administrator=302, superuser=302),
        on_post=FORM,
    ),
    Address("enforcement/indicators/", "/enforcement/indicators/", only("cleared_officer", others=404), on_post=FORM),
    Address(
        "enforcement/indicators/<str:pk>/",
        "/enforcement/indicators/{world.indicator.pk}/",
        only("cleared_officer", others=404),
    ),
    Address("enforcement/^[\\s\\S]*$", "/enforcement/no/such/page", signed_in(404)),
    # Our own pages of the accounts
    Address("accounts/after/", "/accounts/after/", signed_in(302), on_post=signed_in(405)),
    Address("accounts/invitation/<str:token>/", "/accounts/invitation/x/", everyone(410)),
    Address("accounts/request/", "/accounts/request/", {**everyone(302), ANONYMOUS: 200}, on_post=FORM),
    Address("accounts/request/sent/", "/accounts/request/sent/", everyone()),
    Address("accounts/request/<str:token>/", "/accounts/request/x/", everyone(410)),
    # Those of allauth
    Address("accounts/login/", "/accounts/login/", {**everyone(302), ANONYMOUS: 200}, on_post=FORM),
    Address("accounts/logout/", "/accounts/logout/", signed_in(), on_post=everyone(302)),
    Address("accounts/inactive/", "/accounts/inactive/", everyone()),
    Address("accounts/signup/", "/accounts/signup/", {**everyone(302), ANONYMOUS: 200}, on_post=FORM),
    Address("accounts/reauthenticate/", "/accounts/reauthenticate/", signed_in(), on_post=FORM),
    Address("accounts/email/", "/accounts/email/", signed_in(), on_post=signed_in(302)),
    Address("accounts/confirm-email/", "/accounts/confirm-email/", everyone()),
    Address("accounts/password/change/", "/accounts/password/change/", signed_in(), on_post=FORM),
    Address("accounts/password/set/", "/accounts/password/set/", signed_in(302)),
    Address("accounts/password/reset/", "/accounts/password/reset/", everyone(), on_post=FORM),
    Address("accounts/login/code/confirm/", "/accounts/login/code/confirm/", everyone(302)),
    Address(
        "accounts/^confirm-email/(?P<key>[-:\\w]+)/$", "/accounts/confirm-email/x/", everyone(), on_post=everyone(404)
    ),
    Address("accounts/password/reset/key/done/", "/accounts/password/reset/key/done/", everyone()),
    Address(
        "accounts/^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        "/accounts/password/reset/key/1-x/",
        everyone(),
        on_post=FORM,
    ),
    Address("accounts/password/reset/done/", "/accounts/password/reset/done/", everyone()),
    Address("accounts/2fa/", "/accounts/2fa/", signed_in()),
    Address("accounts/2fa/authenticate/", "/accounts/2fa/authenticate/", everyone(302)),
    Address(
        "accounts/2fa/reauthenticate/",
        "/accounts/2fa/reauthenticate/",
        only(*WITH_SECOND_FACTOR, others=302),
        on_post=FORM,
    ),
    # Changes ask for the password first, or for the factor of those who own one
    Address("accounts/2fa/totp/activate/", "/accounts/2fa/totp/activate/", signed_in(302)),
    Address(
        "accounts/2fa/totp/deactivate/",
        "/accounts/2fa/totp/deactivate/",
        only(*WITH_SECOND_FACTOR, others=404),
        on_post=only(*WITH_SECOND_FACTOR, status=302, others=404),
    ),
    Address("accounts/2fa/recovery-codes/", "/accounts/2fa/recovery-codes/", signed_in(404), on_post=signed_in(405)),
    Address(
        "accounts/2fa/recovery-codes/generate/",
        "/accounts/2fa/recovery-codes/generate/",
        AFTER_A_FACTOR,
        on_post=signed_in(302),
    ),
    Address("accounts/2fa/recovery-codes/download/", "/accounts/2fa/recovery-codes/download/", signed_in(404)),
    Address("accounts/2fa/webauthn/", "/accounts/2fa/webauthn/", signed_in()),
    Address("accounts/2fa/webauthn/add/", "/accounts/2fa/webauthn/add/", AFTER_A_FACTOR, on_post=FORM),
    Address("accounts/2fa/webauthn/reauthenticate/", "/accounts/2fa/webauthn/reauthenticate/", signed_in(302)),
    Address(
        "accounts/2fa/webauthn/keys/<int:pk>/remove/",
        "/accounts/2fa/webauthn/keys/1/remove/",
        only(*WITH_SECOND_FACTOR, status=404, others=302),
    ),
    Address(
        "accounts/2fa/webauthn/keys/<int:pk>/edit/",
        "/accounts/2fa/webauthn/keys/1/edit/",
        only(*WITH_SECOND_FACTOR, status=404, others=302),
    ),
    Address("accounts/2fa/webauthn/login/", "/accounts/2fa/webauthn/login/", everyone(302)),
    Address("accounts/sessions/", "/accounts/sessions/", signed_in(), on_post=signed_in(302)),
]

# Django's own administration, declared as a whole: its first page and one list.
ADMIN = Address("admin/", "/admin/", only("technical_administrator", "superuser", others=302), on_post=FORM)

# The same addresses with rows that not everybody may see: those who may not get the 404 of a row that is not there.
ROWS = [
    Address(
        "meeting for partners",
        "/meetings/{world.partners_meeting.code}/",
        hidden_from_others(*READERS),
        on_post=everyone(405),
    ),
    Address(
        "action for partners",
        "/meetings/{world.partners_meeting.code}/actions/1/",
        hidden_from_others(*READERS),
        on_post=everyone(405),
    ),
    Address(
        "draft meeting",
        "/meetings/{world.draft_meeting.code}/",
        hidden_from_others(*DRAFT_READERS),
        on_post=everyone(405),
    ),
    Address(
        "action of a draft",
        "/meetings/{world.draft_meeting.code}/actions/1/",
        hidden_from_others(*DRAFT_READERS),
        on_post=everyone(405),
    ),
    Address(
        "annex for partners",
        "/meetings/{world.partners_meeting.code}/annexes/1/",
        hidden_from_others(*READERS),
        on_post=everyone(405),
    ),
    Address(
        "annex of a draft",
        "/meetings/{world.draft_meeting.code}/annexes/1/",
        hidden_from_others(*DRAFT_READERS),
        on_post=everyone(405),
    ),
    Address(
        "locked report",
        "/desk/meetings/{world.meeting.code}/edit/",
        only(*SECRETARIAT),
        on_post=only(*SECRETARIAT, status=409),
    ),
    Address(
        "circulated meeting",
        "/meetings/{world.circulated_meeting.code}/",
        hidden_from_others(*READERS),
        on_post=everyone(405),
    ),
    Address(
        "action of a circulated meeting",
        "/meetings/{world.circulated_meeting.code}/actions/1/",
        hidden_from_others(*READERS),
        on_post=everyone(405),
    ),
    pdf("report for partners", "/meetings/{world.partners_meeting.code}/report.pdf", *READERS),
    pdf("progress for partners", "/meetings/{world.partners_meeting.code}/progress.pdf", *READERS),
    pdf("report of a draft", "/meetings/{world.draft_meeting.code}/report.pdf", *DRAFT_READERS),
    pdf("progress of a draft", "/meetings/{world.draft_meeting.code}/progress.pdf", *DRAFT_READERS),
    Address("unknown meeting", "/meetings/unknown/", everyone(404), on_post=everyone(405)),
    Address(
        "unknown indicator",
        "/enforcement/indicators/00000000-0000-4000-8000-000000000000/",
        signed_in(404),
        on_post=signed_in(404, cleared_officer=405),
    ),
]
