"""What everybody may see of the life of a report: its final versions; and what partners say about a circulated one."""

import functools

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from greencustoms.core.public_pages import public_page
from greencustoms.core.versions import was_changed_meanwhile
from meetings import access, deadlines
from meetings.choices import Disposition, Visibility
from meetings.forms.report import CommentEditForm, CommentForm, CompareForm
from meetings.models import Meeting, ReportComment
from meetings.reports import diff as report_diff
from meetings.reports import life as report_life
from meetings.reports import pages as report_pages
from meetings.reports import places as report_places
from meetings.reports import rules as report_rules
from meetings.reports import snapshots
from meetings.services import report_comments as services

from .saving import refused


@public_page
def report_versions(request, code):
    meeting = _visible_meeting(request, code)
    rows = _versions(request, meeting).select_related("finalised_by").order_by("-number")
    context = {
        "meeting": meeting,
        "versions": list(rows.defer("content")),
        "is_public": meeting.visibility == Visibility.PUBLIC,
        "names_persons": access.reading_level(request.user) == access.DRAFTS,
        "crumbs": _crumbs(meeting, (_("Versions"), None)),
    }
    return render(request, "meetings/report_versions.html", context)


@public_page
def report_version(request, code, number):
    meeting = _visible_meeting(request, code)
    version = get_object_or_404(_versions(request, meeting), number=number)
    context = {
        "meeting": meeting,
        "version": version,
        "places": report_pages.places_of(version.content),
        "is_in_force": number == meeting.report_version,
        "is_for_partners": meeting.visibility != Visibility.PUBLIC or not version.is_open_to_all,
        "crumbs": _crumbs(meeting, _link_to_versions(meeting), (_version_words(number), None)),
    }
    return render(request, "meetings/report_version.html", context)


@public_page(params=["from", "to"])
def report_compare(request, code):
    meeting = _visible_meeting(request, code)
    rows = _versions(request, meeting)
    numbers = list(rows.order_by("number").values_list("number", flat=True))
    asked = request.GET if request.GET else _last_two(numbers)
    form = CompareForm(asked, numbers=numbers)
    context = {
        "meeting": meeting,
        "form": form,
        "numbers": numbers,
        "crumbs": _crumbs(meeting, _link_to_versions(meeting), (_("What changed"), None)),
    }
    if len(numbers) > 1 and form.is_valid():
        first, second = (int(form.cleaned_data[name]) for name in ("from", "to"))
        content = dict(rows.filter(number__in=[first, second]).values_list("number", "content"))
        old, new = (report_pages.places_of(content[number]) for number in (first, second))
        context |= {"first": first, "second": second, "differences": report_diff.differences(old, new)}
    return render(request, "meetings/report_compare.html", context)


def keeps_the_text(view):
    """What somebody wrote comes back to them, also where the report or the comment is gone by now."""

    @functools.wraps(view)
    def wrapper(request, code, *args, **kwargs):
        try:
            return view(request, code, *args, **kwargs)
        except (Http404, ReportComment.DoesNotExist, Meeting.DoesNotExist) as error:
            text = request.POST.get("text", "")
            if not text.strip() or "withdraw" in request.POST:
                raise Http404 from error
            # The same for a report that never was: nobody learns here which ones are being written.
            crumbs = [(_("Meetings"), reverse("meeting_list")), (_("Comments"), None)]
            context = {"text": text, "crumbs": crumbs}
            return render(request, "meetings/report_comment_not_kept.html", context, status=404)

    return wrapper


@require_http_methods(["GET", "POST"])
@keeps_the_text
def report_comments(request, code):
    """The circulated draft place by place, with what was said about each, and a form as long as comments may come."""
    meeting = _visible_meeting(request, code)
    now = timezone.now()
    if not access.may_see_comments(request.user, meeting):
        return _not_asked(request, meeting, now=now)
    partners = list(access.partners_to_comment_for(request.user, meeting))
    is_open = report_rules.is_open_for_comments(meeting, now=now) and bool(partners)
    form = CommentForm(request.POST, partners=partners) if request.method == "POST" else None
    if form and form.is_valid():
        try:
            row = services.comment_report(meeting=meeting, by=request.user, now=now, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("Your comment is kept. You can change it until it is answered."))
            return redirect(f"{request.path}#{row.place}")
    places = _places_with_comments(request.user, meeting, partners, form, is_open=is_open)
    is_shown = any(is_bound and own_form for _place, _said, own_form, is_bound in places)
    context = {
        "meeting": meeting,
        "places": places,
        "has_comments": any(said for _place, said, _form, _bound in places),
        "text_not_kept": form.data.get("text", "") if form and not is_shown else "",
        "is_open": is_open,
        "state_words": report_life.state_words(meeting, now=now),
        "days_left": report_rules.days_left(meeting, now=now) if meeting.comments_until else None,
        "until": deadlines.long_day(meeting.comments_until) if meeting.comments_until else "",
        "sees_all": request.user.has_perm("meetings.see_drafts"),
        "form_errors": form if form and form.errors else None,
        "crumbs": _crumbs(meeting, (_("Comments"), None)),
    }
    return render(request, "meetings/report_comments.html", context)


