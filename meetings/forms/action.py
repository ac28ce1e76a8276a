"""An agreed action as the secretariat types it: what, by whom, by when in stages, and the checklist."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from greencustoms.core.forms import DayInput
from meetings import deadlines
from meetings.by_when import ByWhen
from meetings.choices import DeadlineKind, RequestKind
from meetings.forms.desk import SelfComparing, limit_texts, long_text
from meetings.forms.newest import newest
from meetings.models import AgreedAction, Deadline, Meeting, MeetingSession
from meetings.rules import points, stage_reading
from meetings.rules.owners import Organisations, Picked
from meetings.services import owning
from meetings.services.entry_actions import Stage, points_of
from partners.choices import Standing
from partners.forms import VersionedForm, portal_field
from partners.models import Event, Partner

MOST_STAGES = 20
LONGEST_POINTS = 20_000
READ_FROM = {"by_when_text", "offset_days", "hangs_on", "typed_kind", "typed_earliest", "typed_latest", "typed_edtf"}
OWNER_FIELDS = ("leads", "contributes", "consulted")


@dataclass(frozen=True)
class Options:
    """What the forms of a meeting's actions choose from, read once for all of them."""

    meeting: Meeting
    sessions: list[MeetingSession]
    organisations: list[tuple[int, str]]
    names: list[tuple[int, list[str]]]
    known: Organisations
    links: dict[str, Event | Meeting] = field(default_factory=dict)
    link_choices: list[tuple[str, Any]] = field(default_factory=list)

    @classmethod
    def of(cls, meeting: Meeting) -> "Options":
        """Eight statements, however many organisations, sessions and events there are."""
        stages = Deadline.objects.filter(action__meeting=meeting).order_by()
        events = list(newest(Event.objects.all(), chosen=Q(pk__in=stages.exclude(event=None).values("event"))))
        others = Meeting.objects.exclude(pk=meeting.pk).filter(revises=None)
        linked = stages.exclude(linked_meeting=None).values("linked_meeting")
        meetings = list(newest(others, chosen=Q(pk__in=linked)))
        organisations = _organisations()
        known = owning.organisations_for(meeting)
        return cls(
            meeting=meeting,
            sessions=list(meeting.sessions.prefetch_related("default_owners").order_by("number")),
            organisations=[(pk, acronym or name) for pk, acronym, name, _full in organisations],
            # "All partners" are known by other words.
            names=[(pk, names) for pk, *names in organisations if pk != known.all_partners],
            known=known,
            links={f"event-{row.pk}": row for row in events} | {f"meeting-{row.pk}": row for row in meetings},
            link_choices=[
                ("", "---------"),
                (_("Events"), [(f"event-{row.pk}", _with_days(row, row.name)) for row in events]),
                (_("Meetings"), [(f"meeting-{row.pk}", _with_days(row, row.title)) for row in meetings]),
            ],
        )

    def session(self, key: Any) -> MeetingSession | None:
        return next((session for session in self.sessions if str(session.pk) == str(key)), None)


def _organisations() -> list[tuple[int, str, str, str]]:
    """Partners and the secretariat, then groups, then other organisations; by name within each."""
    order = {Standing.PARTNER: 0, Standing.SECRETARIAT: 0, Standing.GROUP: 1, Standing.OTHER: 2}
    rows = Partner.objects.alphabetical().values_list("standing", "pk", "acronym", "sort_name", "name")
    return [row[1:] for row in sorted(rows, key=lambda row: order[row[0]])]


def _with_days(row: Event | Meeting, name: str) -> str:
    return _("%(name)s, %(days)s") % {"name": name, "days": deadlines.days_between(row.starts_on, row.ends_on)}


