"""A copy of somebody's next reminder, for those who keep the mail: what would this person get?"""

import re
from datetime import date, datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.translation import gettext as _

from greencustoms.core import audit, mail, rate
from greencustoms.core.choices import MailStream
from greencustoms.core.mail import shown
from greencustoms.core.models import OutboundMail, User
from meetings import emails
from meetings.reminders import forecast

# The beginning of the keys of samples.
KEY = "sample:"


def kind_of(row: OutboundMail) -> str:
    """What a mail is to its reader. A sample asks nothing of them: it is a copy of what somebody else would get."""
    return _("a sample") if row.key.startswith(KEY) else row.get_stream_display()


def send_sample(*, person: User, to: User, now: datetime) -> OutboundMail:
    """Send `to` what `person` would get next. Raises ValidationError "nothing_to_say" or "too_many"."""
    digest = forecast.weeks_of([person], now)[0].next_digest
    if digest is None:
        words = _("Nothing would go to %(person)s in the next seven days, so there is no sample.")
        raise ValidationError(words, params={"person": person}, code="nothing_to_say")
    if not rate.allow(f"mail-sample:{to.pk}", burst=10, per_hour=20, now=now):
        raise ValidationError(_("These were many samples. Please wait some minutes."), code="too_many")
    rendered = emails.digest(user=person, today=digest.day, lines=digest.lines)
    marked = _marked(rendered, person, digest.day)
    with transaction.atomic():
        audit.record(person, "looked at a sample of reminders", by=to)
        return mail.enqueue(
            key=mail.one_time_key(f"{KEY}{person.pk}:{to.pk}"),
            stream=MailStream.WORK,
            to_address=to.email,
            recipient=to,
            subject=marked.subject,
            body_text=marked.body_text,
            body_html=marked.body_html,
        )


def _marked(rendered: mail.Rendered, person: User, day: date) -> mail.Rendered:
    """Says that it is a sample in its subject and its first line, and cannot end the reminders of the other person."""
    words = _("This is a sample of what %(person)s would get on %(day)s. It went to nobody but you.")
    words %= {"person": person, "day": date_format(day)}
    first = format_html('<p style="margin: 16px; font: bold 16px/1.5 sans-serif;">{}</p>', words)
    own_page = settings.PORTAL_URL + reverse("my_reminders")
    html = re.sub(r"<body[^>]*>", lambda body: body[0] + first, rendered.body_html, count=1)
    return mail.Rendered(
        subject=_("Sample: %(subject)s") % {"subject": rendered.subject},
        body_text=f"{words}\n\n{shown.without_way_out(rendered.body_text, instead=own_page)}",
        body_html=shown.without_way_out(html, instead=own_page),
    )
