"""What a mail server means by "no": is it the address, this mail, or us? Only the first counts against the address.

Sources: RFC 5321 section 4.2.3 (reply codes), RFC 3463 and RFC 7505 (what stands behind them, "5.1.1").
"""

import re
from enum import Enum

MAIL, RCPT, DATA = "MAIL", "RCPT", "DATA"
# The numbers at the start of an answer, without the words behind them.
NUMBERS = re.compile(r"^[245]\d\d(?: [245]\.\d{1,3}\.\d{1,3})?(?=\s|$)")
ENHANCED = re.compile(r"^[245]\.(\d{1,3})\.(\d{1,3})(?=\s|$)")
# 530 sign in first, 534 and 535 the sign-in does not do, 538 not without encryption (RFC 4954).
SIGN_IN = (530, 534, 535, 538)
TOO_LARGE = 552
# No such mailbox, it is elsewhere, its name cannot be right, its domain takes no mail.
ADDRESS_CODES = (550, 551, 553, 556)
# Said at the recipient, but of the host that sends, or of the sender's address.
OF_THE_SENDER = re.compile(
    r"block(ed|ing)? ?(using|list)|black ?list|\b(dnsbl|rbl|spamhaus|spam|spf|ptr)\b|relay|polic(y|ies)|reputation"
    r"|sender (verif|address|domain|rejected)|reverse dns|client host",
    re.IGNORECASE,
)
AN_ADDRESS = re.compile(r"\S*@\S*")
# 5.1: 1 no such mailbox, 2 no such domain, 3 malformed, 4 ambiguous, 6 moved, 10 the domain takes no mail.
# 7 and 8 are about the sender's address, so about us.
ADDRESS_DETAILS = {1: {0, 1, 2, 3, 4, 5, 6, 10}, 2: {0, 1}}


class Blame(Enum):
    ADDRESS = "address"
    MAIL = "mail"
    US = "us"


def numbers_of(answer: str) -> str:
    """The answer of a server without its words, for mails whose links it may quote; "" for what is no answer."""
    found = NUMBERS.match(answer)
    return found[0] if found else ""


def blame(step: str, code: int, words: str) -> Blame:
    """Of a refusal for good (5xx) at one step of handing over a mail."""
    if code in SIGN_IN or (step == MAIL and code != TOO_LARGE):
        # The server does not want this sender, whatever the mail.
        return Blame.US
    if step == MAIL:
        return Blame.MAIL
    found = ENHANCED.match(words.strip())
    if found:
        subject, detail = int(found[1]), int(found[2])
        return Blame.ADDRESS if detail in ADDRESS_DETAILS.get(subject, ()) else Blame.MAIL
    # Once it has the text a server that says no more than "550" speaks of the text.
    is_about_recipient = step == RCPT and not OF_THE_SENDER.search(AN_ADDRESS.sub("", words))
    return Blame.ADDRESS if is_about_recipient and code in ADDRESS_CODES else Blame.MAIL