class OrganisationsField(forms.MultipleChoiceField):
    """Organisations by primary key. Choices are handed in, so that many fields cost no statement each."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value):
        keys = super().to_python(value)
        if not all(key.isascii() and key.isdigit() and len(key) < 10 for key in keys):
            raise ValidationError(_("Choose organisations from the list."), code="invalid_choice")
        return sorted({int(key) for key in keys})


class OwnersForm(SelfComparing, VersionedForm):
    """Who leads, contributes and is consulted."""

    leads = OrganisationsField(label=gettext_lazy("In the lead"), required=False)
    contributes = OrganisationsField(label=gettext_lazy("Contributes"), required=False)
    consulted = OrganisationsField(label=gettext_lazy("Is consulted"), required=False)

    def let_pick_from(self, options: Options, picked: Picked | None) -> None:
        for name in OWNER_FIELDS:
            self.fields[name].choices = options.organisations
            self.initial[name] = sorted(getattr(picked, name)) if picked else []
        self.carry_what_was_found(*OWNER_FIELDS)

    def picked(self, *, is_each_partner: bool = False) -> Picked:
        return Picked(is_each_partner, *(frozenset(self.cleaned_data.get(name) or ()) for name in OWNER_FIELDS))


class ActionForm(OwnersForm):
    is_for_each_partner = forms.BooleanField(
        label=gettext_lazy("Each partner"),
        required=False,
        help_text=gettext_lazy("One share for each partner of that day."),
    )
    points = forms.CharField(
        label=gettext_lazy("Checklist"),
        required=False,
        strip=False,
        max_length=LONGEST_POINTS,
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "true"}),
        help_text=gettext_lazy(
            "One point a line. Begin a line with blanks to put it under the one above; a line that ends in a colon "
            "is a heading. “(by: UNEP)” at the end says by whom."
        ),
    )

    class Meta:
        model = AgreedAction
        fields = [
            "session", "title", "text", "topic_heading", "by_whom_text", "completion_rule", "is_flagged",
            "by_whom_note", "note",
        ]  # fmt: skip
        formfield_callback = portal_field
        labels = {"session": gettext_lazy("Session"), "by_whom_text": gettext_lazy("By whom, as written")}
        help_texts = {
            "topic_heading": gettext_lazy("Actions of one topic stand together under it."),
            "is_flagged": gettext_lazy("Whoever reports it as done has to show where it can be seen."),
        }
        widgets = {"text": long_text(4), "by_whom_text": forms.Textarea(attrs={"rows": 2}), "note": long_text(2)}

    def __init__(self, *args, options: Options, picked: Picked | None = None, instance=None, initial=None, **kwargs):
        initial = {**(initial or {})}
        if instance is not None:
            initial["points"] = points.as_text(points_of(instance))
        if picked is not None:
            initial["is_for_each_partner"] = picked.is_each_partner
        super().__init__(*args, instance=instance, initial=initial, **kwargs)
        self.options = options
        sessions = self.fields["session"]
        sessions.queryset = options.meeting.sessions.order_by("number")
        sessions.empty_label = None if len(options.sessions) == 1 else sessions.empty_label
        sessions.choices = [
            *([] if sessions.empty_label is None else [("", "---------")]),
            *((row.pk, _("%(number)d · %(title)s") % {"number": row.number, "title": row.title})
              for row in options.sessions),
        ]  # fmt: skip
        self.let_pick_from(options, picked)
        self.carry_what_was_found("is_for_each_partner", "points")
        if instance is None and not self.is_bound and self.initial.get("session"):
            # Where nothing is left to choose above it, entering begins with the title.
            self.fields["title"].widget.attrs["autofocus"] = True

    def clean_points(self):
        return self.cleaned_data["points"].replace("\r\n", "\n").rstrip()

    def clean(self):
        limit_texts(self, "text", "note", "by_whom_text")
        return super().clean()

    def owners(self) -> Picked:
        return self.picked(is_each_partner=bool(self.cleaned_data.get("is_for_each_partner")))

    def values(self) -> dict[str, Any]:
        """For the service."""
        others = (*OWNER_FIELDS, "is_for_each_partner", "points", "version")
        values = {name: value for name, value in self.cleaned_data.items() if name not in others}
        return values | {"owners": self.owners(), "points": points.read(self.cleaned_data["points"])}


class StageForm(OwnersForm):
    """By when, one stage. Its words are read as they are typed; a person fills in what they do not say."""

    id = forms.IntegerField(required=False, widget=forms.HiddenInput, max_value=2**31 - 1)
    hangs_on = forms.ChoiceField(
        label=gettext_lazy("It depends on"),
        required=False,
        help_text=gettext_lazy("An event or meeting gives its days to a stage whose words name none."),
    )
    typed_kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        required=False,
        choices=[("", gettext_lazy("as the portal reads the words")), *DeadlineKind.choices],
    )
    typed_earliest = forms.DateField(label=gettext_lazy("First day"), required=False, widget=DayInput)
    typed_latest = forms.DateField(label=gettext_lazy("Last day"), required=False, widget=DayInput)
    typed_edtf = forms.CharField(
        label=gettext_lazy("Or the days in figures"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("2007-07-31, 2007-07, 2007-05/2007-06"),
    )
    is_removed = forms.BooleanField(label=gettext_lazy("Take this stage away"), required=False, initial=False)

    class Meta:
        model = Deadline
        fields = ["label", "by_when_text", "offset_days", "request_kind", "request_question", "request_labels"]
        formfield_callback = portal_field
        labels = {"label": gettext_lazy("Name of the stage"), "by_when_text": gettext_lazy("By when, as written")}
        widgets = {
            "by_when_text": forms.TextInput(attrs={"autocomplete": "off"}),
            "request_labels": forms.Textarea(attrs={"rows": 3}),
        }

    def __init__(self, *args, options: Options, picked: Picked | None = None, instance=None, session=None, **kwargs):
        super().__init__(*args, instance=instance, **kwargs)
        self.options = options
        self.session = session
        self.is_session_new = instance is not None and session is not None and instance.action.session_id != session.pk
        self.fields["hangs_on"].choices = options.link_choices
        self.fields["offset_days"].required = False
        self.fields["offset_days"].widget.attrs["step"] = 1
        if instance is not None:
            self.initial |= {"id": instance.pk, **self._as_stored(instance)}
        self.let_pick_from(options, picked)
        self.carry_what_was_found("hangs_on", "typed_kind", "typed_earliest", "typed_latest", "typed_edtf")

    def _as_stored(self, stage: Deadline) -> dict[str, Any]:
        """Days are only shown as filled in where the words do not say them anyway."""
        hangs_on = ""
        if stage.event_id:
            hangs_on = f"event-{stage.event_id}"
        elif stage.linked_meeting_id:
            hangs_on = f"meeting-{stage.linked_meeting_id}"
        initial = {"hangs_on": hangs_on}
        row = self.options.links.get(hangs_on)
        reading = self._read(stage.by_when_text, link=_link(row, stage.offset_days))
        if not reading.is_stored_in(stage):
            initial |= {
                "typed_kind": stage.kind,
                "typed_earliest": stage.earliest,
                "typed_latest": stage.latest,
                "typed_edtf": stage.edtf,
            }
        return initial

    def _read(self, words: str, *, link=None, typed: stage_reading.Typed = stage_reading.NOT_TYPED):
        return stage_reading.read(
            words,
            after=self.options.meeting.ends_on,
            default_words=self.session.default_by_when_text if self.session else "",
            link=link,
            typed=typed,
        )

    def clean_request_labels(self):
        lines = [" ".join(line.split()) for line in self.cleaned_data["request_labels"].splitlines()]
        return "\n".join(line for line in lines if line)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("offset_days") is None:
            # "two weeks before the COP" says it already.
            says = ByWhen.read(cleaned.get("by_when_text", ""), after=self.options.meeting.ends_on).offset_days
            cleaned["offset_days"] = says if cleaned.get("hangs_on") else 0
        kind = cleaned.get("request_kind")
        if kind and not cleaned.get("request_question") and "request_question" not in self.errors:
            self.add_error("request_question", _("Say what is asked for."))
        if kind == RequestKind.NUMBERS and not cleaned.get("request_labels"):
            self.add_error("request_labels", _("Name at least one number, one a line."))
        # Complaints take values away, so the reading comes before them.
        self._found = self._reading_as_typed()
        if not cleaned.get("is_removed") and self._found.why_not:
            on = "typed_latest" if self._typed else "by_when_text"
            self.add_error(on, ValidationError(self._found.why_not, code="cannot_read"))
        return cleaned

    @property
    def _typed(self) -> stage_reading.Typed:
        cleaned = self.cleaned_data
        return stage_reading.Typed(
            cleaned.get("typed_kind") or "", cleaned.get("typed_earliest"), cleaned.get("typed_latest"),
            cleaned.get("typed_edtf") or "",
        )  # fmt: skip

    @property
    def reading(self) -> stage_reading.Reading:
        """How the stage is read as the form stands."""
        if self.is_bound:
            return self._found
        return self._stored_reading() if self.instance.pk is not None else self._read("")

    def _reading_as_typed(self) -> stage_reading.Reading:
        """What nobody touched stays as it is stored."""
        if self.instance.pk is not None and not self.is_session_new and not READ_FROM & set(self.changed_data):
            return self._stored_reading()
        cleaned = self.cleaned_data
        row = self.options.links.get(cleaned.get("hangs_on") or "")
        link = _link(row, cleaned.get("offset_days") or 0)
        return self._read(cleaned.get("by_when_text") or "", link=link, typed=self._typed)

    def _stored_reading(self) -> stage_reading.Reading:
        return stage_reading.Reading(**{name: getattr(self.instance, name) for name in stage_reading.STORED})

    @property
    def is_empty(self) -> bool:
        """A new stage into which nobody typed anything."""
        names = ("label", "by_when_text", "hangs_on", "typed_kind", "typed_latest", "typed_edtf", "request_kind")
        return self.instance.pk is None and not any(self.cleaned_data.get(name) for name in names)

    @property
    def is_filled_in(self) -> bool:
        """Whether a person filled in days, so that the form shows them."""
        return any(self[name].value() for name in ("typed_kind", "typed_earliest", "typed_latest", "typed_edtf"))

    @property
    def shows_days(self) -> bool:
        """Whether the part with the days and the event stands open."""
        return self.is_filled_in or bool(self["hangs_on"].value()) or self._complains("by_when_text", *READ_FROM)

    @property
    def shows_owners(self) -> bool:
        return any(self[name].value() for name in OWNER_FIELDS) or self._complains(*OWNER_FIELDS)

    @property
    def shows_request(self) -> bool:
        names = ("request_kind", "request_question", "request_labels")
        return bool(self["request_kind"].value()) or self._complains(*names)

    def _complains(self, *names: str) -> bool:
        return self.is_bound and any(name in self.errors for name in names)

    def entry(self) -> Stage:
        """For the service."""
        cleaned = self.cleaned_data
        row = self.options.links.get(cleaned.get("hangs_on") or "")
        values = {name: cleaned[name] for name in self._meta.fields}
        values |= {
            "event": row if isinstance(row, Event) else None,
            "linked_meeting": row if isinstance(row, Meeting) else None,
            **self.reading.values,
        }
        picked = self.picked()
        return Stage(
            values=values,
            picked=picked or None,
            pk=self.instance.pk,
            version=cleaned.get("version") or 0,
            is_removed=bool(cleaned.get("is_removed")),
        )


def _link(row: Event | Meeting | None, offset_days: int) -> stage_reading.Link | None:
    return stage_reading.Link(row.starts_on, row.ends_on, offset_days) if row is not None else None


def quiet(form: forms.BaseForm) -> None:
    """Draw a form with what was typed and without complaints: nobody has asked to save yet."""
    form._errors = ErrorDict(renderer=form.renderer)  # type: ignore[assignment]


def count_of(data: Mapping[str, Any]) -> int:
    """How many stages a form sent."""
    text = str(data.get("stages-TOTAL", ""))
    return min(int(text), MOST_STAGES) if text.isascii() and text.isdigit() and len(text) < 4 else 1
