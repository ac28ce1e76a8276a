"""Who is silent. Its addresses come before those that take a meeting's code in the same place."""

from django.urls import path

from meetings.views import board

urlpatterns = [
    path("desk/meetings/silent/", board.desk_silent, name="desk_silent"),
    path("desk/meetings/silent/old-deadlines/", board.desk_past_deadlines, name="desk_past_deadlines"),
    path("desk/meetings/silent/old-deadlines/<int:pk>/", board.desk_deadline_reopen, name="desk_deadline_reopen"),
]
