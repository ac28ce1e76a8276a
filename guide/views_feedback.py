"""What readers say about a page: the form that needs no account, and the desk where it is answered."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required, permission_required
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from greencustoms.core import facets, open_forms
from greencustoms.core.paging import page_of

from . import services
from .feedback_pages import own_path
from .filters import FeedbackFilter
from .forms import FeedbackAnswerForm, FeedbackForm
from .models import Feedback

_references = Signer(salt="feedback-reference")


@login_not_required
@never_cache
@require_http_methods(["GET", "POST"])
def feedback(request):
    if open_forms.is_robot(request):
        return redirect("feedback_sent")
    now = timezone.now()
    sender = request.user if request.user.is_authenticated else None
    initial = {"page": _page_named(request), "reply_to": sender.email if sender else ""}
    form = FeedbackForm(request.POST or None, initial=initial, host=request.get_host(), now=now)
    status = 200
    if form.is_valid():
        if open_forms.allow_network(request, "feedback", burst=10, per_hour=20):
            row = services.record_feedback(**form.cleaned_data, by=sender, now=now)
            signed = urlencode({"reference": _references.sign(row.reference)})
            return redirect(f"{reverse('feedback_sent')}?{signed}")
        form.add_error(None, _("Too many messages came from your network. Please try again in an hour."))
        status = 429
    return render(request, "guide/feedback.html", {"form": form}, status=status)


def _page_named(request) -> str:
    """The page the visitor came from, as the link at its foot names it."""
    try:
        return own_path(request.GET.get("page", ""), host=request.get_host())
    except ValueError:
        return ""


@login_not_required
@never_cache
@require_safe
def feedback_sent(request):
    """The reference is signed, so that nobody can have this page say something else."""
    try:
        reference = _references.unsign(request.GET.get("reference", ""))
    except BadSignature:
        reference = ""
    return render(request, "guide/feedback_sent.html", {"reference": reference})


@permission_required("guide.answer_feedback", raise_exception=True)
@require_safe
def desk_feedback_list(request):
    rows = Feedback.objects.select_related("by")
    filter = FeedbackFilter(request.GET, queryset=rows)
    page = page_of(filter.qs if filter.is_valid() else rows, request)
    chips = facets.chips(request.GET, request.path, filter.chosen())
    context = {"filter": filter, "page": page, "chips": chips}
    return render(request, "guide/desk_feedback_list.html", context)


@permission_required("guide.answer_feedback", raise_exception=True)
@require_http_methods(["GET", "POST"])
def desk_feedback_answer(request, pk):
    row = get_object_or_404(Feedback.objects.select_related("by", "answered_by"), pk=pk)
    initial = {"state": row.state, "note": row.note, "version": row.version}
    form = FeedbackAnswerForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.answer_feedback(feedback=row, by=request.user, now=timezone.now(), **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error)
            row.refresh_from_db()
            form.data = form.data.copy()
            form.data["version"] = row.version
        else:
            messages.success(request, _("Your note on %(reference)s is saved.") % {"reference": row.reference})
            return redirect("desk_feedback_list")
    return render(request, "guide/desk_feedback_answer.html", {"feedback": row, "form": form})
