"""The first page: a search box, what is due, two doors."""

from datetime import date

from django.shortcuts import render
from django.utils import timezone

from greencustoms.core import publication
from greencustoms.core.public_pages import public_page
from guide.models import ControlledGood, Edition
from meetings.deadlines import due_words
from meetings.models import ActionShare, AgreedAction, Meeting
from partners.models import Agreement, Partner
from training.models import Course

DUE_ROWS = 5


@public_page
def home(request):
    context = {
        "agreements": Agreement.objects.alphabetical().only("slug", "short_name", "sort_key"),
        **publication.kept("home", {}, _counts_and_latest),
    }
    if request.user.is_authenticated:
        context["due"] = _due_for(request.user, today=timezone.localdate())
    return render(request, "front/home.html", context)


def _due_for(user, *, today: date) -> list[dict]:
    """The shares this person's organisations owe, the latest one first."""
    shares = ActionShare.objects.of(user).owed().reminding().late_first()
    rows = shares.select_related("partner", "deadline__action__meeting")[:DUE_ROWS]
    return [_due_row(share, today) for share in rows]


def _due_row(share: ActionShare, today: date) -> dict:
    deadline = share.deadline
    due = due_words(kind=deadline.kind, latest=deadline.latest, today=today, review_on=deadline.review_on)
    return {
        "url": share.get_absolute_url(),
        "title": deadline.action.title,
        "stage": deadline.label,
        "reference": deadline.action.reference,
        "partner": share.partner.short_name,
        "by_when_text": deadline.by_when_text,
        "is_invented": deadline.action.meeting.is_invented,
        "due": due,
    }


def _counts_and_latest() -> dict:
    """What the two doors say; plain values, kept until something is published."""
    courses = Course.objects.published()
    latest_course = courses.exclude(dated_edtf="").order_by("-dated_edtf", "pk").first()
    edition = Edition.objects.guides().current().first()
    return {
        "course_count": courses.count(),
        "open_course_count": courses.can_take_today().count(),
        "good_count": ControlledGood.objects.count(),
        "hs_edition": ControlledGood.objects.order_by("-hs_edition").values_list("hs_edition", flat=True).first(),
        "action_count": AgreedAction.objects.public().count(),
        "invented_count": AgreedAction.objects.public().filter(meeting__is_invented=True).count(),
        "meeting_count": Meeting.objects.public().count(),
        "partner_count": Partner.objects.partners().count(),
        "agreement_count": Agreement.objects.count(),
        "latest_course": latest_course and {"title": latest_course.title, "url": latest_course.get_absolute_url()},
        "current_guide": edition and {"title": edition.title, "slug": edition.slug, "notice": edition.notice},
    }
