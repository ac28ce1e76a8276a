"""How every form of the portal is drawn."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.renderers import TemplatesSetting

from . import time_zones
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


class GroupedSelect(forms.Select):
    """A select with groups, drawn as ListSelect is."""

    template_name = "components/forms/grouped_select.html"

    def get_context(self, name, value, attrs):
        chosen = self.format_value(value)
        groups: list[tuple] = []
        for each, label in self.choices:
            if isinstance(label, list | tuple):
                groups.append((each, [(key, words, key in chosen) for key, words in label]))
            else:
                groups.append(("", [(each, label, each in chosen)]))
        return {"widget": {"name": name, "attrs": self.build_attrs(self.attrs, attrs), "groups": groups}}


class TimeZoneField(forms.ChoiceField):
    """A time zone, grouped by region; whoever types the first letters of a place finds it."""

    widget = GroupedSelect

    def __init__(self, **kwargs):
        super().__init__(choices=time_zones.grouped, **kwargs)

    def offer(self, name: str) -> None:
        """Also offer what is stored, where it is a name that the list leaves out."""
        if not self.valid_value(name):
            self.choices = [(name, name), *time_zones.grouped()]
