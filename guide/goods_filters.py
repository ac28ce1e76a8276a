"""The query string of /hs/ and of its export."""

from typing import Any

import django_filters
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from greencustoms.core import facets, publication
from greencustoms.core.forms import ListSelect
from greencustoms.core.hs import HSCode

from .goods_search import goods_for
from .models import ControlledGood

CODES_A_PAGE = 50


class GoodsFilter(django_filters.FilterSet):
    """Filters goods, and counts the codes they stand under: the list shows one line for each code and edition."""

    # The page has a search box of its own; here the words ride along when a filter is changed.
    q = django_filters.CharFilter(label=_("Searched for"), method="filter_words", widget=forms.HiddenInput)
    agreement = django_filters.ChoiceFilter(
        label=_("Agreement"), field_name="agreement__slug", widget=ListSelect, empty_label=_("any")
    )
    edition = django_filters.ChoiceFilter(
        label=_("HS edition"), field_name="hs_edition", widget=ListSelect, empty_label=_("any")
    )

    class Meta:
        model = ControlledGood
        fields: list[str] = []

    def __init__(self, data, **kwargs):
        super().__init__(data, queryset=ControlledGood.objects.all(), **kwargs)
        self.existing = publication.kept("hs-codes", {"page": 1}, lambda: list_codes(ControlledGood.objects.all()))
        self.filters["agreement"].extra["choices"] = list(self.existing["agreement_names"].items())
        self.filters["edition"].extra["choices"] = [(year, year) for year in self.existing["editions"]]

    @cached_property
    def asked(self) -> dict[str, str]:
        """The values that were given and are valid, by parameter; bad ones are told by the form."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if value}

    @property
    def is_exact_question(self) -> bool:
        """Whether nothing but the search box is filled in."""
        return set(self.asked) == {"q"}

    def filter_words(self, queryset, name, value):
        return queryset & goods_for(value)[0]

    def codes(self, number: int) -> dict[str, Any]:
        """One page of codes with the counts of both facets, right after every other filter."""
        if not self.asked and number == 1:
            return self.existing
        return publication.kept("hs-codes", {**self.asked, "page": number}, lambda: self._codes(number))

    def _codes(self, number: int) -> dict[str, Any]:
        goods, order = goods_for(self.asked["q"]) if "q" in self.asked else (ControlledGood.objects.all(), [])
        return list_codes(
            goods,
            order=order,
            agreement=self.asked.get("agreement", ""),
            edition=self.asked.get("edition", ""),
            number=number,
        )

    def show_counts(self, found: dict[str, Any]) -> None:
        names = {"agreement": found["agreement_names"], "edition": {year: year for year in found["editions"]}}
        for name, counts in (("agreement", found["agreements"]), ("edition", found["editions"])):
            chosen = self.asked.get(name, "")
            if chosen:
                names[name].setdefault(chosen, self.existing["agreement_names"].get(chosen, chosen))
            field = self.form.fields[name]
            choices = facets.choices_with_counts(counts, names[name], chosen=chosen)
            field.widget.choices = [("", field.empty_label), *choices]

    def chosen(self) -> list[tuple[str, str, str]]:
        """What is asked, as parameter, its name and the words of its value."""
        names = self.existing["agreement_names"]
        return [
            (name, str(self.form.fields[name].label), names.get(value, value)) for name, value in self.asked.items()
        ]


def list_codes(goods, *, order=(), agreement="", edition="", number=1, per_page=CODES_A_PAGE) -> dict[str, Any]:
    """The codes of these goods: their number, one page of them, and counts for both facets.

    One statement fetches code, edition and agreement without repetition. `order` holds the best hits of a
    search; without it the newest edition comes first, then the codes as the HS has them.
    """
    rows = goods.order_by("-hs_edition", "hs_code", "agreement__sort_key", "agreement_id")
    rows = list(
        rows.values_list(
            "hs_edition", "hs_code", "agreement__slug", "agreement__short_name", "agreement__sort_key"
        ).distinct()
    )
    place = {pair: position for position, pair in enumerate(order)}
    rows.sort(key=lambda row: place.get(row[:2], len(place)))
    codes = list(dict.fromkeys(row[:2] for row in rows if agreement in ("", row[2]) and edition in ("", str(row[0]))))
    last = max(-(-len(codes) // per_page), 1)
    number = min(number, last)
    names = sorted({(row[4], row[2], row[3]) for row in rows})
    return {
        "total": len(codes),
        "number": number,
        "codes": codes[(number - 1) * per_page : number * per_page],
        "chapters": _count({(HSCode(digits).chapter, year, digits) for year, digits in codes}),
        "agreements": _count({(row[2], *row[:2]) for row in rows if edition in ("", str(row[0]))}),
        "agreement_names": {slug: name for _key, slug, name in names},
        "editions": dict(
            sorted(_count({(str(row[0]), *row[:2]) for row in rows if agreement in ("", row[2])}).items(), reverse=True)
        ),
    }


def _count(pairs: set[tuple]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for value, *_rest in sorted(pairs):
        counts[value] = counts.get(value, 0) + 1
    return counts
