"""A final report cannot be changed by any address of the portal, whoever sends whatever to it."""

import pytest
from django.contrib import admin
from django.urls import reverse

from meetings.models import AgendaItem, Meeting, ReportVersion
from meetings.models.locking import Locked
from meetings.reports import snapshots

from .addresses import ADDRESSES
from .world import PERSONAS

pytestmark = pytest.mark.django_db

# What forms of the desk ask for, so that as many as possible are taken.
FILLED = {
    "version": "0", "title": "Other title", "number": "9", "starts_on": "2031-01-01", "ends_on": "2031-01-02",
    "city": "Elsewhere", "country": "KE", "time_zone": "UTC", "introduction": "Other.", "opening": "Other.",
    "conclusion": "Other.", "afterwards": "Other.", "text": "Other.", "summary": "Other.", "reason": "Because.",
    "direction": "later", "topic_heading": "Other", "by_whom_text": "nobody", "completion_rule": "any",
    "stages-TOTAL_FORMS": "1", "stages-INITIAL_FORMS": "0", "stages-0-by_when_text": "by May 2031",
    "until": "2031-01-01", "session": "1", "label": "Other", "note": "Other.", "source": "Other.",
}  # fmt: skip
WRITES = [address for address in ADDRESSES if address.route.startswith(("desk/meetings/", "meetings/"))]


def everything(meeting):
    content = snapshots.of(meeting)
    # Who may read it can be chosen at any time, and owners may join; neither changes what was agreed.
    del content["visibility"]
    return content


@pytest.mark.parametrize("persona", ["secretariat", "superuser"])
@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_no_address_changes_a_final_report(method, persona, world, client):
    assert persona in PERSONAS
    client.raise_request_exception = False
    world.sign_in(client, persona)
    report = world.meeting
    before = everything(report)
    broken = {}
    for address in WRITES:
        path = address.path
        for name in ("draft_meeting", "circulated_meeting", "partners_meeting"):
            path = path.replace(f"{{world.{name}.code}}", "{world.meeting.code}")
        path = path.format(world=world)
        for data in ({}, FILLED):
            status = getattr(client, method)(path, data).status_code if method == "post" else (
                getattr(client, method)(path).status_code
            )  # fmt: skip
            if status >= 500 or everything(Meeting.objects.get(pk=report.pk)) != before:
                broken[path] = status

    assert broken == {}
    assert Meeting.objects.get(pk=report.pk).state == "final"
    assert ReportVersion.objects.get(meeting=report).number == 1
    assert not AgendaItem.objects.filter(meeting=report).exists()


def test_administration_changes_no_row_of_a_report(world, client):
    world.sign_in(client, "superuser")
    before = everything(world.meeting)
    registered = [model for model in admin.site._registry if issubclass(model, Locked | ReportVersion)]
    assert registered
    for model in registered:
        row = model.objects.first()
        info = model._meta.app_label, model._meta.model_name
        for name in ("change", "delete"):
            assert client.post(reverse("admin:{}_{}_{}".format(*info, name), args=[row.pk]), FILLED).status_code == 403
        assert client.post(reverse("admin:{}_{}_add".format(*info)), FILLED).status_code == 403
        action = {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"}
        client.post(reverse("admin:{}_{}_changelist".format(*info)), action)

    assert everything(Meeting.objects.get(pk=world.meeting.pk)) == before
