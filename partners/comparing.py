"""When two people edit one row: what the other changed, what is mine, and a form that loses neither."""

from dataclasses import dataclass

from django.db import models
from django.forms import FileField, ModelForm
from django.http import QueryDict
from django.utils.choices import flatten_choices
from django.utils.translation import gettext as _

MISSING = object()


@dataclass(frozen=True)
class Difference:
    """A field whose stored value is not the one in my form."""

    label: str
    theirs: str
    mine: str
    is_taken_over: bool
    """True where only the other person changed it: the form below holds theirs."""


def compare(
    form: ModelForm, current: models.Model, data: QueryDict, fresh: ModelForm | None = None
) -> tuple[QueryDict, list[Difference]]:
    """My form data brought up to the present version, and what differs from what is stored.

    A field that I left as I found it takes the other person's value; one that both changed keeps mine and is shown.
    What I found is in the row's history or, for a field that is no column of the row, in the form's hidden initial
    value if it has one. `fresh` is a form of the row as it stands now, where making one takes more than the row.
    """
    if fresh is None:
        fresh = type(form)(instance=current, prefix=form.prefix)
    found = current.history.filter(version=form.cleaned_data["version"]).first()
    merged = data.copy()
    merged[form.add_prefix("version")] = str(current.version)
    differences = []
    for name, field in form.fields.items():
        if name == "version" or isinstance(field, FileField):
            continue
        theirs, mine = _stored(current, fresh, name), _typed(form, name)
        base = _base(found, form, name)
        if field.show_hidden_initial:
            _put(merged, form.add_initial_prefix(name), theirs)
        if theirs in (mine, base):
            continue
        is_taken_over = mine == base
        if is_taken_over:
            _put(merged, form.add_prefix(name), theirs)
        differences.append(
            Difference(
                label=str(field.label),
                theirs=_words(field, theirs),
                mine=_words(field, mine),
                is_taken_over=is_taken_over,
            )
        )
    return merged, differences


def take_over(fresh: ModelForm, current: models.Model, data: QueryDict) -> None:
    """Put all values of a row that I have not seen into my form data, where another person added it."""
    for name, field in fresh.fields.items():
        if isinstance(field, FileField):
            continue
        value = current.version if name == "version" else _stored(current, fresh, name)
        _put(data, fresh.add_prefix(name), value)
        if field.show_hidden_initial:
            _put(data, fresh.add_initial_prefix(name), value)


def _stored(row, fresh, name):
    """What is stored, in the shape in which a form hands it over."""
    if name in {field.name for field in row._meta.concrete_fields}:
        return _plain(row._meta.get_field(name).value_from_object(row))
    return _plain(fresh[name].initial)


def _base(found, form, name):
    field = form.fields[name]
    if field.show_hidden_initial:
        bound = form[name]
        typed = field.hidden_widget().value_from_datadict(form.data, form.files, bound.html_initial_name)
        return _plain(field.to_python(typed))
    if found is None or not hasattr(found, name):
        return MISSING
    return _plain(getattr(found, form._meta.model._meta.get_field(name).attname))


def _typed(form, name):
    return _plain(form.cleaned_data.get(name))


def _plain(value):
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, models.QuerySet | list | tuple):
        if name_lines := [line for line in value if isinstance(line, str)]:
            return "\n".join(name_lines)
        return sorted(getattr(item, "pk", item) for item in value)
    return "" if value is None else value


def _put(data: QueryDict, name: str, value) -> None:
    if isinstance(value, list):
        data.setlist(name, [str(item) for item in value])
    elif value is True:
        data[name] = "on"
    elif value is False:
        data.pop(name, None)
    else:
        data[name] = str(value)


def _words(field, value) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if hasattr(field, "queryset"):
        keys = value if isinstance(value, list) else [value] if value != "" else []
        return ", ".join(str(row) for row in field.queryset.filter(pk__in=keys))
    keys = value if isinstance(value, list) else [value]
    labels = [str(label) for key, label in flatten_choices(getattr(field, "choices", [])) if key in keys]
    return ", ".join(labels) if labels else "" if value == [] else str(value)
