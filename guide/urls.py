from django.urls import path

from . import views, views_desk

urlpatterns = [
    path("guide/", views.guide_current, name="guide_current"),
    path("guide/<slug:slug>/", views.edition_detail, name="edition_detail"),
    path("guide/<slug:edition>/guide.pdf", views.guide_pdf, name="guide_pdf"),
    path("guide/<slug:edition>/<slug:slug>/", views.section_detail, name="section_detail"),
    path("flyer/", views.flyer_page, name="flyer_page"),
    path("desk/guide/", views_desk.desk_guide, name="desk_guide"),
    path("desk/guide/<int:pk>/pdf/", views_desk.desk_guide_pdf, name="desk_guide_pdf"),
    path("desk/jobs/<int:pk>/", views_desk.desk_job, name="desk_job"),
]
