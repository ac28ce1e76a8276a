import re

from django.db import migrations


def to_digits(apps, schema_editor):
    """As everywhere else in the portal: 2903.77 is kept as 290377."""
    for item in apps.get_model("enforcement", "RiskIndicator").objects.all():
        item.hs_codes = [re.sub(r"[^0-9]", "", code) for code in item.hs_codes]
        item.save(update_fields=["hs_codes"])


def to_dots(apps, schema_editor):
    for item in apps.get_model("enforcement", "RiskIndicator").objects.all():
        item.hs_codes = [f"{code[:4]}.{code[4:]}" if len(code) == 6 else code for code in item.hs_codes]
        item.save(update_fields=["hs_codes"])


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0005_vetted_address_required")]

    operations = [migrations.RunPython(to_digits, to_dots)]
