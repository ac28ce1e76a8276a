"""The home of partner staff."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from greencustoms.core import publication
from greencustoms.core.paging import page_of
from meetings import my_work
from meetings.totals import this_minute
from partners.models import Partner

MY_ROWS = 50


@require_safe
def my_home(request):
    partners = list(Partner.objects.of(request.user).alphabetical())
    stages = my_work.open_stages(partners)
    asked = {"partners": [partner.pk for partner in partners], "minute": this_minute()}
    total = publication.kept("my-total", asked, stages.order_by().count)
    page = page_of(stages, request, per_page=MY_ROWS, total=total, columns=("pk",))
    work = my_work.of(
        request.user, partners, stages=[key for (key,) in page.rows], is_first_page=page.number == 1, now=timezone.now()
    )
    context = {"partners": partners, "work": work, "page": page, "crumbs": []}
    return render(request, "meetings/my_home.html", context)
