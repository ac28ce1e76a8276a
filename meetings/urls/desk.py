"""Where the secretariat writes reports."""

from django.urls import path

from meetings.views import desk, desk_actions, desk_parts

urlpatterns = [
    path("desk/meetings/", desk.desk_meeting_list, name="desk_meeting_list"),
    path("desk/meetings/add/", desk.desk_meeting_add, name="desk_meeting_add"),
    path("desk/meetings/reading/", desk_actions.desk_reading, name="desk_reading"),
    path("desk/meetings/<slug:code>/", desk.desk_meeting, name="desk_meeting"),
    path("desk/meetings/<slug:code>/edit/", desk_parts.desk_meeting_edit, name="desk_meeting_edit"),
    path("desk/meetings/<slug:code>/texts/", desk_parts.desk_meeting_texts, name="desk_meeting_texts"),
    path("desk/meetings/<slug:code>/attendance/", desk_parts.desk_attendance, name="desk_attendance"),
    path("desk/meetings/<slug:code>/sessions/add/", desk_parts.desk_session_add, name="desk_session_add"),
    path("desk/meetings/<slug:code>/sessions/<int:number>/", desk_parts.desk_session_edit, name="desk_session_edit"),
    path(
        "desk/meetings/<slug:code>/sessions/<int:number>/move/",
        desk_parts.desk_session_move,
        name="desk_session_move",
    ),
    path(
        "desk/meetings/<slug:code>/sessions/<int:number>/delete/",
        desk_parts.desk_session_delete,
        name="desk_session_delete",
    ),
    path("desk/meetings/<slug:code>/annexes/add/", desk_parts.desk_annex_add, name="desk_annex_add"),
    path("desk/meetings/<slug:code>/annexes/<int:number>/", desk_parts.desk_annex_edit, name="desk_annex_edit"),
    path(
        "desk/meetings/<slug:code>/annexes/<int:number>/delete/",
        desk_parts.desk_annex_delete,
        name="desk_annex_delete",
    ),
    path("desk/meetings/<slug:code>/actions/add/", desk_actions.desk_action_add, name="desk_action_add"),
    path("desk/meetings/<slug:code>/actions/<int:number>/", desk_actions.desk_action_edit, name="desk_action_edit"),
    path(
        "desk/meetings/<slug:code>/actions/<int:number>/delete/",
        desk_actions.desk_action_delete,
        name="desk_action_delete",
    ),
]
