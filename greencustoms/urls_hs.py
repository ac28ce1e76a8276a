"""HS codes: front-door pages, since the answer joins goods, agreements, courses and the guide."""

from django.urls import path

from greencustoms.views import hs

urlpatterns = [
    path("hs/", hs.hs_search, name="hs_search"),
    path("hs/export.csv", hs.hs_export_csv, name="hs_export_csv"),
    path("hs/<str:code>/", hs.hs_answer, name="hs_answer"),
]
