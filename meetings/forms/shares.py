"""What people may say about a share and about an action. Each form carries the version it was written on."""

from django import forms
from django.utils.translation import gettext_lazy as _

from greencustoms.core.uploads import CheckedFileField
from meetings.choices import Acceptance, RequestKind
from meetings.rules import request_answers


class VersionForm(forms.Form):
    """A form of one button. `version` is what the person saw: whoever is second is told."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)


class ReasonForm(VersionForm):
    reason = forms.CharField(
        label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000,
        help_text=_("One or two sentences. The organisation reads them on its page, other partners in the history."),
    )  # fmt: skip


def evidence_field(*, is_needed=True) -> forms.URLField:
    needed = _("This action needs evidence: an address where it can be seen.")
    return forms.URLField(
        label=_("Where it can be seen"), max_length=200, required=is_needed, assume_scheme="https",
        help_text=needed if is_needed else _("An address on the web, such as a published document."),
    )  # fmt: skip


class OwnersForm(VersionForm):
    """What the organisation itself says of its share, or the secretariat for one that said so by mail."""

    def __init__(self, *args, on_behalf_of="", **kwargs):
        super().__init__(*args, **kwargs)
        if on_behalf_of:
            words = _("How %(partner)s said so, and when") % {"partner": on_behalf_of}
            self.fields["behalf_note"] = forms.CharField(
                label=words, max_length=300,
                help_text=_("Such as: by mail of 3 May 2007 from the general mailbox. It is shown with the share."),
            )  # fmt: skip


class DeclineForm(OwnersForm):
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


class StartForm(OwnersForm):
    what_was_done = forms.CharField(
        label=_("What has been done so far"), widget=forms.Textarea(attrs={"rows": 3}), required=False,
        max_length=4_000,
        help_text=_("One sentence, if there is something to say. It is shown with the action."),
    )  # fmt: skip


class DoneForm(OwnersForm):
    what_was_done = forms.CharField(
        label=_("What was done"), widget=forms.Textarea(attrs={"rows": 4}), max_length=4_000,
        help_text=_("One or two sentences. They are shown with the action."),
    )  # fmt: skip
    evidence_url = evidence_field(is_needed=False)

    def __init__(self, *args, needs_evidence=False, **kwargs):
        super().__init__(*args, **kwargs)
        if needs_evidence:
            self.fields["evidence_url"] = evidence_field()


class AnswerForm(OwnersForm):
    """Asks for what the deadline asks for: a number for each label, a file, or an office with its mailbox.

    Cleans to the keywords of `services.shares.answer_request`.
    """

    def __init__(self, *args, deadline, answer=None, needs_evidence=False, **kwargs):
        super().__init__(*args, **kwargs)
        behalf_note = self.fields.pop("behalf_note", None)
        self.labels = []
        if deadline.request_kind == RequestKind.NUMBERS:
            self._ask_for_numbers(deadline, answer)
        elif deadline.request_kind == RequestKind.FILE:
            is_new = answer is None or answer.file_id is None
            self.fields["file"] = CheckedFileField(label=_("The file"), required=is_new)
        else:
            self._ask_for_a_contact(answer)
        self.fields["note"] = forms.CharField(
            label=_("Note"), required=False, widget=forms.Textarea(attrs={"rows": 2}), max_length=2_000,
            initial=answer.note if answer else "", help_text=_("If there is something to say. Partners read it."),
        )  # fmt: skip
        if needs_evidence:
            self.fields["evidence_url"] = evidence_field()
        if behalf_note:
            self.fields["behalf_note"] = behalf_note

    def _ask_for_numbers(self, deadline, answer):
        self.labels = request_answers.labels_of(deadline.request_labels, deadline.request_question)
        known = request_answers.cells_of(answer.numbers if answer else (), self.labels)
        for position, (label, number) in enumerate(zip(self.labels, known, strict=True)):
            self.fields[f"number_{position}"] = forms.IntegerField(
                label=label, min_value=0, max_value=request_answers.LARGEST_NUMBER, initial=number,
                error_messages={
                    "required": _("Write a number; 0 if there is none."),
                    "invalid": _("Write a whole number in figures."),
                    "min_value": _("Write 0 or a larger number."),
                },
            )  # fmt: skip

    def _ask_for_a_contact(self, answer):
        self.fields["contact_office"] = forms.CharField(
            label=_("Office"), max_length=200, initial=answer.contact_office if answer else "",
            help_text=_("The office that answers questions, never a person's name."),
        )  # fmt: skip
        self.fields["contact_email"] = forms.EmailField(
            label=_("General mailbox"), initial=answer.contact_email if answer else "",
            help_text=_("Such as info@ or secretariat@: an address that stays when people change."),
        )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        names = [f"number_{position}" for position in range(len(self.labels))]
        if names and all(name in cleaned for name in names):
            numbers = [cleaned.pop(name) for name in names]
            cleaned["numbers"] = list(zip(self.labels, numbers, strict=True))
        return cleaned
