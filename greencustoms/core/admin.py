"""Django's own administration: what the technical administrator looks at, and the one thing done there.

Rights are given on the server (`manage.py give_role`), never here. Bodies of mails stay closed: they hold links that
open accounts.
"""

from django.apps import apps
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin  # noqa: F401 - registered there, and taken away below
from django.contrib.auth.models import Group

from . import audit
from .mail import shown, words
from .models import AuditEvent, Heartbeat, Job, OutboundMail, User

admin.site.unregister(Group)


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows to look at; what they say is changed by the services alone."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    """People to look at; an account can be closed and opened again."""

    list_display = ["email", "name", "office", "is_active", "role_names", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser", "groups"]
    search_fields = ["email", "name", "office"]
    ordering = ["email"]
    readonly_fields = [
        "email", "name", "office", "country", "time_zone", "language", "role_names", "is_staff", "is_superuser",
        "date_joined", "last_login",
    ]  # fmt: skip
    fields = ["is_active", *readonly_fields]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("groups")

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        """Nobody closes their own account, and a superuser's is closed by a superuser."""
        if obj is not None and (obj == request.user or (obj.is_superuser and not request.user.is_superuser)):
            return False
        return super().has_change_permission(request, obj)

    def save_model(self, request, obj, form, change):
        if "is_active" in form.changed_data:
            obj.save(update_fields=["is_active"])
            audit.record(obj, "opened an account again" if obj.is_active else "closed an account", by=request.user)

    @admin.display(description="roles")
    def role_names(self, user):
        return ", ".join(sorted(group.name for group in user.groups.all()))


@admin.register(Job)
class JobAdmin(ReadOnlyAdmin):
    list_display = ["kind", "key", "state", "tries", "created_at", "finished_at"]
    list_filter = ["state", "kind"]
    search_fields = ["key"]
    ordering = ["-pk"]


@admin.register(OutboundMail)
class OutboundMailAdmin(ReadOnlyAdmin):
    list_display = ["subject", "to_address", "stream", "state", "attempts", "created_at", "sent_at"]
    list_filter = ["state", "stream"]
    search_fields = ["to_address", "subject"]
    ordering = ["-pk"]
    exclude = ["body_text", "body_html", "last_error"]
    readonly_fields = ["said_by_server"]

    def get_queryset(self, request):
        """Without mails about access: they would tell who is cleared (see `shown`)."""
        return super().get_queryset(request).filter(stream__in=shown.LISTED).defer("body_text", "body_html")

    @admin.display(description="what was noted")
    def said_by_server(self, mail):
        return words.said_by_server(mail)


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    list_display = ["at", "by", "did", "object_kind", "words"]
    list_filter = ["did", "object_kind"]
    list_select_related = ["by"]
    search_fields = ["words", "by__email", "object_id"]
    date_hierarchy = "at"
    ordering = ["-at", "-pk"]

    def get_queryset(self, request):
        """Without what happened in rooms that even the administration does not look into."""
        events = super().get_queryset(request)
        for config in apps.get_app_configs():
            if getattr(config, "is_restricted", False):
                events = events.exclude(object_kind__startswith=f"{config.label}.")
        return events


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ["name", "at", "seconds"]
