import django.db.models.deletion
import django.utils.timezone
import simple_history.models
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_outboundmail_states'),
        ("meetings", "0004_share_indexes"),
        ('partners', '0002_invitations_are_unambiguous'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='HistoricalAnnex',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='number')),
                ('label', models.CharField(blank=True, max_length=40, verbose_name='label')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('is_held', models.BooleanField(default=False, verbose_name='the portal holds its text')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.CharField(max_length=100, null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
            ],
            options={
                'verbose_name': 'historical annex',
                'verbose_name_plural': 'historical annexes',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name='ReportComment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('report_version', models.PositiveSmallIntegerField()),
                ('place', models.CharField(max_length=40, verbose_name='place')),
                ('text', models.TextField(verbose_name='comment')),
                ('at', models.DateTimeField(default=django.utils.timezone.now)),
                ('disposition', models.CharField(choices=[('open', 'not answered yet'), ('accepted', 'accepted'), ('noted', 'noted'), ('rejected', 'rejected')], default='open', max_length=10, verbose_name='answer')),
                ('answer', models.TextField(blank=True, verbose_name='reason or note')),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('version', models.PositiveIntegerField(default=0, editable=False)),
            ],
            options={
                'ordering': ['meeting', 'at', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ReportPdf',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
        ),
        migrations.CreateModel(
            name='ReportVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveSmallIntegerField(verbose_name='version')),
                ('reason', models.TextField(blank=True, verbose_name='why there is a new version')),
                ('content', models.JSONField()),
                ('finalised_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ['meeting', 'number'],
            },
        ),
        migrations.AlterModelOptions(
            name='meeting',
            options={'ordering': ['-starts_on', 'code'], 'permissions': [('see_drafts', 'Can see reports that are not final'), ('keep_meetings', 'Can write reports, circulate and finalise them, and decide on agreed actions')], 'verbose_name': 'meeting', 'verbose_name_plural': 'meetings'},
        ),
        migrations.AddField(
            model_name='annex',
            name='file',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='annex',
            name='version',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='historicalmeeting',
            name='circulated_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='historicalmeeting',
            name='circulated_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalmeeting',
            name='comments_until',
            field=models.DateField(blank=True, null=True, verbose_name='comments until'),
        ),
        migrations.AddField(
            model_name='historicalmeeting',
            name='finalised_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='historicalmeeting',
            name='finalised_by',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalmeeting',
            name='reopening_reason',
            field=models.TextField(blank=True, verbose_name='why it was reopened'),
        ),
        migrations.AddField(
            model_name='historicalmeeting',
            name='revises',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='meetings.meeting', verbose_name='next version of'),
        ),
        migrations.AddField(
            model_name='historicalmeetingsession',
            name='version',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name='meeting',
            name='circulated_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='meeting',
            name='circulated_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='meeting',
            name='comments_until',
            field=models.DateField(blank=True, null=True, verbose_name='comments until'),
        ),
        migrations.AddField(
            model_name='meeting',
            name='finalised_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='meeting',
            name='finalised_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='meeting',
            name='reopening_reason',
            field=models.TextField(blank=True, verbose_name='why it was reopened'),
        ),
        migrations.AddField(
            model_name='meeting',
            name='revises',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='revision', to='meetings.meeting', verbose_name='next version of'),
        ),
        migrations.AddField(
            model_name='meetingsession',
            name='version',
            field=models.PositiveIntegerField(default=0, editable=False),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'circulated'), _negated=True), ('comments_until__isnull', False), _connector='OR'), name='meeting_circulated_until_a_day'),
        ),
        migrations.AddConstraint(
            model_name='meeting',
            constraint=models.CheckConstraint(condition=models.Q(('revises', None), models.Q(models.Q(('state', 'final'), _negated=True), models.Q(('reopening_reason', ''), _negated=True)), _connector='OR'), name='meeting_working_copy_has_a_reason_and_is_never_final'),
        ),
        migrations.AddField(
            model_name='historicalannex',
            name='file',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='core.storedfile', verbose_name='file'),
        ),
        migrations.AddField(
            model_name='historicalannex',
            name='history_user',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='historicalannex',
            name='meeting',
            field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='meetings.meeting'),
        ),
        migrations.AddField(
            model_name='reportcomment',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reportcomment',
            name='by',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reportcomment',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='comments', to='meetings.meeting'),
        ),
        migrations.AddField(
            model_name='reportcomment',
            name='partner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='partners.partner', verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='reportpdf',
            name='file',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile'),
        ),
        migrations.AddField(
            model_name='reportversion',
            name='finalised_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='reportversion',
            name='meeting',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='report_versions', to='meetings.meeting'),
        ),
        migrations.AddField(
            model_name='reportpdf',
            name='version',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='pdf', to='meetings.reportversion'),
        ),
        migrations.AddConstraint(
            model_name='reportcomment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('answered_by', None), ('disposition', 'open')), models.Q(models.Q(('disposition', 'open'), _negated=True), ('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='report_comment_answer_says_when_and_who'),
        ),
        migrations.AddConstraint(
            model_name='reportcomment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('disposition', 'rejected'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='report_comment_rejected_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='reportversion',
            constraint=models.UniqueConstraint(fields=('meeting', 'number'), name='report_version_once'),
        ),
        migrations.AddConstraint(
            model_name='reportversion',
            constraint=models.CheckConstraint(condition=models.Q(('number', 1), models.Q(('reason', ''), _negated=True), _connector='OR'), name='report_version_later_ones_have_a_reason'),
        ),
    ]
