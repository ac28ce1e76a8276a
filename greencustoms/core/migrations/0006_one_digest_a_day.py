from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0005_digests_have_a_day")]

    operations = [
        migrations.AddConstraint(
            model_name='outboundmail',
            constraint=models.UniqueConstraint(condition=models.Q(('local_day__isnull', False)), fields=('recipient', 'local_day', 'stream'), name='mail_one_digest_a_day'),
        ),
        migrations.AddConstraint(
            model_name='outboundmail',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('stream', 'digest'), _negated=True), models.Q(('local_day__isnull', False), ('recipient__isnull', False)), _connector='OR'), name='mail_digest_has_a_person_and_a_day'),
        ),
    ]
