"""What the mail server wrote down."""

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Journal:
    """Everything the mail server saw, by mail and by address."""

    accepted: Counter[str] = field(default_factory=Counter)  # by Message-ID
    accepted_at: dict[str, float] = field(default_factory=dict)
    address_of: dict[str, str] = field(default_factory=dict)
    refused: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))  # codes, by address
    broken: set[str] = field(default_factory=set)  # addresses whose mail a connection was about when it broke
    faults: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)  # how far the mail had come when a connection broke

    @classmethod
    def read(cls, path: Path) -> "Journal":
        found = cls()
        for line in path.read_text().splitlines():
            found.add(json.loads(line))
        return found

    def add(self, entry: dict):
        match entry["event"]:
            case "accepted":
                self.accepted[entry["id"]] += 1
                self.accepted_at.setdefault(entry["id"], entry["at"])
                self.address_of[entry["id"]] = entry["to"]
            case "refused":
                self.refused[entry["to"]].append(entry["code"])
                self.faults[entry["fault"]] += 1
            case "fault":
                self.broken.add(entry["to"])
                self.faults[entry["fault"]] += 1
            case "left":
                self.broken.add(entry["to"])
                self.left[entry["stage"]] += 1


class Follower:
    """Counts what was accepted so far, reading only what is new."""

    def __init__(self, path: Path):
        self._path, self._offset, self.accepted = path, 0, 0

    def look(self) -> int:
        if self._path.exists():
            with self._path.open("rb") as lines:
                lines.seek(self._offset)
                new = lines.read()
            whole = new[: new.rfind(b"\n") + 1]
            self._offset += len(whole)
            self.accepted += whole.count(b'"event": "accepted"')
        return self.accepted
