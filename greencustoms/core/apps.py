from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "greencustoms.core"
    label = "core"
    verbose_name = "Core"

    def ready(self):
        from . import checks, signals  # noqa: F401
