"""Mails of this room: one short function each, in the language of whoever reads it."""

import textwrap
from collections.abc import Iterable, Sequence
from datetime import date

from django.conf import settings
from django.template.loader import get_template
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from greencustoms.core import mail
from greencustoms.core.choices import DigestRhythm, MailStream, Weekday
from greencustoms.core.mail import unsubscribe
from greencustoms.core.models import OutboundMail

from . import deadlines, digest_words

MOST_LINES = 50
# What the keys of mails that list shares begin with: what they say can be held against the shares again.
GIVEN, JOINED, NAMED, REOPENED, BACK = OF_SHARES = ("given", "joined", "named", "action-reopened", "back")


def digest(*, user, today: date, lines: Iterable) -> mail.Rendered:
    """What a person's organisations owe, what is late first; each line leads to the form that answers it.

    What has no day is never late: there the mail asks how far it is. What other organisations are silent on comes
    last.
    """
    with translation.override(user.language):
        groups = digest_words.Groups.of(lines, today)
        context = {
            "name": user.name,
            "is_own": groups.has_own(),
            "rhythm": _rhythm(user),
            "overdue_url": settings.PORTAL_URL + reverse("action_list") + "?state=overdue",
            "preferences_url": settings.PORTAL_URL + reverse("my_reminders"),
            "unsubscribe_url": unsubscribe.address_for(user),
        } | groups.left_out()
        return _rendered("digest", digest_words.subject(groups, today), context, groups.entries(today))


def _rendered(
    template: str,
    subject: str,
    context: dict,
    entries: dict[str, list[digest_words.Entry]],
    quotes: dict[str, str] | None = None,
) -> mail.Rendered:
    """Both bodies of a mail about shares. The lines are drawn by functions: some mornings thousands are written."""
    context |= {"portal_url": settings.PORTAL_URL, "subject": subject, "home_url": _home_url()}
    quotes = quotes or {}
    text = context | {name: digest_words.lines_text(rows) for name, rows in entries.items()}
    text |= {name: textwrap.indent(words, "> ") for name, words in quotes.items()}
    html = context | {name: digest_words.lines_html(rows) for name, rows in entries.items()} | quotes
    return mail.Rendered(
        subject=subject,
        body_text=get_template(f"meetings/emails/{template}_body.txt").render(text).strip() + "\n",
        body_html=get_template(f"meetings/emails/{template}_body.html").render(html),
    )


def _home_url() -> str:
    return settings.PORTAL_URL + reverse("my_home")


def _rhythm(user) -> str:
    if user.digest_rhythm == DigestRhythm.WEEKLY:
        words = _("You get this mail once a week at most, from %(day)s on, as soon as there is something to say.")
        return words % {"day": Weekday(user.digest_weekday).label}
    return _("You get this mail once a day at most, on working days, and only when there is something to say.")


def report_circulated(*, user, meeting) -> OutboundMail:
    """Asks a member of a partner that took part to comment on a report. Each new day for comments is a new mail."""
    with translation.override(user.language):
        context = {
            "name": user.name,
            "meeting": meeting,
            "until": deadlines.long_day(meeting.comments_until),
            "comments_url": settings.PORTAL_URL + reverse("report_comments", args=[meeting.code]),
        }
        return mail.render_and_enqueue(
            "meetings/emails/report_circulated",
            context,
            key=f"report:{meeting.pk}:{meeting.report_version}:{meeting.circulated_at.isoformat()}:{user.pk}",
            stream=MailStream.WORK,
            to_address=user.email,
            recipient=user,
        )


def report_final(*, user, meeting, shares: Sequence, past: int, today: date) -> mail.Draft:
    """Tells a member of an organisation what a report that became final gives to it: of a later version what is new.

    `past` is how many shares more there are whose day had passed when they were entered: nobody is reminded of them.
    """
    with translation.override(user.language):
        count, owners = len(shares), _names(shares)
        words = {"count": count, "owners": owners, "meeting": meeting.title, "version": meeting.report_version}
        if meeting.report_version == 1:
            subject = ngettext(
                "%(count)d agreed action for %(owners)s: %(meeting)s",
                "%(count)d agreed actions for %(owners)s: %(meeting)s",
                count,
            )
            intro = ngettext(
                "The report of this meeting is final: %(meeting)s. It gives %(count)d agreed action to %(owners)s.",
                "The report of this meeting is final: %(meeting)s. It gives %(count)d agreed actions to %(owners)s.",
                count,
            )
        else:
            subject = ngettext(
                "%(count)d new agreed action for %(owners)s: %(meeting)s, version %(version)d",
                "%(count)d new agreed actions for %(owners)s: %(meeting)s, version %(version)d",
                count,
            )
            intro = ngettext(
                "Version %(version)d of this report is final: %(meeting)s. It gives %(count)d more agreed action to "
                "%(owners)s.",
                "Version %(version)d of this report is final: %(meeting)s. It gives %(count)d more agreed actions to "
                "%(owners)s.",
                count,
            )
        return _shares_given(
            user, shares, today, key=f"{GIVEN}:{meeting.pk}:{meeting.report_version}:{user.pk}",
            subject=subject % words, intro=intro % words, past=past,
        )  # fmt: skip


