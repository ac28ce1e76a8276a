"""Holds the database against what the mail server wrote down. Knows neither the portal's code nor how the run went."""

from collections import Counter
from dataclasses import dataclass, field

from .journal import Journal
from .rows import WAITING, Row

# What may become of a mail in the end.
FINAL = ("sent", "failed", "unknown", "suppressed", "cancelled")
FOR_GOOD = range(500, 600)
MOST_STRIKES = 3


@dataclass
class Verdict:
    """Each list names mails by their key."""

    states: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    sent_once_more: list[str] = field(default_factory=list)
    unknown_taken: list[str] = field(default_factory=list)
    unknown_not_taken: list[str] = field(default_factory=list)

    @property
    def is_well(self) -> bool:
        return not (self.lost or self.doubled or self.wrong)


def judge(
    rows: list[Row],
    journal: Journal,
    *,
    put_in: dict[str, str],
    owing: list[str] = (),
    may_be_cancelled: bool = False,
    unknown_needs_a_broken_line: bool = True,
) -> Verdict:
    """`put_in`: the mails that were put in, Message-ID by key. `owing`: the addresses of those to be reminded once."""
    verdict = Verdict(states=Counter(row.state for row in rows))
    by_key = {row.key: row for row in rows}
    for key, message_id in put_in.items():
        if key not in by_key:
            verdict.lost.append(f"{key}: its row is gone")
        elif by_key[key].message_id != message_id:
            verdict.wrong.append(f"{key}: its Message-ID changed")
    digests = Counter(row.to_address for row in rows if row.key not in put_in)
    for address in owing:
        if not digests[address]:
            verdict.lost.append(f"{address}: owes something and was not written to")
        elif digests[address] > 1:
            verdict.doubled.append(f"{address}: {digests[address]} digests on one day")
    for row in rows:
        _judge_row(row, journal, verdict, may_be_cancelled)
        if row.state == "unknown" and unknown_needs_a_broken_line and row.to_address not in journal.broken:
            verdict.wrong.append(f"{row.key}: unknown, but no line broke over it")
    known = {row.message_id for row in rows}
    for message_id in journal.accepted:
        if message_id not in known:
            verdict.doubled.append(f"{journal.address_of[message_id]}: got {message_id}, which no row knows")
    return verdict


def _judge_row(row: Row, journal: Journal, verdict: Verdict, may_be_cancelled: bool):
    taken = journal.accepted[row.message_id]
    refused = journal.refused.get(row.to_address, [])
    if taken > 1:
        # The promise: a last chance is taken once more, and no other mail ever twice.
        if row.is_last_chance and row.times_sent_again == 1 and taken == 2:
            verdict.sent_once_more.append(row.key)
        else:
            verdict.doubled.append(f"{row.key}: taken {taken} times")
    if row.times_sent_again > (1 if row.is_last_chance else 0):
        verdict.wrong.append(f"{row.key}: sent again {row.times_sent_again} times")
    if row.state in WAITING:
        verdict.lost.append(f"{row.key}: still {row.state}")
    elif row.state not in FINAL:
        verdict.wrong.append(f"{row.key}: {row.state}")
    elif row.state == "sent" and not taken:
        verdict.lost.append(f"{row.key}: said to be sent, never taken")
    elif row.state == "unknown":
        (verdict.unknown_taken if taken else verdict.unknown_not_taken).append(row.key)
    elif row.state == "cancelled" and not may_be_cancelled:
        verdict.lost.append(f"{row.key}: cancelled ({row.last_error})")
    elif row.state == "suppressed" and sum(code in FOR_GOOD for code in refused) < MOST_STRIKES:
        verdict.lost.append(f"{row.key}: suppressed, but the server did not refuse {row.to_address} often enough")
    elif row.state == "failed" and not refused:
        verdict.lost.append(f"{row.key}: failed, but the server did not refuse it ({row.last_error})")
    if row.state in ("failed", "suppressed", "cancelled") and taken and not row.is_last_chance:
        verdict.wrong.append(f"{row.key}: said not to be sent, but taken")
