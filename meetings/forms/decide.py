"""What the secretariat types when it decides on an action, or on partners that join or leave."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from greencustoms.core.forms import ListSelect
from meetings import decisions
from meetings.filters import REFERENCE
from meetings.models import AgreedAction
from meetings.services import later_owners
from partners.choices import Standing
from partners.models import Partner


class DecisionForm(forms.Form):
    """`version` is what the person saw: whoever is second is told."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args, action, **kwargs):
        super().__init__(*args, **kwargs)
        self.action = action


class ReasonForm(DecisionForm):
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One sentence. It is shown with the action."),
    )  # fmt: skip


def _reason_if_any():
    return forms.CharField(
        label=gettext_lazy("Why"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One sentence, if there is something to say. It is shown with the action."),
    )  # fmt: skip


class SupersedeForm(DecisionForm):
    superseded_by = forms.CharField(
        label=gettext_lazy("Reference of the action that takes its place"), max_length=60,
        help_text=gettext_lazy("As people cite it, such as GCI-2007-03/08."),
    )  # fmt: skip
    reason = _reason_if_any()

    def clean_superseded_by(self):
        reference = REFERENCE.match(self.cleaned_data["superseded_by"])
        if reference is None:
            raise ValidationError(_("Write the reference as people cite it, such as GCI-2007-03/08."))
        code, number = reference.groups()
        found = AgreedAction.objects.filter(meeting__code__iexact=code, number=int(number)).first()
        if found is None:
            raise ValidationError(_("There is no action with this reference."))
        if not decisions.replacements(self.action).filter(pk=found.pk).exists():
            raise ValidationError(_("Choose another action that is in effect or stands in a report being written."))
        return found


class MeetingChoice(forms.ModelChoiceField):
    def label_from_instance(self, meeting):
        return _("%(title)s (%(code)s)") % {"title": meeting.title, "code": meeting.code}


class CarryOverForm(DecisionForm):
    meeting = MeetingChoice(
        None, label=gettext_lazy("Later meeting"), empty_label=None,
        help_text=gettext_lazy("One whose report is still being written. The action gets the next number there."),
    )  # fmt: skip
    reason = _reason_if_any()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["meeting"].queryset = decisions.later_drafts(self.action)

    @property
    def has_somewhere_to_go(self) -> bool:
        return self.fields["meeting"].queryset.exists()


class PartnerChoice(forms.ModelChoiceField):
    widget = ListSelect

    def label_from_instance(self, partner):
        return partner.sort_name


class OwnerForm(DecisionForm):
    stage = forms.ModelChoiceField(None, label=gettext_lazy("Part of the action"), empty_label=None)
    partner = PartnerChoice(None, label=gettext_lazy("Owner"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        stages = later_owners.stages_without_owner(self.action)
        self.fields["stage"].queryset = self.action.deadlines.filter(pk__in=[stage.pk for stage in stages])
        if len(stages) == 1:
            self.fields["stage"].widget = forms.HiddenInput()
            self.initial["stage"] = stages[0].pk
        self.fields["partner"].queryset = Partner.objects.exclude(standing=Standing.GROUP).alphabetical()


class PartnerForm(forms.Form):
    """Which partner joined or left; stands in the query string."""

    partner = PartnerChoice(None, label=gettext_lazy("Partner"), to_field_name="slug")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.partners().alphabetical()


class LeaveForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Such as: left the Initiative on 1 March 2008. It is shown with each share."),
    )  # fmt: skip


class JoinForm(forms.Form):
    """One action, or with "everything" each one on the list."""

    action = forms.ModelChoiceField(None, required=False)
    everything = forms.BooleanField(required=False)

    def __init__(self, *args, actions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["action"].queryset = actions

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("action") is None and not cleaned.get("everything"):
            raise ValidationError(_("Choose an action."))
        return cleaned


class AgendaForm(JoinForm):
    """Puts one action, or everything, on the agenda; with "off" takes one off it."""

    note = forms.CharField(max_length=300, required=False)
    off = forms.BooleanField(required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("off") and cleaned.get("action") is None:
            raise ValidationError(_("Choose an action."))
        return cleaned
