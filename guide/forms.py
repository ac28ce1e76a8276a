"""All that people type into this room's pages passes through here."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from greencustoms.core.open_forms import TimedForm

from .choices import FeedbackState
from .feedback_pages import own_path
from .models import Feedback


class FeedbackForm(TimedForm, forms.ModelForm):
    """Open to everyone."""

    # Longer than what is kept: people paste whole addresses.
    page = forms.CharField(
        label=_("Page it is about"),
        required=False,
        max_length=1000,
        help_text=_("Its address in this portal, such as /hs/0507.10/. Leave it empty if it is about no page."),
    )

    class Meta:
        model = Feedback
        fields = ["page", "words", "reply_to"]
        help_texts = {
            "words": _(
                "What you looked for, what you found instead, and where the right answer stands, if you know. "
                "Name no person and no case that is under way."
            ),
            "reply_to": _("Only if you want an answer. It is not published."),
        }
        widgets = {
            "words": forms.Textarea(attrs={"rows": 8}),
            "reply_to": forms.EmailInput(attrs={"autocomplete": "email"}),
        }

    def __init__(self, *args, host, **kwargs):
        super().__init__(*args, **kwargs)
        self.host = host

    def clean_page(self):
        page = self.cleaned_data["page"]
        try:
            return own_path(page, host=self.host) if page else ""
        except ValueError:
            raise ValidationError(
                _("This is no page of the portal. Copy the address from your browser, or leave this empty."),
                code="not_here",
            ) from None


class FeedbackAnswerForm(forms.Form):
    """What the desk did about it. Knows which version of the row it shows."""

    state = forms.ChoiceField(
        label=_("State"),
        choices=[(state.value, state.label) for state in (FeedbackState.ANSWERED, FeedbackState.CLOSED)],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(
        label=_("What was answered or done"),
        required=False,
        max_length=4000,
        help_text=_("A note for the desk: what you wrote back, or what was put right. It is not published or sent."),
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("state") == FeedbackState.ANSWERED and not cleaned.get("note"):
            self.add_error("note", _("Say what was answered or done."))
        return cleaned
