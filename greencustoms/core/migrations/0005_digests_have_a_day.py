"""Mails about reports are no reminders, and each reminder says for which day of its reader it was written."""

from datetime import date

from django.db import migrations


def sort_out(apps, schema_editor):
    mails = apps.get_model("core", "OutboundMail").objects
    digests = mails.filter(stream="digest")
    digests.exclude(key__startswith="digest:").update(stream="work")
    digests.filter(recipient=None).update(stream="work")
    for mail in digests.filter(local_day=None).only("pk", "key").iterator():
        mails.filter(pk=mail.pk).update(local_day=date.fromisoformat(mail.key.rpartition(":")[2]))


class Migration(migrations.Migration):
    dependencies = [("core", "0004_outbox_keeps_days_and_addresses")]

    operations = [migrations.RunPython(sort_out, migrations.RunPython.noop)]
