"""Addresses of the life of a report."""

from django.urls import path

from .views import public

urlpatterns = [path("meetings/<slug:code>/comments/", public.meeting_detail, name="report_comments")]
