"""What the access administrators' log can be narrowed to."""

import django_filters
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .choices import LogKind
from .models import AccessLog


class AccessLogFilter(django_filters.FilterSet):
    who = django_filters.CharFilter(label=_("Person"), method="by_person", max_length=200)
    item = django_filters.CharFilter(
        label=_("Item number"), field_name="item_reference", lookup_expr="icontains", max_length=30
    )
    kind = django_filters.ChoiceFilter(label=_("What happened"), choices=LogKind, empty_label=_("anything"))

    class Meta:
        model = AccessLog
        fields: list[str] = []

    def by_person(self, queryset, name, value):
        """Whoever did it, and whomever it was about."""
        return queryset.filter(
            Q(by__name__icontains=value)
            | Q(by__email__icontains=value)
            | Q(about__name__icontains=value)
            | Q(about__email__icontains=value)
        )
