"""What follows when something changes on which the stages of a report that is being written depend."""

from datetime import date

from greencustoms.core.editing import edit_row
from greencustoms.core.models import User
from meetings.models import AgreedAction, Deadline, Meeting, MeetingSession
from meetings.rules import stage_reading
from meetings.rules.owners import Organisations, Picked

from . import owning


def follow_partners_of_day(*, meeting: Meeting, before: Organisations, by: User) -> None:
    """Give the actions of "each partner" the shares of those who are partners of that day now.

    Raises ValidationError "answered" if one that is no longer among them has answered its share.
    """
    known = owning.organisations_for(meeting)
    for action in meeting.actions.filter(is_for_each_partner=True):
        for stage in action.deadlines.prefetch_related("shares"):
            picked = owning.picked_of(stage, is_each_partner=True, known=before)
            if picked.is_each_partner:
                owning.set_owners(
                    stage=stage, picked=picked, session_owners=Picked(), takes_over=False, known=known, by=by
                )


def follow_default_owners(*, session: MeetingSession, by: User) -> None:
    """Give the actions that name nobody the owners that the session names now."""
    known = owning.organisations_for(session.meeting)
    said = owning.said_for_all(session)
    for action in session.actions.filter(by_whom_text=""):
        for stage in action.deadlines.prefetch_related("shares"):
            picked = owning.picked_of(stage, is_each_partner=action.is_for_each_partner, known=known)
            owning.set_owners(stage=stage, picked=picked, session_owners=said, takes_over=True, known=known, by=by)


def follow_default_by_when(*, session: MeetingSession, after: date, by: User) -> None:
    """Give the stages without words of their own the days that the session says now."""
    for stage in Deadline.objects.filter(action__session=session, by_when_text="", event=None, linked_meeting=None):
        if stage.is_inherited or stage_reading.Reading().is_stored_in(stage):
            reading = stage_reading.read("", after=after, default_words=session.default_by_when_text)
            edit_row(stage, by=by, version=stage.version, values=reading.values)


def follow_last_day(*, meeting: Meeting, before: date, by: User) -> None:
    """Count anew what counts from the meeting's last day, such as "within two weeks". Days typed by a person stay."""
    stages = Deadline.objects.filter(action__in=AgreedAction.objects.filter(meeting=meeting))
    for stage in stages.select_related("action__session", "event", "linked_meeting"):
        old = read_stage(stage, after=before)
        if old.is_stored_in(stage):
            new = read_stage(stage, after=meeting.ends_on)
            if not new.why_not:
                edit_row(stage, by=by, version=stage.version, values=new.values)


def read_stage(stage: Deadline, *, after: date) -> stage_reading.Reading:
    """How the portal reads the words of a stage, with its event or meeting and its session."""
    return stage_reading.read(
        stage.by_when_text,
        after=after,
        default_words=stage.action.session.default_by_when_text,
        link=link_to(stage.event or stage.linked_meeting, stage.offset_days),
    )


def link_to(row, offset_days: int) -> stage_reading.Link | None:
    """The days of an event or a meeting as a stage hangs on them."""
    return stage_reading.Link(row.starts_on, row.ends_on, offset_days) if row is not None else None
