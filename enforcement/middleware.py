"""What leaves the restricted section: one refusal for all reasons, and nothing that may be kept."""

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string

from .access import LogUnavailable

BEHIND_THE_GATE = "/enforcement/"


class BehindTheGateMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        # Asked first: a view that goes on after the second factor was used carries another path in the end.
        is_behind = request.path.startswith(BEHIND_THE_GATE)
        response = self.get_response(request)
        if is_behind or request.path.startswith(BEHIND_THE_GATE):
            response.headers["Cache-Control"] = "no-store"
            response.headers["Referrer-Policy"] = "same-origin"
            response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
            for name in ("ETag", "Last-Modified", "Expires"):
                response.headers.pop(name, None)
        return response

    def process_exception(self, request, exception):
        if isinstance(exception, LogUnavailable):
            return HttpResponse(render_to_string("enforcement/unavailable.html"), status=503)
        if isinstance(exception, Http404) and request.path.startswith(BEHIND_THE_GATE):
            # The same bytes for everybody and every reason: no name, no token, no path on the page.
            return HttpResponse(render_to_string("enforcement/not_here.html"), status=404)
        return None
