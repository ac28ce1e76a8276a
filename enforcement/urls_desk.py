"""The access administrators' pages, with full paths."""

from django.urls import path

from . import views_desk

urlpatterns = [
    path("desk/access/", views_desk.desk_access, name="desk_access"),
    path("desk/access/grant/", views_desk.desk_access_grant, name="desk_access_grant"),
    path("desk/access/requests/<int:pk>/refuse/", views_desk.desk_access_refuse, name="desk_access_refuse"),
    path("desk/access/<int:pk>/revoke/", views_desk.desk_access_revoke, name="desk_access_revoke"),
    path("desk/access/log/", views_desk.desk_access_log, name="desk_access_log"),
]
