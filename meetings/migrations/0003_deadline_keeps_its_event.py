import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('meetings', '0002_annexes_and_answers_with_who'),
        ('partners', '0002_invitations_are_unambiguous'),
    ]

    operations = [
        migrations.AlterField(
            model_name='deadline',
            name='event',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deadlines', to='partners.event', verbose_name='event'),
        ),
    ]
