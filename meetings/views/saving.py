"""How the desk's pages for writing a report open, save, and show both texts to the slower of two editors."""

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from greencustoms.core.text import to_html
from greencustoms.core.versions import was_changed_meanwhile
from meetings.choices import ReportState
from meetings.forms.action import quiet
from meetings.models import Meeting
from partners.comparing import compare

MOST_TRIES = 3


def writes_report(view):
    """A page on which the secretariat changes a report. Once it is final the page says so, and how to go on."""

    @permission_required("meetings.keep_meetings", raise_exception=True)
    @require_http_methods(["GET", "POST"])
    @functools.wraps(view)
    def wrapper(request, code, *args, **kwargs):
        meeting = get_object_or_404(Meeting, code=code)
        if meeting.state == ReportState.FINAL:
            status = 409 if request.method == "POST" else 200
            return render(request, "meetings/desk_meeting_locked.html", {"meeting": meeting}, status=status)
        return view(request, meeting, *args, **kwargs)

    return wrapper


def edited(request, row, make: Callable, save: Callable[..., Any]) -> tuple[Any, dict[str, Any]]:
    """The row as saved, or None and what the page has to show: the form, a preview, or both texts.

    `make(data, files, row)` makes the form, `save(form)` calls the service.
    """
    if request.method != "POST":
        return None, {"row": row, "form": make(None, None, row), "differences": [], "previews": None}
    form = make(request.POST, request.FILES, row)
    context = {"row": row, "form": form, "differences": [], "previews": None}
    if "preview" in request.POST:
        form.is_valid()
        context["previews"] = previews_of(form)
        quiet(form)
        return None, context
    data = request.POST
    for _try in range(MOST_TRIES):
        if not form.is_valid():
            break
        try:
            return save(form), context
        except ObjectDoesNotExist:
            form.add_error(None, gone_meanwhile())
            break
        except ValidationError as error:
            if not was_changed_meanwhile(error):
                form.add_error(None, error)
                break
            current = type(row)._base_manager.filter(pk=row.pk).first()
            if current is None:
                form.add_error(None, gone_meanwhile())
                break
            data, differences = compare(form, current, data, make(None, None, current))
            form = make(data, request.FILES, current)
            context |= {"row": current, "form": form, "differences": differences}
            if differences:
                form.add_error(None, error)
                break
            # What the other person changed is on another form of the same row: both changes stand.
    return None, context


def add_refusal(form, error: ValidationError) -> None:
    """Put the reason why a service refused to the fields that it names, or above the form where it has none of them."""
    has_fields = not hasattr(error, "error_dict") or set(error.error_dict) <= set(form.fields)
    form.add_error(None, error if has_fields else error.messages)


def refused(form, row, error: ValidationError):
    """The form with what was typed, on the version of the row as it stands now, and why it was not taken."""
    add_refusal(form, error)
    form.data = form.data.copy()
    form.data[form.add_prefix("version")] = str(row.version)
    return form


def gone_meanwhile() -> str:
    return _("Somebody else has deleted this in the meantime. Copy what you typed before you leave this page.")


def previews_of(form) -> list[tuple[str, str]]:
    """The Markdown texts of a form as readers will see them: label and HTML."""
    texts = ((form[name].label, form[name].value() or "") for name in form.markdown)
    return [(label, to_html(text, top_level=3)) for label, text in texts if text.strip()]
