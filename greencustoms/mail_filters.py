"""What the secretariat's lists of mails, and of people who are reminded, can be narrowed to."""

from datetime import datetime, time, timedelta

import django_filters
from django.db.models import Exists, OuterRef, Q
from django.utils.formats import date_format
from django.utils.timezone import make_aware
from django.utils.translation import gettext_lazy as _

from greencustoms.core.choices import MailState
from greencustoms.core.forms import DayField, ListSelect
from greencustoms.core.models import OutboundMail, User
from partners.models import Membership


class DayFilter(django_filters.DateFilter):
    field_class = DayField


class SentMailFilter(django_filters.FilterSet):
    """Filters of /desk/mail/sent/. A day is one of the reader's own time zone."""

    q = django_filters.CharFilter(label=_("Person or address"), method="to_person", max_length=200)
    state = django_filters.ChoiceFilter(
        label=_("What became of it"), choices=MailState, widget=ListSelect, empty_label=_("anything")
    )
    day = DayFilter(label=_("Written on"), method="on_day")

    class Meta:
        model = OutboundMail
        fields = ["q", "state", "day"]

    def to_person(self, queryset, name, value):
        return queryset.filter(Q(to_address__icontains=value) | Q(recipient__name__icontains=value))

    def on_day(self, queryset, name, value):
        start = make_aware(datetime.combine(value, time.min))
        end = make_aware(datetime.combine(value + timedelta(days=1), time.min))
        return queryset.filter(created_at__gte=start, created_at__lt=end)

    def chosen(self) -> list[tuple[str, str, str]]:
        """What is filtered, as (parameter, its name, the chosen value in words)."""
        read = getattr(self.form, "cleaned_data", {})
        words = {
            "q": read.get("q"),
            "state": MailState(read["state"]).label if read.get("state") else "",
            "day": date_format(read["day"]) if read.get("day") else "",
        }
        return [(name, str(self.form.fields[name].label), str(said)) for name, said in words.items() if said]


class ReminderPeopleFilter(django_filters.FilterSet):
    """The filter of /desk/mail/."""

    q = django_filters.CharFilter(label=_("Person, address or organisation"), method="named", max_length=200)

    class Meta:
        model = User
        fields = ["q"]

    def named(self, queryset, name, value):
        member = Membership.objects.filter(
            Q(partner__name__icontains=value) | Q(partner__acronym__icontains=value), user=OuterRef("pk")
        )
        return queryset.filter(Q(name__icontains=value) | Q(email__icontains=value) | Q(Exists(member)))

    def chosen(self) -> list[tuple[str, str, str]]:
        words = getattr(self.form, "cleaned_data", {}).get("q")
        return [("q", str(self.form.fields["q"].label), words)] if words else []
