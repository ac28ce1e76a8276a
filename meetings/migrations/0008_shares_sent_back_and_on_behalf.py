import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_outboundmail_states'),
        ("meetings", "0007_deadlines_depend_and_ask"),
        ('partners', '0002_invitations_are_unambiguous'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalShareAnswer',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('numbers', models.JSONField(blank=True, default=list, help_text='pairs of label and number, in the order asked')),
                ('contact_office', models.CharField(blank=True, max_length=200, verbose_name='office')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='general mailbox')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('answered_at', models.DateTimeField()),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical share answer',
                'verbose_name_plural': 'historical share answers',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ShareAnswer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('numbers', models.JSONField(blank=True, default=list, help_text='pairs of label and number, in the order asked')),
                ('contact_office', models.CharField(blank=True, max_length=200, verbose_name='office')),
                ('contact_email', models.EmailField(blank=True, max_length=254, verbose_name='general mailbox')),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('answered_at', models.DateTimeField()),
            ],
        ),
        migrations.AlterModelOptions(
            name='actionshare',
            options={'ordering': ['deadline', 'partner__sort_key'], 'permissions': [('confirm_share', 'Can confirm what other organisations report as done'), ('act_for_partners', 'Can answer and report for a partner that did so by mail')], 'verbose_name': 'share', 'verbose_name_plural': 'shares'},
        ),
        migrations.AddField(
            model_name='actionshare',
            name='behalf_note',
            field=models.CharField(blank=True, max_length=300, verbose_name='how the partner said so'),
        ),
        migrations.AddField(
            model_name='actionshare',
            name='is_answered_on_behalf',
            field=models.BooleanField(default=False, verbose_name='answered by the secretariat for the partner'),
        ),
        migrations.AddField(
            model_name='actionshare',
            name='is_reported_on_behalf',
            field=models.BooleanField(default=False, verbose_name='reported by the secretariat for the partner'),
        ),
        migrations.AddField(
            model_name='actionshare',
            name='sent_back_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='actionshare',
            name='sent_back_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='actionshare',
            name='sent_back_reason',
            field=models.TextField(blank=True, verbose_name='why it was sent back'),
        ),
        migrations.AddField(
            model_name='historicalactionshare',
            name='behalf_note',
            field=models.CharField(blank=True, max_length=300, verbose_name='how the partner said so'),
        ),
        migrations.AddField(
            model_name='historicalactionshare',
            name='is_answered_on_behalf',
            field=models.BooleanField(default=False, verbose_name='answered by the secretariat for the partner'),
        ),
        migrations.AddField(
            model_name='historicalactionshare',
            name='is_reported_on_behalf',
            field=models.BooleanField(default=False, verbose_name='reported by the secretariat for the partner'),
        ),
        migrations.AddField(
            model_name='historicalactionshare',
            name='sent_back_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='historicalactionshare',
            name='sent_back_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalactionshare',
            name='sent_back_reason',
            field=models.TextField(blank=True, verbose_name='why it was sent back'),
        ),
        migrations.AddConstraint(
            model_name='actionshare',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('sent_back_at', None), ('sent_back_by', None), ('sent_back_reason', '')), models.Q(('sent_back_at__isnull', False), ('sent_back_by__isnull', False), models.Q(('sent_back_reason', ''), _negated=True)), _connector='OR'), name='share_sent_back_with_a_reason'),
        ),
        migrations.AddConstraint(
            model_name='actionshare',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('is_answered_on_behalf', False), ('is_reported_on_behalf', False)), models.Q(('behalf_note', ''), _negated=True), _connector='OR'), name='share_on_behalf_says_how'),
        ),
        migrations.AddField(
            model_name='historicalshareanswer',
            name='answered_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalshareanswer',
            name='file',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.storedfile'),
        ),
        migrations.AddField(
            model_name='historicalshareanswer',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalshareanswer',
            name='share',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='meetings.actionshare'),
        ),
        migrations.AddField(
            model_name='shareanswer',
            name='answered_by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='shareanswer',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile'),
        ),
        migrations.AddField(
            model_name='shareanswer',
            name='share',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='request_answer', to='meetings.actionshare'),
        ),
    ]
