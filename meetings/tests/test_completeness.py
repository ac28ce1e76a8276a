"""What is missing in a report."""

from meetings.choices import DeadlineKind, Part
from meetings.rules.completeness import ActionFacts, Gap, ReportFacts, SessionFacts, StageFacts, gaps

WHOLE = StageFacts(DeadlineKind.DAY, True, False, True, shares=((Part.LEAD, False),))


def report(**facts):
    whole = {
        "has_place": True, "has_host": True, "has_introduction": True, "has_conclusion": True, "attendance": 3,
        "sessions": (SessionFacts(1, True),), "actions": (ActionFacts(1, 1, True, (WHOLE,)),),
    }  # fmt: skip
    return ReportFacts(**(whole | facts))


def words(**facts):
    return [gap.words for gap in gaps(report(**facts))]


def stage(**facts):
    return StageFacts(**({"kind": DeadlineKind.DAY, "has_days": True, "has_review": False, "has_words": True,
                          "shares": ((Part.LEAD, False),)} | facts))  # fmt: skip


def test_whole_report_misses_nothing():
    assert gaps(report()) == []


def test_empty_report_says_everything_in_its_order():
    empty = ReportFacts(False, False, False, False, 0)

    assert gaps(empty) == [
        Gap("basics", 0, "The place is not stated."),
        Gap("basics", 0, "The host is not stated."),
        Gap("texts", 0, "There is no introduction."),
        Gap("texts", 0, "There is no conclusion."),
        Gap("attendance", 0, "Nobody is noted as present."),
        Gap("sessions", 0, "There is no session yet."),
        Gap("actions", 0, "There is no action yet."),
    ]


def test_session_without_summary_owner_or_readable_words():
    session = SessionFacts(2, False, said_by_when=True, is_by_when_read=False, said_by_whom=True, has_owners=False)

    assert words(sessions=(session,)) == [
        "Session 2 has no summary.",
        "Session 2 does not say who is meant by “by whom”.",
        "The words “by when” of session 2 cannot be read: fill in the days in each action.",
    ]


def test_action_without_owner_and_without_date():
    lonely = stage(kind=DeadlineKind.NONE, has_days=False, shares=((Part.CONSULTED, False),))

    assert words(actions=(ActionFacts(4, 1, False, (lonely,)), ActionFacts(5, 1, True))) == [
        "Action 4 has no text.",
        "Action 4 has no owner.",
        "Action 4 has no date.",
        "Action 5 has no owner.",
        "Action 5 has no date.",
    ]


def test_stages_are_named_where_there_are_several():
    group = stage(label="Comments", shares=((Part.LEAD, True),))
    undated = stage(label="Approved", kind=DeadlineKind.NONE, has_days=False)

    assert words(actions=(ActionFacts(4, 1, True, (WHOLE, group, undated)),)) == [
        "Action 4, “Comments”, is owed by a group without members: name an owner.",
        "Action 4, “Approved”, has no date.",
    ]


def test_words_without_a_day_and_inherited_days_are_no_gap():
    asap = stage(kind=DeadlineKind.ASAP, has_days=False, has_review=True)
    inherited = stage(kind=DeadlineKind.NONE, has_days=True, has_words=False)

    assert words(actions=(ActionFacts(1, 1, True, (asap,)), ActionFacts(2, 1, True, (inherited,)))) == []


def test_annex_without_file_is_named():
    assert words(annexes_without_file=(2,)) == ["Annex 2 has no file."]
