"""How every form of the portal is drawn."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting

from .days import is_within_reach, out_of_reach_words


class PortalFormRenderer(TemplatesSetting):
    form_template_name = "components/forms/form.html"
    field_template_name = "components/forms/field.html"
    formset_template_name = "components/forms/formset.html"


class DayInput(forms.DateInput):
    """A day, with the browser's own calendar where it has one."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class DayField(forms.DateField):
    """A day of the years that the portal keeps."""

    widget = DayInput

    def validate(self, value):
        super().validate(value)
        if not is_within_reach(value):
            raise ValidationError(out_of_reach_words(), code="out_of_reach")


class ListSelect(forms.Select):
    """A select without groups. Drawn with one flat loop: Django's own includes two templates for each choice."""

    template_name = "components/forms/select.html"

    def get_context(self, name, value, attrs):
        chosen = self.format_value(value)
        options = [("" if each is None else str(each), label) for each, label in self.choices]
        return {
            "widget": {
                "name": name,
                "attrs": self.build_attrs(self.attrs, attrs),
                "options": [(each, label, each in chosen) for each, label in options],
            }
        }
