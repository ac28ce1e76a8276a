"""Addresses of the life of a report."""

from django.urls import path

from meetings.views import report_desk, reports

DESK = "desk/meetings/<slug:code>"

urlpatterns = [
    path("meetings/<slug:code>/versions/", reports.report_versions, name="report_versions"),
    path("meetings/<slug:code>/versions/compare/", reports.report_compare, name="report_compare"),
    path("meetings/<slug:code>/versions/<int:number>/", reports.report_version, name="report_version"),
    path("meetings/<slug:code>/comments/", reports.report_comments, name="report_comments"),
    path("meetings/<slug:code>/comments/<int:pk>/", reports.report_comment_edit, name="report_comment_edit"),
    path(f"{DESK}/circulate/", report_desk.desk_circulate, name="desk_circulate"),
    path(f"{DESK}/finalise/", report_desk.desk_finalise, name="desk_finalise"),
    path(f"{DESK}/reopen/", report_desk.desk_reopen, name="desk_reopen"),
    path(f"{DESK}/discard/", report_desk.desk_discard_copy, name="desk_discard_copy"),
    path(f"{DESK}/readers/", report_desk.desk_report_readers, name="desk_report_readers"),
    path(f"{DESK}/report-comments/", report_desk.desk_report_comments, name="desk_report_comments"),
    path(f"{DESK}/report-comments/export.csv", report_desk.desk_report_comments_csv, name="desk_report_comments_csv"),
    path(f"{DESK}/report-comments/<int:pk>/", report_desk.desk_report_comment, name="desk_report_comment"),
]
