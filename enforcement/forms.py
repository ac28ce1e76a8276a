"""All input of the restricted section and of its desk."""

from datetime import timedelta

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from greencustoms.core.forms import DayInput
from greencustoms.core.models import User
from greencustoms.core.query import clean_text
from partners.models import Agreement

from .choices import Region, Tlp
from .models import AccessRequest
from .services import USUAL_DAYS


class AskForm(forms.ModelForm):
    class Meta:
        model = AccessRequest
        fields = ["purpose", "supervisor_office"]
        widgets = {"purpose": forms.Textarea(attrs={"rows": 5})}
        help_texts = {
            "purpose": _("For example: which goods you examine, at which kind of border crossing."),
            "supervisor_office": _("The access administrators may ask there."),
        }


class IndicatorSearchForm(forms.Form):
    words = forms.CharField(label=_("Words or an HS code"), max_length=200, required=False)

    def clean_words(self) -> str:
        return clean_text(self.cleaned_data["words"])


class GrantForm(forms.Form):
    officer = forms.EmailField(label=_("Official e-mail address of the officer"))
    tlp_ceiling = forms.ChoiceField(
        label=_("Up to"),
        choices=Tlp,
        widget=forms.RadioSelect,
        help_text=_("AMBER+STRICT and RED need two administrators; not yet possible here."),
    )
    agreements = forms.ModelMultipleChoiceField(
        label=_("Agreements"), queryset=Agreement.objects.alphabetical(), widget=forms.CheckboxSelectMultiple
    )
    regions = forms.MultipleChoiceField(label=_("Regions"), choices=Region, widget=forms.CheckboxSelectMultiple)
    ends_on = forms.DateField(
        label=_("Last day"),
        widget=DayInput,
        help_text=_("180 days from today at most. Up to 366 days needs two administrators; not yet possible here."),
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Kept in the log.")
    )

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].initial = today + timedelta(days=USUAL_DAYS)
        self.fields["tlp_ceiling"].initial = Tlp.GREEN

    def clean_officer(self) -> User:
        officer = User.objects.filter(email__iexact=self.cleaned_data["officer"]).first()
        if officer is None:
            raise ValidationError(_("Nobody has an account with this address."), code="unknown")
        return officer


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}), help_text=_("Kept in the log.")
    )
