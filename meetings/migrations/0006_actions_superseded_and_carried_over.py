import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_outboundmail_states'),
        ("meetings", "0005_reports_circulate_and_have_versions"),
        ('partners', '0002_invitations_are_unambiguous'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='agreedaction',
            name='carried_over_to',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='carries_on', to='meetings.agreedaction', verbose_name='carried over to'),
        ),
        migrations.AddField(
            model_name='agreedaction',
            name='is_for_each_partner',
            field=models.BooleanField(default=False, verbose_name='each partner owes a share'),
        ),
        migrations.AddField(
            model_name='agreedaction',
            name='state_changed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='agreedaction',
            name='state_changed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='agreedaction',
            name='superseded_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='supersedes', to='meetings.agreedaction', verbose_name='superseded by'),
        ),
        migrations.AddField(
            model_name='historicalagreedaction',
            name='carried_over_to',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='meetings.agreedaction', verbose_name='carried over to'),
        ),
        migrations.AddField(
            model_name='historicalagreedaction',
            name='is_for_each_partner',
            field=models.BooleanField(default=False, verbose_name='each partner owes a share'),
        ),
        migrations.AddField(
            model_name='historicalagreedaction',
            name='state_changed_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='historicalagreedaction',
            name='state_changed_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalagreedaction',
            name='superseded_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='meetings.agreedaction', verbose_name='superseded by'),
        ),
    ]
