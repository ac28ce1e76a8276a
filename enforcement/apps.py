from django.apps import AppConfig


class EnforcementConfig(AppConfig):
    name = "enforcement"
    # Django's administration shows nothing of this room, not even that something happened in it.
    is_restricted = True

    def ready(self):
        from . import access, desk  # noqa: F401 - say who needs a second factor, and who sees which page
