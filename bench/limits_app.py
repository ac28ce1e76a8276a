"""The limits L1 and L2: Django with nothing around it, on the portal's own database."""

import os

import django
import environ
from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.template import engines
from django.urls import path

env = environ.Env()
settings.configure(
    SECRET_KEY="limits",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=[],
    INSTALLED_APPS=[],
    TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "OPTIONS": {}}],
    DATABASES={"default": {**env.db_url_config(os.environ["BENCH_DATABASE"]), "CONN_MAX_AGE": None}},
    LOGGING_CONFIG=None,
)
django.setup()

TABLE = engines["django"].from_string(
    "<!doctype html><html lang=en><title>Limit</title><table>{% for row in rows %}<tr>"
    "{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table></html>"
)
# As many cells as a row of /actions/ shows strings (README.md), out of the tables of that list, along primary keys.
SELECT = """
SELECT meeting.code, CAST(action.number AS text), action.title, meeting.title, action.by_whom_text,
    stage.by_when_text, stage.label, stage.kind, CAST(stage.latest AS text), action.completion_rule,
    action.stored_state, meeting.time_zone
FROM meetings_agreedaction AS action
JOIN meetings_meeting AS meeting ON meeting.id = action.meeting_id
JOIN meetings_deadline AS stage ON stage.action_id = action.id AND stage.position = 1
ORDER BY action.id LIMIT 50
"""


def constant(request):
    return HttpResponse(b"<!doctype html><html lang=en><title>Limit</title><p>Constant</p></html>")


def fifty_rows(request):
    with connection.cursor() as cursor:
        cursor.execute(SELECT)
        rows = cursor.fetchall()
    return HttpResponse(TABLE.render({"rows": rows}))


urlpatterns = [path("l1", constant), path("l2", fifty_rows)]

from django.core.wsgi import get_wsgi_application  # noqa: E402 - after configure()

application = get_wsgi_application()
