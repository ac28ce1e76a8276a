"""Files that the portal keeps."""

from django.db import models
from django.utils import timezone


class StoredFile(models.Model):
    """A file kept under the hash of what it was made from, so that the same content is made once."""

    content_key = models.CharField(max_length=64, unique=True)
    file_name = models.CharField(max_length=120)
    media_type = models.CharField(max_length=80)
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    page_count = models.PositiveIntegerField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self):
        return self.file_name
