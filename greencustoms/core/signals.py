"""A saved public row makes cached public pages stale. No rule lives here."""

from django.db.models.signals import m2m_changed, post_delete, post_save
from django.dispatch import receiver

from . import publication


@receiver([post_save, post_delete])
def public_row_changed(sender, **kwargs):
    if getattr(sender, "shown_on_public_pages", False):
        publication.raise_version()


@receiver(m2m_changed)
def public_relation_changed(sender, instance, **kwargs):
    if getattr(type(instance), "shown_on_public_pages", False):
        publication.raise_version()
