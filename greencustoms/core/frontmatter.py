"""Texts kept as files: TOML between two lines of "+++", then the body as Markdown."""

import tomllib

FENCE = "+++"


def read(text: str) -> tuple[dict, str]:
    """The fields and the body of a text. Without an opening fence there are no fields.

    Raises ValueError when the fields are not closed or are not TOML.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    if not lines or lines[0].rstrip() != FENCE:
        return {}, text.strip()
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == FENCE:
            return tomllib.loads("\n".join(lines[1:number])), "\n".join(lines[number + 1 :]).strip()
    raise ValueError("The fields at the top of the text are not closed by a line of +++.")
