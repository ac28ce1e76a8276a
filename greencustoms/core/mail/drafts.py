"""What a mail is made of before it is a row of the outbox."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string

from greencustoms.core.choices import MailStream


@dataclass(frozen=True, slots=True)
class Rendered:
    """The words of a mail."""

    subject: str
    body_text: str
    body_html: str


@dataclass(frozen=True, slots=True)
class Draft:
    """A mail to be put in. The key says why it exists; a mail with this key exists once."""

    key: str
    stream: MailStream
    to_address: str
    subject: str
    body_text: str
    body_html: str = ""
    recipient: Any = None
    local_day: date | None = None
    is_last_chance: bool = False
    content_key: str = ""


def render(template: str, context: dict, *, body: str = "body") -> Rendered:
    """The words of `<template>_subject.txt`, `..._<body>.txt` and, if there is one, `..._<body>.html`.

    The bodies know the subject: it is the title of the page that the HTML part is.
    """
    context = {"site_name": settings.SITE_NAME, "portal_url": settings.PORTAL_URL, **context}
    context["subject"] = one_line(render_to_string(f"{template}_subject.txt", context))
    html = f"{template}_{body}.html"
    try:
        body_html = str(render_to_string(html, context))
    except TemplateDoesNotExist as error:
        if error.args != (html,):
            raise
        body_html = ""
    return Rendered(
        subject=context["subject"],
        body_text=render_to_string(f"{template}_{body}.txt", context).strip() + "\n",
        body_html=body_html,
    )


def one_line(text: str) -> str:
    """Text for a header: a break in it would begin another header."""
    return " ".join(text.split())
