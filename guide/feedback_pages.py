"""Which page a message is about: a path of this portal, and no more of it than may be kept."""

from urllib.parse import unquote, urlsplit

from django.urls import Resolver404, resolve

from greencustoms.core.query import clean_text

# The rest of such a path may be a secret (the link in a mail) or name a restricted item.
FIRST_PART_ONLY = ("/accounts/", "/enforcement/", "/desk/access/")


def own_path(text: str, *, host: str) -> str:
    """The path of a page of this portal, from a path or a whole address at this host.

    Query and fragment are left out. Raises ValueError for anything that is no page here.
    """
    try:
        parts = urlsplit(text.strip())
    except ValueError:
        raise ValueError(text) from None
    if (parts.scheme or parts.netloc) and not (parts.scheme in ("http", "https") and parts.netloc == host):
        raise ValueError(text)
    path = unquote(parts.path)
    is_path = path.startswith("/") and not path.startswith("//") and clean_text(path) == path
    for candidate in (path, f"{path}/") if is_path else ():
        try:
            resolve(candidate)
        except Resolver404:
            continue
        return next((start for start in FIRST_PART_ONLY if candidate.startswith(start)), candidate)
    raise ValueError(text)
