"""Every address of the portal (design section 3). Stable: people bookmark and cite them."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from greencustoms.views import health

admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", include("partners.urls")),
    path("", include("meetings.urls")),
    path("", include("training.urls")),
    path("", include("guide.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if settings.ENFORCEMENT_ENABLED:
    urlpatterns.append(path("enforcement/", include("enforcement.urls")))
