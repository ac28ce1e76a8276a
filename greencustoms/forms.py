"""What people choose on pages that join rooms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from greencustoms.core.choices import DigestRhythm, Weekday
from greencustoms.core.forms import TimeZoneField
from greencustoms.core.models import User


class TimeZoneForm(forms.Form):
    """Holds values and not the person: a refused form changes nothing of whoever is signed in."""

    time_zone = TimeZoneField(
        label=_("Your time zone"), help_text=_("Times are shown by the clock of this place. Choose a city near you.")
    )

    def __init__(self, *args, person: User, **kwargs):
        chosen = {"rhythm": person.digest_rhythm, "weekday": person.digest_weekday, "time_zone": person.time_zone}
        super().__init__(*args, initial=chosen, **kwargs)
        self.fields["time_zone"].offer(person.time_zone)


class RemindersForm(TimeZoneForm):
    rhythm = forms.ChoiceField(label=_("How often"), choices=DigestRhythm, widget=forms.RadioSelect)
    weekday = forms.TypedChoiceField(
        label=_("If once a week, from"),
        choices=Weekday,
        coerce=int,
        help_text=_("The reminder comes on the first working day from then on that has something to say."),
    )
    time_zone = TimeZoneField(
        label=_("Your time zone"), help_text=_("Reminders come in the morning of this place. Choose a city near you.")
    )

    field_order = ("rhythm", "weekday", "time_zone")


class HoldForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=300,
        help_text=_("Read by everybody who keeps the mail at the secretariat. The person does not see it."),
    )
