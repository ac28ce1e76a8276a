from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("enforcement", "0002_accesslog_more_kinds")]

    operations = [
        migrations.AddField(
            model_name="accessgrant",
            name="vetted_address",
            field=models.EmailField(
                blank=True, default="", max_length=254, verbose_name="official address that was vetted"
            ),
        ),
    ]
