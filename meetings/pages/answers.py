"""What all partners answered to the requests of an action, with totals: for the secretariat and partners."""

from django.urls import reverse

from meetings.choices import Part, Progress, RequestKind
from meetings.models import ShareAnswer
from meetings.rules.request_answers import AnswerRow, AnswerTable, cells_of, labels_of


def tables_of(action, card) -> list[AnswerTable]:
    """One table for each stage that asks for something. One statement where something is asked, else none.

    `action` is the ActionHead of the page.
    """
    asking = [stage for stage in card.stages if stage.request_kind != RequestKind.NOTHING]
    if not asking:
        return []
    stages = [stage.pk for stage in asking]
    given = ShareAnswer.objects.filter(share__deadline__in=stages).select_related("share", "file")
    by_share = {answer.share_id: answer for answer in given}
    return [_table(stage, by_share, action) for stage in asking]


def _table(stage, by_share, action) -> AnswerTable:
    is_numbers = stage.request_kind == RequestKind.NUMBERS
    labels = labels_of(stage.request_labels, stage.request_question) if is_numbers else []
    table = AnswerTable(stage.request_question, stage.request_kind, labels)
    for share in stage.shares:
        answer = by_share.get(share.pk)
        if answer is not None:
            table.rows.append(_row(answer, share.partner_name, labels, action))
        elif share.part != Part.CONSULTED and share.state.mark in ("silent", "accepted", "in_progress"):
            table.waiting.append(share.partner_name)
    return table


def _row(answer, partner_name, labels, action) -> AnswerRow:
    file = answer.file
    return AnswerRow(
        partner_name=partner_name,
        cells=cells_of(answer.numbers, labels),
        file_name=file.file_name if file else "",
        file_url=reverse("share_answer_file", args=[action.meeting_code, action.number, answer.share_id])
        if file
        else "",
        contact_office=answer.contact_office,
        contact_email=answer.contact_email,
        note=answer.note,
        is_settled=answer.share.progress == Progress.DONE,
    )
