"""Shares that are requests: what is asked for, and what all partners answered. No database, no request.

Design section 4: a share may also be a request ("send your numbers of copies") answered with a small form.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

LARGEST_NUMBER = 1_000_000_000
MOST_LABELS = 20


def labels_of(request_labels: str, question: str) -> list[str]:
    """What is counted, one label for each number asked for; without labels the question stands for the only one."""
    labels = list(dict.fromkeys(line.strip() for line in request_labels.splitlines() if line.strip()))
    return labels[:MOST_LABELS] or [question]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """What one organisation answered. `cells` are its numbers in the order of the labels, None where it gave none."""

    partner_name: str
    cells: tuple[int | None, ...] = ()
    file_name: str = ""
    file_url: str = ""
    contact_office: str = ""
    contact_email: str = ""
    note: str = ""
    is_settled: bool = True


@dataclass(slots=True)
class AnswerTable:
    """All answers to one request, with the sum under each column of numbers."""

    question: str
    kind: str
    labels: list[str] = field(default_factory=list)
    rows: list[AnswerRow] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    @property
    def totals(self) -> list[int]:
        """Sums of the answers that stand; one that was taken or sent back does not count until it is given again."""
        return [
            sum(row.cells[column] or 0 for row in self.rows if row.is_settled) for column in range(len(self.labels))
        ]


def cells_of(numbers: Iterable[Sequence], labels: Sequence[str]) -> tuple[int | None, ...]:
    """An organisation's numbers in the order of these labels."""
    found = {pair[0]: pair[1] for pair in numbers}
    return tuple(found.get(label) for label in labels)
