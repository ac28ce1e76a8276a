"""How the desk's pages save a row, and show both texts to the slower of two editors."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError

from greencustoms.core.versions import was_changed_meanwhile
from partners.comparing import compare

MOST_TRIES = 3


def edited(request, row, form_class: type, save: Callable[..., Any]) -> tuple[Any, dict[str, Any]]:
    """The row as saved, or None and what the page has to show: the row, its form, and what another person changed.

    `save(by=..., version=..., **values)` is the service. Where the other person changed what this form does not
    hold, both changes stand and nobody is asked.
    """
    form = form_class(request.POST or None, instance=row)
    context = {"row": row, "form": form, "differences": []}
    for _try in range(MOST_TRIES):
        if not context["form"].is_valid():
            break
        try:
            return save(by=request.user, **context["form"].cleaned_data), context
        except ValidationError as error:
            if not was_changed_meanwhile(error):
                context["form"].add_error(None, error)
                break
            current = type(row)._base_manager.get(pk=row.pk)
            data, differences = compare(context["form"], current, request.POST)
            context = {"row": current, "form": form_class(data, instance=current), "differences": differences}
            if differences:
                context["form"].add_error(None, error)
                break
    return None, context
