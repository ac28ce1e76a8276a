"""Forms that anybody may send without an account, and what keeps robots out of them (security section 6)."""

from datetime import datetime, timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, QueryDict
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from . import rate

# Drawn by templates/components/honeypot.html; no person sees it.
HONEYPOT = "website"
QUICKEST = timedelta(seconds=3)
_signer = Signer(salt="open-form")


def is_robot(request: HttpRequest) -> bool:
    """Whether the field no person sees was filled in."""
    return request.method == "POST" and bool(request.POST.get(HONEYPOT))


def allow_network(request: HttpRequest, purpose: str, *, burst: int, per_hour: float) -> bool:
    """Take one token from the bucket of the visitor's network for this form; the row holds no internet address."""
    return rate.allow(f"{purpose}-from:{rate.network_of(request, purpose)}", burst=burst, per_hour=per_hour)


def allow_mail_to_stranger(purpose: str, address: str) -> bool:
    """Take a token for one mail to an address somebody typed: few to one address, and not too many in all.

    The second keeps visitors of many networks from making the portal write to many strangers.
    """
    hashed = salted_hmac(purpose, address.lower()).hexdigest()[:32]
    return rate.allow(f"{purpose}-to:{hashed}", burst=3, per_hour=0.125) and rate.allow(
        "mail-to-strangers", burst=200, per_hour=100
    )


def stamp(now: datetime) -> str:
    """When a form was shown, signed."""
    return _signer.sign(str(int(now.timestamp())))


def _shown_for(stamped: str, now: datetime) -> timedelta | None:
    try:
        return timedelta(seconds=now.timestamp() - int(_signer.unsign(stamped)))
    except BadSignature:
        return None


class TimedForm(forms.BaseForm):
    """A form that knows since when it is shown: what comes back at once was not typed by a person.

    Nothing is thrown away: the form comes again with what was typed, and the second time it is accepted.
    """

    def __init__(self, *args, now: datetime, **kwargs):
        super().__init__(*args, **kwargs)
        self.now = now
        self.fields["shown"] = forms.CharField(required=False, widget=forms.HiddenInput, initial=stamp(now))

    def clean(self):
        super().clean()
        shown_for = _shown_for(self.cleaned_data.pop("shown", ""), self.now)
        if shown_for is None:
            data = QueryDict(mutable=True)
            data.update(self.data)
            data[self.add_prefix("shown")] = stamp(self.now)
            self.data = data
        if shown_for is None or shown_for < QUICKEST:
            raise ValidationError(
                _("The form came back faster than a person types. Please wait a moment and send it once more."),
                code="too_quick",
            )
        return self.cleaned_data
