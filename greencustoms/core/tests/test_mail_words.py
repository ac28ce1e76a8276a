"""What became of a mail, in words: the portal's own reasons are stored as codes."""

from datetime import UTC, datetime

import pytest

from greencustoms.core.choices import MailState, MailStream
from greencustoms.core.mail import Reason, words
from greencustoms.core.models import OutboundMail

NOW = datetime(2027, 5, 3, 12, tzinfo=UTC)


def of(state, last_error, **facts):
    facts = {"stream": MailStream.DIGEST, "next_at": NOW} | facts
    return OutboundMail(state=state, last_error=last_error, **facts)


@pytest.mark.parametrize("reason", Reason)
def test_reason_of_a_cancelled_mail_is_a_sentence_and_never_a_code(reason):
    mail = of(MailState.CANCELLED, reason.value)

    assert words.fate(mail, NOW).why == reason.label
    assert words.fate(mail, NOW).why.endswith(".")
    assert words.said_by_server(of(MailState.DEFERRED, reason.value)) == ""


def test_codes_fit_the_column_and_are_no_answers_of_servers():
    assert max(map(len, Reason.values)) <= 40
    assert not any(words.ANSWER_OF_A_SERVER.match(code) for code in Reason.values)


@pytest.mark.parametrize(
    ("last_error", "says"),
    [
        (Reason.TOO_EARLY, "Its day has not begun yet"),
        (Reason.NOT_LOOKED_AT, "A fault in the portal"),
        (Reason.BEING_CHANGED, "Somebody was changing"),
        ("451 later", "asked to come again later"),
        ("timed out", "The connection to the mail server broke"),
    ],
)
def test_why_a_mail_waits_for_another_try(last_error, says):
    assert says in words.fate(of(MailState.DEFERRED, last_error), NOW).why


@pytest.mark.parametrize(
    ("last_error", "times", "says"),
    [
        (Reason.NOTHING_LEFT, 1, "It was not sent once more. Nothing is left to say."),
        (Reason.NOBODY_KNOWS, 1, "nobody knows whether it arrived."),
        ("timed out", 0, "nobody knows whether it arrived."),
    ],
)
def test_perhaps_sent_mail_says_why_it_was_not_sent_once_more(last_error, times, says):
    assert words.fate(of(MailState.UNKNOWN, last_error, times_sent_again=times), NOW).why.endswith(says)


def test_mail_held_with_its_reader_is_not_to_be_let_go_alone():
    assert "reminders to this person" in words.fate(of(MailState.HELD, Reason.HELD_BACK), NOW).todo
    assert words.fate(of(MailState.HELD, Reason.HELD_ALONE), NOW).todo == "Let it go when it may leave."
