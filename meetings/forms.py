"""What partner staff may say about a share. Each form carries the version it was written on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .choices import Acceptance


class VersionForm(forms.Form):
    """A form of one button. `version` is what the person saw: whoever is second is told."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class DeclineForm(VersionForm):
    answer = forms.ChoiceField(
        label=_("Your answer"),
        widget=forms.RadioSelect,
        initial=Acceptance.DECLINED,
        choices=[
            (Acceptance.DECLINED, _("we decline it")),
            (Acceptance.NOT_APPLICABLE, _("it does not apply to us")),
        ],
    )
    reason = forms.CharField(
        label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000,
        help_text=_("One sentence. It is shown with the action."),
    )  # fmt: skip


class StartForm(VersionForm):
    what_was_done = forms.CharField(
        label=_("What has been done so far"), widget=forms.Textarea(attrs={"rows": 3}), required=False,
        max_length=4_000,
        help_text=_("One sentence, if there is something to say. It is shown with the action."),
    )  # fmt: skip


class DoneForm(VersionForm):
    what_was_done = forms.CharField(
        label=_("What was done"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4_000,
        help_text=_("One or two sentences. They are shown with the action."),
    )  # fmt: skip
    evidence_url = forms.URLField(
        label=_("Where it can be seen"), max_length=200, required=False, assume_scheme="https",
        help_text=_("An address on the web, such as a published document."),
    )  # fmt: skip

    def __init__(self, *args, needs_evidence=False, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["evidence_url"].required = needs_evidence
        if needs_evidence:
            self.fields["evidence_url"].help_text = _("This action needs evidence: an address where it can be seen.")
