"""What the desk's list of feedback can be narrowed to."""

import django_filters
from django.utils.translation import gettext_lazy as _

from .choices import FeedbackState
from .models import Feedback


class FeedbackFilter(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=FeedbackState, empty_label=_("all"))

    class Meta:
        model = Feedback
        fields = ["state"]

    def chosen(self) -> list[tuple[str, str, str]]:
        """What is filtered, as (parameter, its name, the chosen value in words)."""
        state = getattr(self.form, "cleaned_data", {}).get("state")
        return [("state", str(self.form.fields["state"].label), str(FeedbackState(state).label))] if state else []
