from django.urls import path

from . import views, views_desk, views_feedback

urlpatterns = [
    path("guide/", views.guide_current, name="guide_current"),
    path("guide/<slug:slug>/", views.edition_detail, name="edition_detail"),
    path("guide/<slug:edition>/guide.pdf", views.guide_pdf, name="guide_pdf"),
    path("guide/<slug:edition>/<slug:slug>/", views.section_detail, name="section_detail"),
    path("flyer/", views.flyer_page, name="flyer_page"),
    path("feedback/", views_feedback.feedback, name="feedback"),
    path("feedback/sent/", views_feedback.feedback_sent, name="feedback_sent"),
    path("desk/feedback/", views_feedback.desk_feedback_list, name="desk_feedback_list"),
    path("desk/feedback/<int:pk>/", views_feedback.desk_feedback_answer, name="desk_feedback_answer"),
    path("desk/guide/", views_desk.desk_guide, name="desk_guide"),
    path("desk/guide/<int:pk>/pdf/", views_desk.desk_guide_pdf, name="desk_guide_pdf"),
    path("desk/jobs/<int:pk>/", views_desk.desk_job, name="desk_job"),
]
