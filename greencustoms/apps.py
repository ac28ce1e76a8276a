from django.apps import AppConfig
from django.db.models.signals import post_migrate


class FrontDoorConfig(AppConfig):
    """Pages that join rooms, roles, and the commands that load content."""

    name = "greencustoms"
    verbose_name = "Front door"

    def ready(self):
        from . import roles

        post_migrate.connect(roles.create_roles, sender=self)
