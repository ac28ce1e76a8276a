"""What the list of actions can be asked for. A bad value becomes an error of the form, and is left out."""

import re
from datetime import date

import django_filters
from django.db.models import F, Min, Q
from django.utils.translation import gettext_lazy as _

from greencustoms.core import publication
from greencustoms.core.facets import choices_with_counts
from greencustoms.core.forms import DayInput, ListSelect

from . import access
from .choices import ActionState
from .deadlines import long_day
from .findable import actions_with
from .models import AgreedAction

OVERDUE, SILENT = "overdue", "silent"
REFERENCE = re.compile(r"^([A-Za-z0-9-]+)/(\d{1,3})$")


class ActionFilter(django_filters.FilterSet):
    """Filters of /actions/ and of its export.

    `level` says how much the person may read (access.py), `facets` holds the partners and meetings to choose from.
    """

    q = django_filters.CharFilter(label=_("Words"), method="with_words", max_length=200)
    partner = django_filters.ChoiceFilter(
        label=_("Partner"), method="of_partner", widget=ListSelect, empty_label=_("all")
    )
    meeting = django_filters.ChoiceFilter(
        label=_("Meeting"), field_name="meeting__code", widget=ListSelect, empty_label=_("all")
    )
    state = django_filters.ChoiceFilter(
        label=_("State"),
        method="in_state",
        widget=ListSelect,
        empty_label=_("all"),
        choices=[*ActionState.choices, (OVERDUE, _("overdue")), (SILENT, _("somebody has not answered"))],
    )
    due_after = django_filters.DateFilter(label=_("Due after"), method="later", widget=DayInput)
    due_before = django_filters.DateFilter(label=_("Due before"), method="earlier", widget=DayInput)
    dated = django_filters.ChoiceFilter(
        label=_("Last day"),
        method="with_or_without_day",
        widget=ListSelect,
        empty_label=_("any or none"),
        choices=[("no", _("no date stated")), ("yes", _("has a last day"))],
    )
    sort = django_filters.ChoiceFilter(
        label=_("Order"),
        method="in_order",
        widget=ListSelect,
        empty_label=_("newest meeting first"),
        choices=[("due", _("first day due first"))],
    )

    class Meta:
        model = AgreedAction
        fields = ["q", "partner", "meeting", "state", "due_after", "due_before", "dated", "sort"]

    def __init__(self, data=None, queryset=None, *, level, facets, today, **kwargs):
        super().__init__(data, queryset, **kwargs)
        self.level = level
        self.today = today
        self.names = {}
        for name, found in (("partner", facets["partners"]), ("meeting", facets["meetings"])):
            names = self.names[name] = {value: words for value, words, _count in found}
            counts = {value: count for value, _words, count in found}
            self.filters[name].extra["choices"] = choices_with_counts(counts, names)

    def with_words(self, queryset, name, value):
        """All the words in an action of the search index; a reference such as GCI-2007-03/08 finds its action."""
        reference = REFERENCE.match(value.strip())
        if reference:
            code, number = reference.groups()
            return queryset.filter(meeting__code__iexact=code, number=int(number))
        asked = {"words": value, "level": self.level}
        found = publication.kept("action-words", asked, lambda: self._keys_of(value))
        if self.level != access.DRAFTS:
            return queryset.filter(pk__in=found)
        drafts = AgreedAction.objects.not_in_final_reports().filter(_typed_words(value))
        return queryset.filter(Q(pk__in=found) | Q(pk__in=drafts.order_by().values("pk")))

    def _keys_of(self, words: str) -> list[int]:
        return actions_with(words, with_partners_only=self.level != access.PUBLIC)

    def of_partner(self, queryset, name, value):
        return queryset.with_share(partner__slug=value)

    def in_state(self, queryset, name, value):
        if value == SILENT:
            return queryset.silent()
        return queryset.overdue(self.today) if value == OVERDUE else queryset.in_state(value)

    def later(self, queryset, name, value):
        return queryset.due_after(value)

    def earlier(self, queryset, name, value):
        return queryset.due_before(value)

    def with_or_without_day(self, queryset, name, value):
        return queryset.with_a_stage(latest__isnull=value == "no")

    def in_order(self, queryset, name, value):
        first_due = queryset.annotate(first_due=Min("deadlines__latest"))
        return first_due.order_by(F("first_due").asc(nulls_last=True), "meeting__id", "number")

    def asked(self) -> dict:
        """What was asked for and could be read: bad values are left out."""
        self.form.is_valid()
        read = getattr(self.form, "cleaned_data", {})
        return {name: value for name, value in read.items() if value not in (None, "")}

    def chosen(self) -> list[tuple[str, str, str]]:
        """What is filtered, as (parameter, its name, the chosen value in words)."""
        found = []
        for name, value in self.asked().items():
            if name == "sort":
                continue
            field = self.form.fields[name]
            words = (self.names.get(name) or dict(getattr(field, "choices", ()))).get(value, value)
            found.append((name, str(field.label), long_day(words) if isinstance(words, date) else str(words)))
        return found


def _typed_words(words: str) -> Q:
    """Each word as typed, for the few actions of reports that are not final: the search index does not know them."""
    found = Q()
    for word in words.split()[:8]:
        found &= (
            Q(title__icontains=word)
            | Q(text__icontains=word)
            | Q(topic_heading__icontains=word)
            | Q(by_whom_text__icontains=word)
        )
    return found
