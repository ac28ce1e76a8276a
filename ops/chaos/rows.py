"""The rows of the outbox as the database has them, read past the portal."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlsplit

import psycopg2

COLUMNS = (
    "key", "to_address", "state", "message_id", "is_last_chance", "times_sent_again", "attempts", "created_at",
    "sent_at", "last_error",
)  # fmt: skip
WAITING = ("pending", "claimed", "handing", "deferred")


@dataclass(frozen=True, slots=True)
class Row:
    key: str
    to_address: str
    state: str
    message_id: str
    is_last_chance: bool
    times_sent_again: int
    attempts: int
    created_at: datetime
    sent_at: datetime | None
    last_error: str

    @property
    def seconds_late(self) -> float:
        """How long it took from being put in to being sent."""
        return (self.sent_at - self.created_at).total_seconds() if self.sent_at else 0


def all_rows(address: str) -> list[Row]:
    found = ask(address, f"SELECT {', '.join(COLUMNS)} FROM core_outboundmail ORDER BY id")  # noqa: S608 - our own words
    return [Row(*(_moment(value) if name.endswith("_at") else value for name, value in zip(COLUMNS, row, strict=True)))
            for row in found]  # fmt: skip


def states(address: str) -> dict[str, int]:
    return dict(ask(address, "SELECT state, count(*) FROM core_outboundmail GROUP BY state"))


def hurry(address: str):
    """What waits for minutes or hours waits no longer."""
    now = f"'{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}'"
    if address.startswith("postgres"):
        now += "::timestamp AT TIME ZONE 'UTC'"
    ask(
        address,
        f"UPDATE core_outboundmail SET next_at = {now} "  # noqa: S608
        f"WHERE state IN ('pending', 'deferred') AND next_at > {now}",
    )
    # For a minute after the mail server was away nobody tries.
    ask(address, "DELETE FROM core_heartbeat WHERE name = 'reach the mail server'")


def ask(address: str, statement: str) -> list[tuple]:
    if address.startswith("sqlite"):
        with closing(sqlite3.connect(urlsplit(address).path, timeout=30)) as connection, connection:
            return connection.execute(statement).fetchall()
    with closing(psycopg2.connect(address)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def _moment(value) -> datetime | None:
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value
