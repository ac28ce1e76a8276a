"""For the technical administrator: to look, not to write. Changes go through the services."""

from django.contrib import admin

from . import models


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(models.Meeting)
class MeetingAdmin(ReadOnly):
    list_display = ["code", "title", "starts_on", "state", "visibility"]
    list_filter = ["state", "visibility"]
    search_fields = ["code", "title"]


@admin.register(models.AgreedAction)
class AgreedActionAdmin(ReadOnly):
    list_display = ["reference", "title", "stored_state", "completion_rule"]
    list_filter = ["stored_state", "meeting"]
    list_select_related = ["meeting"]
    search_fields = ["title", "text"]


@admin.register(models.Deadline)
class DeadlineAdmin(ReadOnly):
    list_display = ["action", "position", "kind", "earliest", "latest", "is_inherited"]
    list_filter = ["kind", "is_inherited"]
    list_select_related = ["action__meeting"]


@admin.register(models.ActionShare)
class ActionShareAdmin(ReadOnly):
    list_display = ["deadline", "partner", "part", "acceptance", "progress", "confirmed_at"]
    list_filter = ["part", "acceptance", "progress"]
    list_select_related = ["deadline", "partner"]


@admin.register(models.Notice)
class NoticeAdmin(ReadOnly):
    list_display = ["deadline", "due_on", "recipient", "step", "local_day", "is_collapsed"]
    list_select_related = ["deadline", "recipient"]
