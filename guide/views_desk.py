"""Where the secretariat has the PDFs made and sees how far they have come."""

from django.contrib.auth.decorators import permission_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from greencustoms.core import made_files
from greencustoms.core.models import Job
from greencustoms.core.posting import post_only

from . import services
from .models import Edition, EditionPdf
from .states import pdf_states


@require_safe
@permission_required("guide.publish_edition", raise_exception=True)
def desk_guide(request):
    return render(request, "guide/desk_guide.html", {"states": pdf_states(Edition.objects.guides())})


@permission_required("guide.publish_edition", raise_exception=True)
@post_only("desk_guide")
def desk_guide_pdf(request, pk):
    edition = get_object_or_404(Edition.objects.guides(), pk=pk)
    job = services.ask_for_pdf(edition=edition, by=request.user)
    return redirect("desk_job", job.pk)


@require_safe
@permission_required("guide.publish_edition", raise_exception=True)
@vary_on_headers("HX-Request")
def desk_job(request, pk):
    job = get_object_or_404(Job.objects.filter(kind=services.PDF_JOB), pk=pk)
    pdf = EditionPdf.objects.filter(file=job.result.get("file")).select_related("file", "edition").first()
    template = "guide/_job.html" if request.headers.get("HX-Request") else "guide/desk_job.html"
    return render(
        request,
        template,
        {
            "job": job,
            "step": made_files.step_words(job),
            "edition": get_object_or_404(Edition, pk=job.args.get("edition")),
            "pdf": pdf,
        },
    )
