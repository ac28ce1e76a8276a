"""Every address of the portal (design section 3). Stable: people bookmark and cite them."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from greencustoms.views import (
    after_sign_in,
    agreements,
    calendar,
    desk,
    health,
    health_desk,
    home,
    my_mail,
    reminders,
    search,
    seo,
)

admin.site.login = secure_admin_login(admin.site.login)

urlpatterns = [
    path("", home.home, name="home"),
    path("search/", search.search, name="search"),
    path("agreements/", agreements.agreement_list, name="agreement_list"),
    path("agreements/<slug:slug>/", agreements.agreement_detail, name="agreement_detail"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar.ics", calendar.calendar_ics, name="calendar_ics"),
    path("desk/", desk.desk_home, name="desk_home"),
    path("desk/health/", health_desk.desk_health, name="desk_health"),
    path("", include("partners.urls")),
    path("", include("meetings.urls")),
    path("", include("training.urls")),
    path("", include("guide.urls")),
    path("", include("greencustoms.urls_hs")),
    path("", include("greencustoms.urls_mail")),
    path("my/reminders/", reminders.my_reminders, name="my_reminders"),
    path("unsubscribe/<str:token>/", reminders.unsubscribe, name="unsubscribe"),
    path("my/mail/", my_mail.my_mails, name="my_mails"),
    path("my/mail/<int:pk>/", my_mail.my_mail, name="my_mail"),
    path("accounts/after/", after_sign_in.after_sign_in, name="after_sign_in"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("sitemap.xml", seo.sitemap, name="sitemap"),
    path("robots.txt", seo.robots, name="robots"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if settings.ENFORCEMENT_ENABLED:
    urlpatterns += [
        path("", include("enforcement.urls_desk")),
        path("enforcement/", include("enforcement.urls")),
    ]
