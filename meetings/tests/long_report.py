"""A report that tries a PDF: very long words, Arabic, empty parts, rows that fill a page."""

ARABIC = "اتفق المشاركون على إعداد قائمة بالأنشطة المقررة لعام ٢٠٠٨ مع مواعيد مؤقتة ومسؤول واضح لكل منها. "
ONE_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 3
TITLES = (ARABIC[:60].strip(), "Title of an action", ONE_WORD, "=1+1", "T" * 200)
TEXTS = (
    ARABIC * 6,
    "A long text with many words. " * 60,
    ONE_WORD * 4,
    "x\x00\x1b\ufffd <script>alert(1)</script>",
    "",
)

TABLE_AND_NOTE = f"\n\n| a | b |\n|---|---|\n| x | {ONE_WORD} |\n\nA note[^1].\n\n[^1]: Said. [HS](/hs/)"


def content(*, actions: int) -> dict:
    """As `meetings.reports.snapshots.of` gives it."""
    return {
        "schema": 1, "code": "long-2030", "title": f"Meeting of {ONE_WORD}"[:200], "number": 3, "version": 12,
        "starts_on": "2030-01-01", "ends_on": "2030-02-28", "place": ONE_WORD, "city": ARABIC[:40], "country": "",
        "time_zone": "UTC", "host": ONE_WORD, "is_invented": True, "visibility": "partners",
        "introduction": "", "opening": "   ",
        "conclusion": ARABIC * 20 + TABLE_AND_NOTE,
        "afterwards": "# Head\n\n" + "word " * 700 + "\n\n## Head at the end\n\n" + ARABIC,
        "source": "", "attendance_note": "",
        "attendance": [
            {"organisation": f"Office {n} {ONE_WORD[: 20 + n]}", "short_name": "x", "note": ARABIC if n % 2 else ""}
            for n in range(40)
        ],
        "matters_arising": [
            {"reference": f"OLD/{n:02d}", "title": f"Old {ONE_WORD[: n * 10]}", "note": ARABIC[:n]} for n in range(25)
        ],
        "sessions": [
            _session(1, f"Session {ONE_WORD}"[:200]),
            _session(2, ARABIC, summary=ARABIC * 30 + "\n\nText[^1]\n\n[^1]: " + ARABIC, footnotes="[^9]: x"),
            _session(3, "Empty"),
        ],
        "actions": [_action(number, 1 if number < actions // 2 else 2) for number in range(1, actions + 1)],
        "annexes": [
            {"number": n, "label": "", "title": ONE_WORD, "is_held": False, "note": "",
             "file_name": f"{ONE_WORD}.pdf" if n % 2 else "", "file_sha256": ""}
            for n in range(1, 20)
        ],
    }  # fmt: skip


def _session(number, title, **texts):
    empty = {"held_on": None, "summary": "", "footnotes": "", "default_by_whom_text": "", "default_by_when_text": ""}
    return {"number": number, "title": title, **empty, **texts}


def _action(n, session):
    return {
        "number": n, "reference": f"LONG-2030/{n:02d}", "session": session, "topic_heading": f"Topic {n // 4}",
        "title": TITLES[n % 5], "text": TEXTS[n % 5], "by_whom_text": "" if n % 4 else f"WCO, {ONE_WORD}",
        "by_whom_note": "note " * 20 if n % 3 == 0 else "", "completion_rule": ("all", "any", "lead")[n % 3],
        "is_flagged": n % 2 == 0,
        "sub_items": [
            {"number": i + 1, "parent": i if i % 3 == 0 and i else None, "block": f"Part {i // 7}",
             "text": (ARABIC, ONE_WORD, "Do it.")[i % 3], "by_whom_text": "WCO" if i % 2 else ""}
            for i in range(n % 25)
        ],
        "stages": [_stage(i + 1, "x" * 200 if n % 11 == 0 else "by July 2030") for i in range(1 + n % 3)],
    }  # fmt: skip


def _stage(position, words):
    return {
        "position": position, "label": "Stage", "by_when_text": words, "kind": "month", "earliest": None,
        "latest": "2030-07-31", "edtf": "2030-07", "is_inherited": False, "is_read_from_text": False,
        "reading_note": "", "request_kind": "", "request_question": "How many copies?" * 3, "event": "",
        "shares": [
            {"partner": "a", "name": f"Partner {n}", "part": ("lead", "contributes", "consulted")[n % 3],
             "via_group": "", "is_inherited": False}
            for n in range(9)
        ],
    }  # fmt: skip
