"""Addresses of meetings and agreed actions (design section 3)."""

from django.urls import include, path

from meetings.views import action_pages, actions, annexes, my, public, shares

urlpatterns = [
    path("", include("meetings.urls.decide")),
    path("", include("meetings.urls.board")),
    path("", include("meetings.urls.desk")),
    path("meetings/", public.meeting_list, name="meeting_list"),
    path("meetings/<slug:code>/", public.meeting_detail, name="meeting_detail"),
    path("meetings/<slug:code>/annexes/<int:number>/", annexes.annex_file, name="annex_file"),
    path("meetings/<slug:code>/actions/<int:number>/", action_pages.action_detail, name="action_detail"),
    path("meetings/<slug:code>/actions/<int:number>/history/", action_pages.action_history, name="action_history"),
    path(
        "meetings/<slug:code>/actions/<int:number>/answers/<int:pk>/",
        action_pages.share_answer_file,
        name="share_answer_file",
    ),
    path("actions/", actions.action_list, name="action_list"),
    path("", include("meetings.urls.files")),
    path("", include("meetings.urls.reports")),
    path("my/", my.my_home, name="my_home"),
    path("my/shares/<int:pk>/report/", shares.share_report, name="share_report"),
]
