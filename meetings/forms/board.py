"""What the secretariat asks its board of silence for, and why reminders of an old deadline start again."""

from django import forms
from django.core.validators import slug_re
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from greencustoms.core.forms import ListSelect
from meetings.forms.newest import newest
from meetings.forms.shares import VersionForm
from meetings.models import Meeting
from meetings.pages import silence


class BoardForm(forms.Form):
    """Which meeting, and in which order. A bad value becomes an error, and is left out."""

    meeting = forms.ChoiceField(label=_("Meeting"), required=False, widget=ListSelect)
    order = forms.ChoiceField(label=_("Order"), required=False, choices=silence.ORDERS, widget=ListSelect)

    def __init__(self, data, **kwargs):
        super().__init__(data, **kwargs)
        code = self.data.get("meeting", "")
        chosen = Q(code=code) if slug_re.match(code) else Q(pk__in=[])
        self.meetings = {meeting.code: meeting for meeting in newest(Meeting.objects.final(), chosen=chosen)}
        self.fields["meeting"].choices = [
            ("", _("all meetings")), *((code, meeting.title) for code, meeting in self.meetings.items()),
        ]  # fmt: skip

    @property
    def chosen_meeting(self) -> Meeting | None:
        return self.meetings.get(self._valid("meeting"))

    @property
    def chosen_order(self) -> str:
        return self._valid("order") or silence.SILENCE

    def _valid(self, name: str) -> str:
        self.is_valid()
        return self.cleaned_data.get(name, "")


class ReopenDeadlineForm(VersionForm):
    reason = forms.CharField(
        label=_("Why should the partners hear of it again?"), max_length=300, widget=forms.Textarea(attrs={"rows": 3})
    )
