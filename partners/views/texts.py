"""The secretariat keeps organisations, agreements, events and the pages about the Initiative in order."""

from functools import partial

from django.contrib import messages
from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from greencustoms.core.paging import page_of
from greencustoms.core.text import to_html
from partners.changes import changes_of
from partners.forms import AboutPageForm, AgreementForm, DeleteForm, EventForm, PartnerAddForm, PartnerForm
from partners.models import AboutPage, Agreement, Event, Partner
from partners.services import texts

from .saving import edited

may = partial(permission_required, raise_exception=True)


@may("partners.change_partner")
@require_safe
def desk_partner_list(request):
    page = page_of(Partner.objects.alphabetical(), request)
    return render(request, "partners/desk_partner_list.html", {"page": page})


@may("partners.add_partner")
@require_http_methods(["GET", "POST"])
def desk_partner_add(request):
    form = PartnerAddForm(request.POST or None)
    if form.is_valid():
        partner = texts.add_partner(by=request.user, **form.cleaned_data)
        if partner.is_group:
            messages.success(request, _("The group is added. Say here who belongs to it."))
            return redirect("desk_partner_edit", partner.slug)
        messages.success(request, _("The organisation is added."))
        return redirect("desk_partner_list")
    return render(request, "partners/desk_partner_add.html", {"form": form})


@may("partners.change_partner")
@require_http_methods(["GET", "POST"])
def desk_partner_edit(request, slug):
    partner = get_object_or_404(Partner, slug=slug)
    return _edit(request, partner, PartnerForm, partial(texts.edit_partner, partner=partner), "desk_partner_list")


@may("partners.change_agreement")
@require_safe
def desk_agreement_list(request):
    page = page_of(Agreement.objects.alphabetical().select_related("secretariat"), request)
    return render(request, "partners/desk_agreement_list.html", {"page": page})


@may("partners.change_agreement")
@require_http_methods(["GET", "POST"])
def desk_agreement_edit(request, slug):
    agreement = get_object_or_404(Agreement, slug=slug)
    save = partial(texts.edit_agreement, agreement=agreement)
    return _edit(request, agreement, AgreementForm, save, "desk_agreement_list")


@may("partners.change_event")
@require_safe
def desk_event_list(request):
    page = page_of(Event.objects.select_related("agreement", "partner").order_by("-starts_on", "name", "pk"), request)
    return render(request, "partners/desk_event_list.html", {"page": page})


@may("partners.add_event")
@require_http_methods(["GET", "POST"])
def desk_event_add(request):
    form = EventForm(request.POST or None)
    if form.is_valid():
        texts.add_event(by=request.user, **form.cleaned_data)
        messages.success(request, _("The event is added."))
        return redirect("desk_event_list")
    return render(request, "partners/desk_event_add.html", {"form": form})


@may("partners.change_event")
@require_http_methods(["GET", "POST"])
def desk_event_edit(request, slug):
    event = get_object_or_404(Event, slug=slug)
    return _edit(request, event, EventForm, partial(texts.edit_event, event=event), "desk_event_list")


@may("partners.delete_event")
@require_http_methods(["GET", "POST"])
def desk_event_delete(request, slug):
    event = get_object_or_404(Event, slug=slug)
    form = DeleteForm(request.POST or None, initial={"version": event.version})
    if form.is_valid():
        try:
            texts.delete_event(event=event, by=request.user, version=form.cleaned_data["version"])
        except ValidationError as error:
            form = DeleteForm(initial={"version": get_object_or_404(Event, slug=slug).version})
            return render(
                request, "partners/desk_event_delete.html", {"event": event, "form": form, "error": error.message}
            )
        messages.success(request, _("The event is deleted."))
        return redirect("desk_event_list")
    return render(request, "partners/desk_event_delete.html", {"event": event, "form": form})


@may("partners.change_aboutpage")
@require_safe
def desk_about_list(request):
    page = page_of(AboutPage.objects.order_by("title", "pk").defer("body"), request)
    return render(request, "partners/desk_about_list.html", {"page": page})


@may("partners.change_aboutpage")
@require_http_methods(["GET", "POST"])
def desk_about_edit(request, slug):
    page = get_object_or_404(AboutPage, slug=slug)
    save = partial(texts.edit_about_page, page=page, now=timezone.now())
    return _edit(request, page, AboutPageForm, save, "desk_about_list")


def _edit(request, row, form_class, save, back):
    """Show the form, a preview, or both texts to the slower of two editors; else save."""
    preview = None
    if "preview" in request.POST:
        form = form_class(request.POST, instance=row)
        if form.is_valid():
            preview = to_html(form.cleaned_data.get("body", ""))
        context = {"row": row, "form": form, "differences": []}
    else:
        saved, context = edited(request, row, form_class, save)
        if saved is not None:
            messages.success(request, _("Your changes are saved."))
            return redirect(back)
    context |= {"changes": changes_of(context["row"]), "preview": preview}
    return render(request, f"partners/{request.resolver_match.url_name}.html", context)
