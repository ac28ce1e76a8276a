"""Where to write when something on the portal is wrong."""

from django.shortcuts import render

from greencustoms.core.public_pages import public_page
from partners.choices import Standing
from partners.models import Partner


@public_page
def feedback(request):
    secretariat = Partner.objects.filter(standing=Standing.SECRETARIAT).first()
    return render(request, "front/feedback.html", {"secretariat": secretariat})
