from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "partners"

    def ready(self):
        from . import desk, suppressed, tasks  # noqa: F401 - they register themselves
