from django.apps import AppConfig


class GuideConfig(AppConfig):
    name = "guide"

    def ready(self):
        from . import desk, tasks  # noqa: F401
