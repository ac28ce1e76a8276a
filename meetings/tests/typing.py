"""What a browser would send: the fields of a page's form as they stand, and what somebody types over them."""

from html.parser import HTMLParser


class _Fields(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found: dict[str, list[str]] = {}
        self.in_form = False
        self.textarea = self.select = None

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        name, value = attributes.get("name"), attributes.get("value") or ""
        if tag == "form":
            self.in_form = "entry" in (attributes.get("class") or "")
        if not self.in_form:
            return
        if tag == "input" and name:
            kind = attributes.get("type", "text")
            if kind in ("checkbox", "radio") and "checked" not in attributes:
                return
            if kind != "file":
                self.found.setdefault(name, []).append(value or ("on" if kind == "checkbox" else ""))
        elif tag == "textarea":
            self.textarea = name
            self.found[name] = [""]
        elif tag == "select":
            self.select = name
        elif tag == "option" and self.select and "selected" in attributes:
            self.found.setdefault(self.select, []).append(value)

    def handle_data(self, data):
        if self.textarea:
            self.found[self.textarea][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self.textarea:
            # A browser leaves out the line break after the tag.
            self.found[self.textarea][0] = self.found[self.textarea][0].removeprefix("\n")
            self.textarea = None
        elif tag == "select":
            self.select = None
        elif tag == "form":
            self.in_form = False


def form_of(response) -> dict[str, list[str]]:
    """What the form of class "entry" sends if nobody touches it."""
    fields = _Fields()
    fields.feed(response.content.decode())
    return {name: values for name, values in fields.found.items() if name != "csrfmiddlewaretoken"}
