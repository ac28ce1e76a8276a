"""The child process that makes one PDF. Knows nothing of the portal, reaches nothing but its order.

Reads the order as JSON from standard input, writes the PDF to standard output.
"""

import base64
import gc
import json
import logging
import resource
import sys


def main() -> None:
    order = json.load(sys.stdin)
    limits = order["limits"]
    memory = limits["memory_mb"] * 1024 * 1024
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (limits["cpu_seconds"], limits["cpu_seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # Collecting garbage costs 7 % and frees nothing that outlives this process.
    gc.disable()
    logging.disable(logging.CRITICAL)

    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    fetcher = sealed_fetcher(order["files"])
    stylesheets = [
        CSS(string=text, font_config=fonts, url_fetcher=fetcher, base_url="app:style") for text in order["stylesheets"]
    ]
    document = HTML(string=order["html"], url_fetcher=fetcher, base_url="app:page")
    data = document.write_pdf(
        stylesheets=stylesheets,
        font_config=fonts,
        pdf_variant="pdf/ua-1",
        pdf_identifier=order["identifier"].encode(),
        pdf_tags=True,
        custom_metadata=True,
    )
    sys.stdout.buffer.write(data)


def sealed_fetcher(files):
    """A fetcher that serves what the order carries and fails on everything else, files and network included."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class SealedFetcher(URLFetcher):
        def fetch(self, url, headers=None):
            if url.startswith("app:") and url.removeprefix("app:") in files:
                media_type, data = files[url.removeprefix("app:")]
                return URLFetcherResponse(url, base64.b64decode(data), {"Content-Type": media_type})
            raise ValueError(f"the document asks for something it does not carry: {url[:80]}")

    return SealedFetcher(fail_on_errors=True)


if __name__ == "__main__":
    main()
