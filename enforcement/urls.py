"""Addresses below /enforcement/. The last one takes all others, so that none tells whether it exists."""

from django.urls import path, re_path

from . import views

urlpatterns = [
    path("", views.enforcement_home, name="enforcement_home"),
    path("ask/", views.enforcement_ask, name="enforcement_ask"),
    path("indicators/", views.indicator_list, name="indicator_list"),
    path("indicators/<str:pk>/", views.indicator_detail, name="indicator_detail"),
    # Not ".*": a dot stops at a line break, and such a path would fall through to the ordinary 404.
    re_path(r"^[\s\S]*$", views.nothing_here, name="nothing_here"),
]
