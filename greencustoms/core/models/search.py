"""What the search finds."""

from django.db import models


class SearchDocument(models.Model):
    """One findable thing: a course, an HS code, an action, a section of the guide."""

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=120)
    title = models.CharField(max_length=300)
    summary = models.CharField(max_length=400, blank=True)
    url = models.CharField(max_length=300)
    language = models.CharField(max_length=10, default="en")
    is_public = models.BooleanField(default=True)
    rank = models.PositiveSmallIntegerField(default=100, help_text="lower comes first among equal hits")
    title_tokens = models.TextField()
    body_tokens = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="searchdocument_once")]

    def __str__(self):
        return self.title
