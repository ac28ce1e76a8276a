"""The menu of the desk: each person sees the work pages they may open."""

from django import template

from partners.panels import entries_for

register = template.Library()


@register.inclusion_tag("desk/_desk_nav.html", takes_context=True)
def desk_nav(context):
    request = context["request"]
    return {"path": request.path, "entries": entries_for(request.user)}