def _not_asked(request, meeting, *, now):
    """Staff of other partners are told why there is nothing to fill in; what they wrote comes back to them."""
    if not access.may_know_who_comments(request.user) or request.POST.get("text", "").strip():
        raise Http404
    context = {
        "meeting": meeting,
        "state_words": report_life.state_words(meeting, now=now),
        "who_comments": report_life.who_comments(meeting),
        "crumbs": _crumbs(meeting, (_("Comments"), None)),
    }
    return render(request, "meetings/report_comments_not_asked.html", context, status=403)


@require_http_methods(["GET", "POST"])
@keeps_the_text
def report_comment_edit(request, code, pk):
    meeting = _visible_meeting(request, code)
    comment = get_object_or_404(meeting.comments.select_related("partner"), pk=pk, by=request.user)
    initial = {"text": comment.text, "version": comment.version}
    form = CommentEditForm(request.POST or None, initial=initial)
    theirs = None
    if form.is_valid():
        try:
            said = _change(request, comment, form.cleaned_data)
        except ValidationError as error:
            comment.refresh_from_db()
            theirs = comment if was_changed_meanwhile(error) else None
            form = refused(form, comment, error)
        else:
            messages.success(request, said)
            return redirect(f"{reverse('report_comments', args=[code])}#{comment.place}")
    context = {
        "meeting": meeting,
        "comment": comment,
        "place_words": report_places.words_of(comment.place, report_places.places_of(meeting)),
        "form": form,
        "theirs": theirs,
        "crumbs": _crumbs(meeting, (_("Comments"), reverse("report_comments", args=[code])), (_("Your comment"), None)),
    }
    return render(request, "meetings/report_comment_edit.html", context)


def _change(request, comment, cleaned) -> str:
    if "withdraw" in request.POST:
        services.withdraw_comment(comment=comment, by=request.user, version=cleaned["version"])
        return _("Your comment is withdrawn.")
    services.edit_comment(comment=comment, by=request.user, **cleaned)
    return _("Your changes are saved.")


def _places_with_comments(user, meeting, partners, form, *, is_open):
    """Each place of the report with its comments: those of one's own organisations, or all for the secretariat."""
    rows = ReportComment.objects.filter(meeting=meeting).select_related("partner", "by").order_by("at", "pk")
    if not user.has_perm("meetings.see_drafts"):
        rows = rows.filter(partner__in=partners)
    said: dict[str, list] = {}
    for row in rows:
        row.may_change = is_open and row.by_id == user.pk and row.disposition == Disposition.OPEN
        said.setdefault(row.place, []).append(row)
    names = report_places.places_of(meeting)
    shown = {place.key: place for place in report_pages.places_of(snapshots.of(meeting))}
    whole = report_pages.Place(report_places.REPORT, names[report_places.REPORT])
    found = []
    for key, place in {whole.key: whole, **shown}.items():
        is_bound = form is not None and form.data.get("place") == key
        own_form = None
        if is_open and key in names:
            own_form = form if is_bound else CommentForm(initial={"place": key}, partners=partners, auto_id=f"{key}-%s")
        found.append((place, said.pop(key, []), own_form, is_bound))
    for key, comments in said.items():
        found.append((report_pages.Place(key, report_places.words_of(key, names)), comments, None, False))
    return found


def _visible_meeting(request, code):
    meetings = access.meetings_for(access.reading_level(request.user))
    return get_object_or_404(meetings.select_related("revises"), code=code)


def _versions(request, meeting):
    return access.versions_for(access.reading_level(request.user)).filter(meeting=meeting)


def _last_two(numbers: list[int]) -> dict[str, int]:
    return {"from": numbers[-2], "to": numbers[-1]} if len(numbers) > 1 else {}


def _version_words(number: int) -> str:
    return _("Version %(number)d") % {"number": number}


def _link_to_versions(meeting):
    return _("Versions"), reverse("report_versions", args=[meeting.code])


def _crumbs(meeting, *rest):
    return [(_("Meetings"), reverse("meeting_list")), (str(meeting), meeting.get_absolute_url()), *rest]
