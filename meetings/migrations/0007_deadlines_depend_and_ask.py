import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_outboundmail_states'),
        ("meetings", "0006_actions_superseded_and_carried_over"),
        ('partners', '0002_invitations_are_unambiguous'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='deadline',
            name='linked_meeting',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='meetings.meeting', verbose_name='meeting it depends on'),
        ),
        migrations.AddField(
            model_name='deadline',
            name='offset_days',
            field=models.SmallIntegerField(default=0, help_text='with a minus: days before the event or meeting', verbose_name='days after it'),
        ),
        migrations.AddField(
            model_name='deadline',
            name='reopened_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='reminders asked for'),
        ),
        migrations.AddField(
            model_name='deadline',
            name='reopened_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='deadline',
            name='request_kind',
            field=models.CharField(blank=True, choices=[('', 'nothing: a deed is reported'), ('numbers', 'numbers'), ('file', 'a file'), ('contact', 'whom to ask: an office')], default='', max_length=8, verbose_name='asks the partners for'),
        ),
        migrations.AddField(
            model_name='deadline',
            name='request_labels',
            field=models.TextField(blank=True, verbose_name='numbers asked for, one a line'),
        ),
        migrations.AddField(
            model_name='deadline',
            name='request_question',
            field=models.CharField(blank=True, max_length=300, verbose_name='question'),
        ),
        migrations.AddField(
            model_name='deadline',
            name='version',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='historicaldeadline',
            name='linked_meeting',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='meetings.meeting', verbose_name='meeting it depends on'),
        ),
        migrations.AddField(
            model_name='historicaldeadline',
            name='offset_days',
            field=models.SmallIntegerField(default=0, help_text='with a minus: days before the event or meeting', verbose_name='days after it'),
        ),
        migrations.AddField(
            model_name='historicaldeadline',
            name='reopened_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='reminders asked for'),
        ),
        migrations.AddField(
            model_name='historicaldeadline',
            name='reopened_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicaldeadline',
            name='request_kind',
            field=models.CharField(blank=True, choices=[('', 'nothing: a deed is reported'), ('numbers', 'numbers'), ('file', 'a file'), ('contact', 'whom to ask: an office')], default='', max_length=8, verbose_name='asks the partners for'),
        ),
        migrations.AddField(
            model_name='historicaldeadline',
            name='request_labels',
            field=models.TextField(blank=True, verbose_name='numbers asked for, one a line'),
        ),
        migrations.AddField(
            model_name='historicaldeadline',
            name='request_question',
            field=models.CharField(blank=True, max_length=300, verbose_name='question'),
        ),
        migrations.AddField(
            model_name='historicaldeadline',
            name='version',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddConstraint(
            model_name='deadline',
            constraint=models.CheckConstraint(condition=models.Q(('event', None), ('linked_meeting', None), _connector='OR'), name='deadline_hangs_on_an_event_or_a_meeting'),
        ),
        migrations.AddConstraint(
            model_name='deadline',
            constraint=models.CheckConstraint(condition=models.Q(('request_kind', ''), models.Q(('request_question', ''), _negated=True), _connector='OR'), name='deadline_request_has_a_question'),
        ),
    ]
