from django.db import migrations
from django.db.models import OuterRef, Subquery


def fill(apps, schema_editor):
    """Grants of before were given to the address the account has now."""
    people = apps.get_model("core", "User").objects.filter(pk=OuterRef("user"))
    grants = apps.get_model("enforcement", "AccessGrant").objects.filter(vetted_address="")
    grants.update(vetted_address=Subquery(people.values("email")[:1]))


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0003_grant_vetted_address")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
