"""Meetings, what was agreed at them, by whom and by when, and what each partner did about it."""

from .action import AgreedAction, SubItem
from .agenda import AgendaItem
from .calendar import CalendarAddress
from .deadline import Deadline
from .locking import ReportIsFinal, unlocked
from .meeting import Annex, Attendance, Meeting, MeetingSession
from .notice import Notice, ReminderDay
from .report import ReportComment, ReportPdf, ReportVersion
from .share import ActionShare, ShareAnswer

__all__ = [
    "ActionShare",
    "AgendaItem",
    "AgreedAction",
    "Annex",
    "Attendance",
    "CalendarAddress",
    "Deadline",
    "Meeting",
    "MeetingSession",
    "Notice",
    "ReminderDay",
    "ReportComment",
    "ReportIsFinal",
    "ReportPdf",
    "ReportVersion",
    "ShareAnswer",
    "SubItem",
    "unlocked",
]
