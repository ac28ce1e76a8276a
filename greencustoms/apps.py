from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate


class FrontDoorConfig(AppConfig):
    """Pages that join rooms, roles, and the commands that load content."""

    name = "greencustoms"
    verbose_name = "Front door"

    def ready(self):
        from . import desk_entries, roles, search_index  # noqa: F401 - they register themselves

        # The signal is sent for apps with models only; auth comes after every room, whose permissions then exist.
        post_migrate.connect(roles.create_roles, sender=apps.get_app_config("auth"))
