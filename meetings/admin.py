"""For the technical administrator: to look, not to write. Changes go through the services."""

from django.contrib import admin

from greencustoms.core.admin import ReadOnlyAdmin

from . import models


@admin.register(models.Meeting)
class MeetingAdmin(ReadOnlyAdmin):
    list_display = ["code", "title", "starts_on", "state", "visibility"]
    list_filter = ["state", "visibility"]
    search_fields = ["code", "title"]


@admin.register(models.AgreedAction)
class AgreedActionAdmin(ReadOnlyAdmin):
    list_display = ["reference", "title", "stored_state", "completion_rule"]
    list_filter = ["stored_state", "meeting"]
    list_select_related = ["meeting"]
    search_fields = ["title", "text"]


@admin.register(models.Deadline)
class DeadlineAdmin(ReadOnlyAdmin):
    list_display = ["action", "position", "kind", "earliest", "latest", "is_inherited"]
    list_filter = ["kind", "is_inherited"]
    list_select_related = ["action__meeting"]


@admin.register(models.ActionShare)
class ActionShareAdmin(ReadOnlyAdmin):
    list_display = ["deadline", "partner", "part", "acceptance", "progress", "confirmed_at"]
    list_filter = ["part", "acceptance", "progress"]
    list_select_related = ["deadline", "partner"]


@admin.register(models.Notice)
class NoticeAdmin(ReadOnlyAdmin):
    list_display = ["deadline", "due_on", "recipient", "step", "local_day", "is_collapsed"]
    list_select_related = ["deadline", "recipient"]
