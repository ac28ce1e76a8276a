"""The query string of /courses/: what may be asked, and which values exist with how many courses."""

import django_filters
from django import forms
from django.db.models import Count
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from greencustoms.core import facets, publication, search
from greencustoms.core.forms import ListSelect
from partners.models import sorting_key

from .choices import LANGUAGE_NOT_STATED, Access, Audience, Certificate, language_name
from .models import Course

LIST_KIND = "course"
MOST_FOUND = 1_000
# Facet -> the columns it counts by: the value first, then what its name is made of.
COLUMNS = {
    "agreement": ["agreements__slug", "agreements__short_name"],
    "provider": ["provider__slug", "provider__acronym", "provider__sort_name"],
    "audience": ["audiences__audience"],
    "language": ["languages__code"],
    "access": ["access"],
    "certificate": ["certificate"],
}


class CourseFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(
        label=_("Words"), method="filter_words", widget=forms.TextInput(attrs={"type": "search"})
    )
    today = django_filters.BooleanFilter(
        label=_("I can take it today, without a coordinator"), method="filter_today", widget=forms.CheckboxInput
    )
    agreement = django_filters.ChoiceFilter(
        label=_("Agreement"), field_name="agreements__slug", widget=ListSelect, empty_label=_("any")
    )
    language = django_filters.ChoiceFilter(
        label=_("Language"), method="filter_language", widget=ListSelect, empty_label=_("any")
    )
    access = django_filters.ChoiceFilter(label=_("How one gets in"), widget=ListSelect, empty_label=_("any"))
    audience = django_filters.ChoiceFilter(
        label=_("For whom"), field_name="audiences__audience", widget=ListSelect, empty_label=_("anyone")
    )
    provider = django_filters.ChoiceFilter(
        label=_("Provider"), field_name="provider__slug", widget=ListSelect, empty_label=_("any")
    )
    certificate = django_filters.ChoiceFilter(label=_("Certificate"), widget=ListSelect, empty_label=_("any"))

    class Meta:
        model = Course
        fields: list[str] = []

    def __init__(self, data, **kwargs):
        super().__init__(data, queryset=Course.objects.published(), **kwargs)
        self._existing = publication.kept("course-facets", {}, lambda: self._count_facets({}))
        for name in COLUMNS:
            self.filters[name].extra["choices"] = list(self._existing["names"][name].items())

    @cached_property
    def asked(self) -> dict[str, str]:
        """The values that were given and are valid, by parameter; bad ones are told by the form."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    def filter_words(self, queryset, name, value):
        found = publication.kept("course-words", {"q": value}, lambda: found_slugs(value))
        return queryset.filter(slug__in=found)

    def filter_today(self, queryset, name, value):
        return queryset.can_take_today() if value else queryset

    def filter_language(self, queryset, name, value):
        return queryset.without_stated_language() if value == LANGUAGE_NOT_STATED else queryset.in_language(value)

    @cached_property
    def counts(self) -> dict:
        """How many courses each value of each facet leaves, right after every other filter; and their total."""
        if not self.asked:
            return self._existing
        return publication.kept("course-facets", self.asked, lambda: self._count_facets(self.asked))

    def show_counts(self) -> None:
        """Put the counts behind the names of the choices and leave out what would lead to an empty list."""
        for name in COLUMNS:
            choices = facets.choices_with_counts(
                self.counts["facets"][name], self._existing["names"][name], chosen=self.asked.get(name, "")
            )
            field = self.form.fields[name]
            field.widget.choices = [("", field.empty_label), *choices]

    def chosen(self) -> list[tuple[str, str, str]]:
        """What is asked, as parameter, its name and the words of its value."""
        found = []
        for name, value in self.asked.items():
            words = {"q": value, "today": _("yes")}.get(name) or self._existing["names"][name].get(value, value)
            found.append((name, str(self.form.fields[name].label), str(words)))
        return found

    @property
    def courses(self):
        """The courses asked for. Bad values are left aside; the form tells of them."""
        return self._courses_of(self.asked).order_by("title", "pk")

    def _courses_of(self, asked: dict):
        queryset = Course.objects.published()
        for name, value in asked.items():
            queryset = self.filters[name].filter(queryset, value)
        return queryset

    def _count_facets(self, asked: dict) -> dict:
        counted: dict = {"facets": {}, "names": {}}
        for name, columns in COLUMNS.items():
            others = {key: value for key, value in asked.items() if key != name}
            rows = self._courses_of(others).order_by().values_list(*columns).annotate(n=Count("pk", distinct=True))
            rows = [row for row in rows if row[0] is not None or name == "language"]
            names = {_value(name, row): _name(name, row) for row in rows}
            counted["names"][name] = dict(sorted(names.items(), key=lambda item: _place(name, *item)))
            counted["facets"][name] = {_value(name, row): row[-1] for row in rows}
        found = self._courses_of(asked)
        counted["total"] = found.order_by().count()
        counted["today"] = found.can_take_today().order_by().count()
        return counted


def found_slugs(words: str) -> list[str]:
    """Slugs of the courses in which all the words stand, whatever their endings and accents."""
    return [document.key for document in search.find(words, kinds=[LIST_KIND], limit=MOST_FOUND)]


def _value(facet: str, row: tuple) -> str:
    return LANGUAGE_NOT_STATED if facet == "language" and row[0] is None else row[0] or ""


def _name(facet: str, row: tuple) -> str:
    if facet == "agreement":
        return row[1] or ""
    if facet == "provider":
        return row[1] or row[2]
    if facet == "language":
        return str(_("not stated")) if row[0] is None else language_name(row[0])
    return str({"audience": Audience, "access": Access, "certificate": Certificate}[facet](row[0]).label)


def _place(facet: str, value: str, name: str) -> tuple:
    """Languages and organisations by name, "not stated" last; fixed values in their own order."""
    for choices in (Audience, Access, Certificate):
        if facet == choices.__name__.lower():
            return (choices.values.index(value),)
    return (value == LANGUAGE_NOT_STATED, sorting_key(name))
