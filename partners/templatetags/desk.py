"""The menu of the desk: each person sees the work pages they may open."""

from django import template

from greencustoms.core.templatetags.ui import aria_current
from partners.panels import entries_for

register = template.Library()


@register.inclusion_tag("desk/_desk_nav.html", takes_context=True)
def desk_nav(context):
    """One entry is marked: the one whose address has most in common with that of the page."""
    request = context["request"]
    entries = entries_for(request.user)
    path, home = request.path, "/desk/"
    nearest = max([home, *(entry.url for entry in entries if path.startswith(entry.url))], key=len)
    marks = {nearest: aria_current(path, nearest)}
    return {
        "home_mark": marks.get(home, ""),
        "entries": [(entry.url, entry.label, marks.get(entry.url, "")) for entry in entries],
    }
