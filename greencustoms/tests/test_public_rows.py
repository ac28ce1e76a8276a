"""A saved row of a public room makes kept pages stale, unless it is known to stand on none of them."""

from django.apps import apps

PUBLIC_ROOMS = ("partners", "meetings", "training", "guide")
# Shown to nobody but signed-in people.
PRIVATE = {
    "partners.AccountRequest",
    "partners.Holiday",
    "partners.Invitation",
    "partners.Membership",
    "meetings.CalendarAddress",
    "meetings.Notice",
    "meetings.ReminderDay",
    "meetings.ReportComment",
    "meetings.ReportPdf",
    "guide.Feedback",
}


def test_every_model_of_a_public_room_is_marked_as_shown_or_named_as_private():
    models = [model for room in PUBLIC_ROOMS for model in apps.get_app_config(room).get_models()]

    unmarked = {
        model._meta.label
        for model in models
        # The history that goes along with a row is shown nowhere.
        if not getattr(model, "shown_on_public_pages", False) and not hasattr(model, "history_object")
    }

    assert unmarked == PRIVATE
