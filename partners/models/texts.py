"""Pages about the Initiative."""

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords


class AboutPage(models.Model):
    """A page about the Initiative or this portal, edited at the desk."""

    slug = models.SlugField(unique=True, max_length=60)
    title = models.CharField(_("title"), max_length=150)
    summary = models.CharField(_("in one sentence"), max_length=300, blank=True)
    body = models.TextField(_("text"), help_text=_("Markdown"))
    source = models.TextField(_("source"), blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=0, editable=False)

    history = HistoricalRecords()

    shown_on_public_pages = True

    class Meta:
        verbose_name = _("page about the Initiative")
        verbose_name_plural = _("pages about the Initiative")
        ordering = ["slug"]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        if self.slug == "about":
            return reverse("about_page")
        return reverse(f"about_{self.slug.replace('-', '_')}")
