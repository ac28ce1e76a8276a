from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    name = "enforcement"

    def ready(self):
        from . import access, desk  # noqa: F401 - say who needs a second factor, and who sees which page
