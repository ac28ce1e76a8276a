"""Fixed values of the meetings room."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReportState(TextChoices):
    DRAFT = "draft", _("draft")
    CIRCULATED = "circulated", _("circulated for comments")
    FINAL = "final", _("final")


class Visibility(TextChoices):
    PUBLIC = "public", _("public")
    PARTNERS = "partners", _("partners only")


class DeadlineKind(TextChoices):
    """How a "by when" is to be read (design section 4)."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    PERIOD = "period", _("period")
    ASAP = "asap", _("as soon as possible")
    ONGOING = "ongoing", _("ongoing")
    EVENT = "event", _("event")
    NONE = "none", _("no date stated")


class CompletionRule(TextChoices):
    ALL = "all", _("all who owe a share")
    ANY = "any", _("any one of them")
    LEAD = "lead", _("those in the lead")


class Part(TextChoices):
    LEAD = "lead", _("lead")
    CONTRIBUTES = "contributes", _("contributes")
    CONSULTED = "consulted", _("is consulted")


class Acceptance(TextChoices):
    NO_ANSWER = "no_answer", _("no answer")
    ACCEPTED = "accepted", _("accepted")
    DECLINED = "declined", _("declined")
    NOT_APPLICABLE = "not_applicable", _("does not apply")


class Progress(TextChoices):
    NOT_STARTED = "not_started", _("not started")
    IN_PROGRESS = "in_progress", _("in progress")
    DONE = "done", _("done")


class StoredState(TextChoices):
    """What is stored of an action's state; the rest is computed from its shares."""

    PROPOSED = "proposed", _("proposed")
    AGREED = "agreed", _("agreed")
    DROPPED = "dropped", _("dropped")
    SUPERSEDED = "superseded", _("superseded")
    CARRIED_OVER = "carried_over", _("carried over")


class ActionState(TextChoices):
    """What pages show: the stored state, or what the shares amount to."""

    PROPOSED = "proposed", _("proposed")
    AGREED = "agreed", _("agreed")
    IN_PROGRESS = "in_progress", _("in progress")
    REPORTED_DONE = "reported_done", _("reported done")
    CONFIRMED = "confirmed", _("confirmed")
    DROPPED = "dropped", _("dropped")
    SUPERSEDED = "superseded", _("superseded")
    CARRIED_OVER = "carried_over", _("carried over")


class RequestKind(TextChoices):
    """What a share asks for when it is a request (design section 4)."""

    NOTHING = "", _("nothing: a deed is reported")
    NUMBERS = "numbers", _("numbers")
    FILE = "file", _("a file")
    CONTACT = "contact", _("whom to ask: an office")


class Disposition(TextChoices):
    """What the secretariat made of a comment on a report."""

    OPEN = "open", _("not answered yet")
    ACCEPTED = "accepted", _("accepted")
    NOTED = "noted", _("noted")
    REJECTED = "rejected", _("rejected")
