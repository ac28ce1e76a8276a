"""What people type about the life of a report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from greencustoms.core.forms import DayField, ListSelect
from meetings.choices import Disposition, Visibility
from meetings.forms.shares import VersionForm

LONGEST_COMMENT = 10_000


class CirculateForm(VersionForm):
    until = DayField(label=_("Comments until"), help_text=_("That day included, in the time zone of the meeting."))


class FinaliseForm(VersionForm):
    is_early = forms.BooleanField(
        label=_("Make it final although comments may still come"), required=False,
        help_text=_("The partners were promised time until the day named above."),
    )  # fmt: skip

    def __init__(self, *args, is_open_for_comments=False, **kwargs):
        super().__init__(*args, **kwargs)
        if not is_open_for_comments:
            del self.fields["is_early"]


class ReasonForm(VersionForm):
    reason = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000)


class ReopenForm(ReasonForm):
    reason = forms.CharField(
        label=_("Why is there to be a next version"), widget=forms.Textarea(attrs={"rows": 3}), max_length=2_000,
        help_text=_("One sentence. It stands beside the version, for everyone who may read the report."),
    )  # fmt: skip


class ReadersForm(VersionForm):
    visibility = forms.ChoiceField(label=_("Who may read it"), choices=Visibility, widget=forms.RadioSelect)


class CommentForm(forms.Form):
    """A comment on one place; which organisation it is for is asked only of those who work for several."""

    place = forms.CharField(widget=forms.HiddenInput, max_length=40)
    partner = forms.TypedChoiceField(label=_("For which organisation"), widget=ListSelect)
    text = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 3}), max_length=LONGEST_COMMENT)

    def __init__(self, *args, partners, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["partner"]
        known = {str(partner.pk): partner for partner in partners}
        field.choices = [(key, partner.short_name) for key, partner in known.items()]
        field.coerce = known.__getitem__
        if len(known) == 1:
            field.widget = forms.HiddenInput()
            field.initial = next(iter(known))


class CommentEditForm(VersionForm):
    text = forms.CharField(label=_("Comment"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_COMMENT)


class AnswerForm(VersionForm):
    disposition = forms.ChoiceField(
        label=_("Answer"),
        widget=forms.RadioSelect,
        choices=[c for c in Disposition.choices if c[0] != Disposition.OPEN],
    )
    answer = forms.CharField(
        label=_("Reason or note"), widget=forms.Textarea(attrs={"rows": 4}), max_length=LONGEST_COMMENT,
        required=False, help_text=_("Whoever wrote the comment reads it. A rejected comment needs a reason."),
    )  # fmt: skip


class CompareForm(forms.Form):
    """Two versions of one report. `from` is a word of Python, so the fields come from a mapping."""

    def __init__(self, data, *, numbers):
        super().__init__(data)
        choices = [(str(number), _("version %(number)d") % {"number": number}) for number in numbers]
        self.fields["from"] = forms.ChoiceField(label=_("From"), choices=choices)
        self.fields["to"] = forms.ChoiceField(label=_("To"), choices=choices)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("from") and cleaned.get("from") == cleaned.get("to"):
            raise forms.ValidationError(_("Choose two different versions."), code="same")
        return cleaned
