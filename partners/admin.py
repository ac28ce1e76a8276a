"""Django's own administration, for the technical administrator. The secretariat works at the desk."""

from django.contrib import admin
from django.db import models

from greencustoms.core.admin import ReadOnlyAdmin

from .models import AboutPage, AccountRequest, Agreement, Event, Invitation, Membership, Partner, TradeDocument


class RoomAdmin(admin.ModelAdmin):
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}


@admin.register(Partner)
class PartnerAdmin(RoomAdmin):
    list_display = ["sort_name", "acronym", "standing", "email", "is_email_verified"]
    list_filter = ["standing", "is_email_verified"]
    search_fields = ["name", "acronym", "sort_name"]
    filter_horizontal = ["members"]


class TradeDocumentInline(admin.TabularInline):
    model = TradeDocument
    extra = 1


@admin.register(Agreement)
class AgreementAdmin(RoomAdmin):
    list_display = ["short_name", "secretariat", "in_force_on", "party_count"]
    list_select_related = ["secretariat"]
    search_fields = ["short_name", "full_name"]
    inlines = [TradeDocumentInline]


@admin.register(Membership)
class MembershipAdmin(RoomAdmin):
    list_display = ["user", "partner", "role", "since"]
    list_filter = ["role", "partner"]
    list_select_related = ["user", "partner"]
    raw_id_fields = ["user"]
    search_fields = ["user__email", "user__name"]


@admin.register(Event)
class EventAdmin(RoomAdmin):
    list_display = ["name", "kind", "starts_on", "ends_on"]
    list_filter = ["kind"]
    search_fields = ["name"]


@admin.register(AboutPage)
class AboutPageAdmin(RoomAdmin):
    list_display = ["title", "slug", "changed_at"]


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    list_display = ["email", "partner", "role", "invited_by", "invited_at", "expires_at", "accepted_at", "withdrawn_at"]
    list_select_related = ["partner", "invited_by"]
    search_fields = ["email"]


@admin.register(AccountRequest)
class AccountRequestAdmin(ReadOnlyAdmin):
    list_display = ["name", "office", "country", "partner", "state", "asked_at"]
    list_filter = ["state"]
    list_select_related = ["partner"]
    search_fields = ["name", "office", "email"]
