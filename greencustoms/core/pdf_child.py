"""The child process that makes one PDF. Knows nothing of the portal, reaches nothing but its order.

Reads the order as JSON from standard input, writes the PDF to standard output. Its return code says
what went wrong (`pdf.WHY` has the sentences).
"""

import base64
import gc
import json
import logging
import os
import resource
import sys

ASKS_FOR_OUTSIDE, TOO_DEEP, TOO_MANY_ROWS, TOO_MUCH_MEMORY = 3, 4, 5, 6
# The text of a section may nest 30 deep (text.py); templates around it need some more.
DEEPEST_NESTING = 60
MOST_TABLE_ROWS = 1_000


class Refused(Exception):
    def __init__(self, code: int, words: str):
        super().__init__(words)
        self.code = code


def main() -> None:
    order = json.load(sys.stdin)
    set_limits(order["limits"])
    # Collecting garbage costs 7 % and frees nothing that outlives this process.
    gc.disable()
    logging.disable(logging.CRITICAL)
    try:
        data = make(order)
    except Refused as refusal:
        stop(refusal.code, str(refusal))
    except MemoryError:
        stop(TOO_MUCH_MEMORY)
    except RecursionError:
        stop(TOO_DEEP)
    sys.stdout.buffer.write(data)


def set_limits(limits) -> None:
    memory = limits["memory_mb"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # At the soft limit the kernel sends SIGXCPU, which tells the parent why; at the hard one SIGKILL.
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"], limits["cpu_seconds"] + 2))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def make(order) -> bytes:
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import FatalURLFetchingError

    fonts = FontConfiguration()
    fetcher = sealed_fetcher(order["files"])
    document = HTML(string=order["html"], url_fetcher=fetcher, base_url="app:page")
    check(document.etree_element)
    try:
        stylesheets = [
            CSS(string=text, font_config=fonts, url_fetcher=fetcher, base_url="app:style")
            for text in order["stylesheets"]
        ]
        return document.write_pdf(
            stylesheets=stylesheets,
            font_config=fonts,
            pdf_variant="pdf/ua-1",
            pdf_identifier=order["identifier"].encode(),
            pdf_tags=True,
            custom_metadata=True,
        )
    except FatalURLFetchingError as error:
        raise Refused(ASKS_FOR_OUTSIDE, str(error)) from error


def check(root) -> None:
    """Refuse what the layout would only notice after minutes."""
    waiting = [(root, 1)]
    while waiting:
        element, depth = waiting.pop()
        if depth > DEEPEST_NESTING:
            raise Refused(TOO_DEEP, f"nested more than {DEEPEST_NESTING} deep")
        if element.tag == "table":
            rows = sum(1 for _ in element.iter("tr"))
            if rows > MOST_TABLE_ROWS + 1:  # the heading row is one more
                raise Refused(TOO_MANY_ROWS, f"a table of {rows} rows")
        waiting += [(child, depth + 1) for child in element]


def sealed_fetcher(files):
    """A fetcher that serves what the order carries and fails on everything else, files and network included."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class SealedFetcher(URLFetcher):
        def fetch(self, url, headers=None):
            if url.startswith("app:") and url.removeprefix("app:") in files:
                media_type, data = files[url.removeprefix("app:")]
                return URLFetcherResponse(url, base64.b64decode(data), {"Content-Type": media_type})
            raise ValueError("not carried by the order")

    return SealedFetcher(fail_on_errors=True)


def stop(code: int, words: str = "") -> None:
    sys.stderr.write(words)
    sys.stderr.flush()
    # At once: with no memory left, the ordinary way out fails as well.
    os._exit(code)


if __name__ == "__main__":
    main()
