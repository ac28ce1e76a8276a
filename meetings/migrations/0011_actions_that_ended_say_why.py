from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("meetings", "0010_sessions_name_their_owners"),
        ("partners", "0002_invitations_are_unambiguous"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddIndex(
            model_name="actionshare",
            index=models.Index(
                condition=models.Q(("sent_back_at__isnull", False)), fields=["partner"], name="share_came_back"
            ),
        ),
        migrations.AddConstraint(
            model_name="agreedaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stored_state", "dropped"), _negated=True),
                    models.Q(("state_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="action_dropped_with_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreedaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stored_state", "superseded"), ("superseded_by__isnull", False)),
                    models.Q(models.Q(("stored_state", "superseded"), _negated=True), ("superseded_by", None)),
                    _connector="OR",
                ),
                name="action_superseded_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreedaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("carried_over_to__isnull", False), ("stored_state", "carried_over")),
                    models.Q(models.Q(("stored_state", "carried_over"), _negated=True), ("carried_over_to", None)),
                    _connector="OR",
                ),
                name="action_carried_over_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreedaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("superseded_by", None),
                        models.Q(("superseded_by", models.F("id")), _negated=True),
                        _connector="OR",
                    ),
                    models.Q(
                        ("carried_over_to", None),
                        models.Q(("carried_over_to", models.F("id")), _negated=True),
                        _connector="OR",
                    ),
                ),
                name="action_never_takes_its_own_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="agreedaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state_changed_at", None), ("state_changed_by", None)),
                    models.Q(("state_changed_at__isnull", False), ("state_changed_by__isnull", False)),
                    _connector="OR",
                ),
                name="action_state_changed_at_and_by_together",
            ),
        ),
    ]
