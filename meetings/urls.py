"""Addresses of meetings and agreed actions (design section 3)."""

from django.urls import path

from . import views

urlpatterns = [
    path("meetings/", views.meeting_list, name="meeting_list"),
    path("meetings/<slug:code>/", views.meeting_detail, name="meeting_detail"),
    path("meetings/<slug:code>/actions/<int:number>/", views.action_detail, name="action_detail"),
    path("actions/", views.action_list, name="action_list"),
    path("actions/export.csv", views.action_export_csv, name="action_export_csv"),
    path("my/", views.my_home, name="my_home"),
    path("my/shares/<int:pk>/report/", views.share_report, name="share_report"),
]
