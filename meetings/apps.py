from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MeetingsConfig(AppConfig):
    name = "meetings"
    verbose_name = _("Meetings")

    def ready(self):
        from . import desk, panels, signals, tasks  # noqa: F401 - they register themselves
        from .reminders import planner, recheck  # noqa: F401 - they register themselves
