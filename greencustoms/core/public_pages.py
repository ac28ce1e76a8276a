"""Public pages without a session: kept whole, answered from the cache or with "not modified"."""

import contextlib
import functools
import gzip
import hashlib
from collections.abc import Iterable

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified, QueryDict
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.utils.http import parse_etags
from django.utils.translation import get_language_from_request
from django.views.decorators.http import require_safe
from redis.exceptions import RedisError

from . import publication

NEVER_CACHED = ("/my/", "/desk/", "/enforcement/", "/accounts/", "/admin/", "/static/")
KEPT_SECONDS = 60 * 60
KEPT_HEADERS = ("Content-Type", "Content-Disposition", "Content-Language", "X-Frame-Options", "X-Robots-Tag")
LARGEST_KEPT_BYTES = 192 * 1024
# Level 6 takes twice the time for a twentieth less.
COMPRESSION = 4


def public_page(view=None, *, params: Iterable[str] = (), is_kept: bool = True):
    """Mark a view as open to everyone, GET only, the same for every visitor who is not signed in.

    Such a view must not open the session nor ask for a CSRF token when nobody is signed in. It meets only the
    parameters it declares, so that made-up ones neither change the page nor make another entry in the cache.
    With `is_kept=False`, as for exports, the answer has an ETag and is made anew each time.
    """
    if view is None:
        return functools.partial(public_page, params=params, is_kept=is_kept)

    @login_not_required
    @require_safe
    @functools.wraps(view)
    def wrapper(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if is_anonymous(request) and response.status_code == 200 and not response.streaming:
            response.is_public_page = True
            response.is_kept = is_kept
        return response

    vars(wrapper)["public_params"] = frozenset(params)
    return wrapper


def is_anonymous(request: HttpRequest) -> bool:
    """Whether the visitor carries neither a session nor a message to be shown."""
    cookies = request.COOKIES
    return settings.SESSION_COOKIE_NAME not in cookies and "messages" not in cookies


class PublicPagesMiddleware:
    """Stands before the session: an anonymous visitor's page comes from the cache without any SQL."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if not self._may_be_kept(request):
            response = self.get_response(request)
            if hasattr(request, "user") and request.user.is_authenticated:
                response.headers.setdefault("Cache-Control", "private, no-store")
            return response
        # No session cookie: whoever asks for the user gets nobody, and no session is opened.
        request.user = AnonymousUser()
        leave_out_undeclared(request)
        version = publication.current_version() if settings.KEEP_WHOLE_PAGES else ""
        key = page_key(request, version)
        kept = self._get(key) if version else None
        if kept is None:
            response = self.get_response(request)
            if not getattr(response, "is_public_page", False):
                return response
            kept = keep(response)
            if version and response.is_kept and len(kept["body"]) <= LARGEST_KEPT_BYTES:
                self._set(key, kept)
        return answer(request, kept)

    @staticmethod
    def _may_be_kept(request) -> bool:
        return request.method in ("GET", "HEAD") and not request.path.startswith(NEVER_CACHED) and is_anonymous(request)

    @staticmethod
    def _get(key):
        try:
            return caches["pages"].get(key)
        except (OSError, RedisError):  # a lost Redis makes pages slower, never unavailable
            return None

    @staticmethod
    def _set(key, kept):
        with contextlib.suppress(OSError, RedisError):
            caches["pages"].set(key, kept, KEPT_SECONDS)


def leave_out_undeclared(request: HttpRequest) -> None:
    """Take from the query what the public page at this address does not declare."""
    if not request.META.get("QUERY_STRING"):
        return
    try:
        declared = getattr(resolve(request.path_info).func, "public_params", None)
    except Resolver404:
        return
    if declared is None:
        return
    query = QueryDict(mutable=True)
    for name, values in request.GET.lists():
        if name in declared:
            query.setlist(name, values)
    query._mutable = False
    request.GET = query  # type: ignore[assignment]  # immutable now, as the stubs want it
    request.META["QUERY_STRING"] = query.urlencode()


def page_key(request: HttpRequest, version: str) -> str:
    """Path, declared query, language, day and version of the public content.

    The day is in it because pages say "overdue", and that changes at midnight.
    """
    parts = [
        version,
        timezone.now().date().isoformat(),
        request.get_host(),
        request.path,
        request.META.get("QUERY_STRING", ""),
        get_language_from_request(request) if len(settings.LANGUAGES) > 1 else settings.LANGUAGE_CODE,
    ]
    return "page:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()


def keep(response: HttpResponse) -> dict:
    """What the cache holds of a page: body, compressed body, headers, ETag."""
    body = response.content
    return {
        "body": body,
        "gzip": gzip.compress(body, COMPRESSION, mtime=0) if len(body) > 500 else None,
        "headers": {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers},
        "etag": 'W/"' + hashlib.sha256(body).hexdigest()[:32] + '"',
    }


def answer(request: HttpRequest, kept: dict) -> HttpResponse:
    """The kept page, compressed if the browser takes that, or 304 if it has it already."""
    if is_held(kept["etag"], request.headers.get("If-None-Match", "")):
        response: HttpResponse = HttpResponseNotModified()
    else:
        body = kept["body"]
        headers = dict(kept["headers"])
        if kept["gzip"] and "gzip" in request.headers.get("Accept-Encoding", ""):
            body = kept["gzip"]
            headers["Content-Encoding"] = "gzip"
        response = HttpResponse(b"" if request.method == "HEAD" else body, headers=headers)
        response.headers["Content-Length"] = str(len(body))
    response.headers["ETag"] = kept["etag"]
    # Always asked again: a publication shows at once, and an unchanged page costs a few bytes.
    response.headers["Cache-Control"] = "public, no-cache"
    varies = ["Accept-Encoding"]
    if len(settings.LANGUAGES) > 1:
        varies.append("Accept-Language")
    patch_vary_headers(response, varies)
    return response


def is_held(etag: str, if_none_match: str) -> bool:
    """Whether the browser holds this page. Compared weakly, as RFC 9110 asks for If-None-Match."""
    held = [tag.removeprefix("W/") for tag in parse_etags(if_none_match)]
    return "*" in held or etag.removeprefix("W/") in held
