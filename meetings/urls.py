"""Addresses of meetings and agreed actions (design section 3)."""

from django.urls import path

from .views import actions, my, public, shares

urlpatterns = [
    path("meetings/", public.meeting_list, name="meeting_list"),
    path("meetings/<slug:code>/", public.meeting_detail, name="meeting_detail"),
    path("meetings/<slug:code>/actions/<int:number>/", public.action_detail, name="action_detail"),
    path("actions/", actions.action_list, name="action_list"),
    path("actions/export.csv", actions.action_export_csv, name="action_export_csv"),
    path("my/", my.my_home, name="my_home"),
    path("my/shares/<int:pk>/report/", shares.share_report, name="share_report"),
]
