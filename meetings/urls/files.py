"""Addresses of what leaves the portal: tables, calendars, the feed and PDFs (design section 3)."""

from django.urls import path

from meetings.views import calendars, feeds, files

urlpatterns = [
    path("meetings/<slug:code>/report.pdf", files.meeting_report_pdf, name="meeting_report_pdf"),
    path("meetings/<slug:code>/progress.pdf", files.meeting_progress_pdf, name="meeting_progress_pdf"),
    path("partners/<slug:slug>/progress.pdf", files.partner_progress_pdf, name="partner_progress_pdf"),
    path("actions/export.csv", feeds.action_export_csv, name="action_export_csv"),
    path("actions/export.xlsx", feeds.action_export_xlsx, name="action_export_xlsx"),
    path("actions/export.ics", feeds.action_export_ics, name="action_export_ics"),
    path("actions/feed.atom", feeds.action_feed_atom, name="action_feed"),
    path("my/calendar/", calendars.my_calendar, name="my_calendar"),
    path("my/calendar/<str:token>.ics", calendars.my_calendar_ics, name="my_calendar_ics"),
]