def partner_joined(*, user, partner, shares: Sequence, today: date) -> mail.Draft:
    """Tells a member of a partner that joined what it owes now together with the others."""
    with translation.override(user.language):
        words = {"count": len(shares), "partner": partner.short_name}
        subject = ngettext(
            "%(count)d agreed action for %(partner)s, which joined",
            "%(count)d agreed actions for %(partner)s, which joined",
            len(shares),
        )
        intro = ngettext(
            "%(partner)s joined the partners, so %(count)d agreed action of “each partner” is now its own too.",
            "%(partner)s joined the partners, so %(count)d agreed actions of “each partner” are now its own too.",
            len(shares),
        )
        newest = max(share.pk for share in shares)
        return _shares_given(
            user, shares, today, key=f"{JOINED}:{partner.pk}:{newest}:{user.pk}",
            subject=subject % words, intro=intro % words,
        )  # fmt: skip


def owner_named(*, user, share, today: date) -> mail.Draft:
    """Tells a member of an organisation that it was named owner of something that nobody owned."""
    with translation.override(user.language):
        words = {"partner": share.partner.short_name, "reference": share.deadline.action.reference}
        return _shares_given(
            user, [share], today, key=f"{NAMED}:{share.pk}:{share.version}:{user.pk}",
            subject=_("%(partner)s now owns agreed action %(reference)s") % words,
            intro=_("This agreed action had no owner. The secretariat named %(partner)s.") % words,
        )  # fmt: skip


def action_reopened(*, user, action, shares: Sequence, today: date) -> mail.Draft:
    """Tells a member of an organisation that what it owed before an action ended is owed again, and why."""
    with translation.override(user.language):
        return _shares_given(
            user, shares, today, key=f"{REOPENED}:{action.pk}:{action.version}:{user.pk}",
            subject=_("In effect again: %(action)s") % {"action": action},
            intro=_("This agreed action is in effect again, and %(owners)s owes it as before. The reason given:")
            % {"owners": _names(shares)},
            reason=action.state_reason,
        )  # fmt: skip


def share_came_back(*, user, share, was_confirmed: bool, today: date) -> mail.Draft:
    """Tells those who reported something as done that it was sent back, or reopened after all, and why."""
    action = share.deadline.action
    with translation.override(user.language):
        words = {"action": action, "partner": share.partner.short_name, "by": share.sent_back_by}
        if was_confirmed:
            subject = _("Reopened: %(action)s")
            intro = _(
                "%(by)s took back the confirmation of what %(partner)s reported as done. It is in progress again. "
                "The reason given:"
            )
        else:
            subject = _("Sent back: %(action)s")
            intro = _("%(by)s sent back what %(partner)s reported as done. It is in progress again. The reason given:")
        context = {
            "name": user.name,
            "intro": intro % words,
        }
        quotes = {"reason": share.sent_back_reason, "reported": share.what_was_done}
        entries = {"lines": [digest_words.entry_of_share(share, today=today, names_organisation=False)]}
        key = f"{BACK}:{share.pk}:{share.version}:{user.pk}"
        return _draft(user, key, _rendered("share_came_back", subject % words, context, entries, quotes))


def _shares_given(user, shares, today: date, *, key: str, subject: str, intro: str, reason="", past=0) -> mail.Draft:
    """Lists what is owed, each with the link to its form; of a very long list the beginning."""
    names_organisation = len({share.partner_id for share in shares}) > 1
    entries = [
        digest_words.entry_of_share(share, today=today, names_organisation=names_organisation)
        for share in shares[:MOST_LINES]
    ]
    context = {
        "name": user.name,
        "intro": intro,
        "more": len(shares) - len(entries),
        "past": past,
    }
    return _draft(user, key, _rendered("shares_given", subject, context, {"lines": entries}, {"reason": reason}))


def _draft(user, key: str, words: mail.Rendered) -> mail.Draft:
    return mail.Draft(
        key, MailStream.WORK, user.email, words.subject, words.body_text, words.body_html, recipient=user
    )  # fmt: skip


def _names(shares) -> str:
    return _(", ").join(dict.fromkeys(share.partner.short_name for share in shares))
