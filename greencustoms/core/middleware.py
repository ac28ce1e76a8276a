"""What happens to every request: headers for browsers, and one cleaning of the query string."""

from django.http import QueryDict

from .query import clean_text

PERMISSIONS_POLICY = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), microphone=(), "
    "midi=(), payment=(), usb=(), browsing-topics=()"
)
LONGEST_QUERY = 4_000
MOST_PARAMETERS = 60


def browser_policies(get_response):
    """Headers that forbid browsers what no page of the portal needs."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def clean_query(get_response):
    """Replace the query string by a cleaned one, so that no view ever meets NUL or half a character.

    Cleaning only takes away (security section 6): control characters, surrogates, what is longer than
    200 characters a value, and parameters beyond the sixtieth.
    """

    def middleware(request):
        raw = request.META.get("QUERY_STRING", "")
        if raw:
            cleaned = cleaned_query(raw)
            request.GET = cleaned
            request.META["QUERY_STRING"] = cleaned.urlencode()
        return get_response(request)

    return middleware


def cleaned_query(raw: str) -> QueryDict:
    """The query string with every name and value cleaned."""
    query = QueryDict(mutable=True)
    pairs = raw[:LONGEST_QUERY].split("&")[:MOST_PARAMETERS]
    # A server hands over bytes as Latin-1 text (PEP 3333); what was meant is UTF-8.
    as_bytes = "&".join(pairs).encode("latin-1", "ignore")
    for name, values in QueryDict(as_bytes).lists():
        name = clean_text(name)
        if name:
            for value in values:
                query.appendlist(name, clean_text(value))
    query._mutable = False
    return query
