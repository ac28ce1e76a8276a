"""What the secretariat types into a report: basics, texts, attendance, sessions, annexes."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from greencustoms.core.forms import TimeZoneField
from greencustoms.core.uploads import CheckedFileField
from meetings.models import Annex, Meeting, MeetingSession
from meetings.services.entry import NEVER_A_CODE, WORKING_COPY_CODE
from partners import contacts
from partners.choices import Standing
from partners.forms import LONGEST_BODY, VersionedForm, country_code, portal_field
from partners.models import Partner

MARKDOWN = _("Markdown: an empty line begins a paragraph, “- ” a list, “## ” a heading, **two stars** make words bold.")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")


def long_text(rows: int = 8) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "maxlength": LONGEST_BODY})


class SelfComparing:
    """Fields that are no columns of the row carry what the person found, so that two editors can be compared."""

    def carry_what_was_found(self, *names: str) -> None:
        for name in names:
            self.fields[name].show_hidden_initial = True


class MeetingForm(SelfComparing, VersionedForm):
    time_zone = TimeZoneField(
        label=_("Time zone"), help_text=_("A day ends there at midnight: only then something is overdue.")
    )

    class Meta:
        model = Meeting
        fields = [
            "title", "number", "starts_on", "ends_on", "city", "country", "place", "host", "time_zone", "visibility",
            "partners",
        ]  # fmt: skip
        formfield_callback = portal_field
        labels = {"number": _("Number in the series"), "partners": _("Partners on that day")}
        help_texts = {
            "ends_on": _("Empty: it lasts one day."),
            "country": _("two letters, such as KE"),
            "visibility": _("It counts once the report is final. Until then only the secretariat reads it, and the "
                            "partners while it is circulated."),
            "partners": _("Each of them owes a share of what “each partner” does."),
        }  # fmt: skip
        widgets = {"partners": forms.CheckboxSelectMultiple}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["ends_on"].required = False
        self.fields["time_zone"].offer(self.instance.time_zone)
        hosts = Partner.objects.exclude(standing=Standing.GROUP).alphabetical()
        self.fields["host"].queryset = hosts
        self.fields["host"].label_from_instance = in_lists
        partners = self.fields["partners"]
        partners.queryset = Partner.objects.partners().alphabetical()
        if self.instance.pk is not None:
            # One that was a partner on that day and is none any more stays.
            kept = Partner.objects.filter(meetings_as_partner=self.instance)
            partners.queryset = (partners.queryset | kept).distinct().alphabetical()
        partners.label_from_instance = in_lists
        self.carry_what_was_found("partners")

    def clean_country(self):
        return country_code(self.cleaned_data["country"])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("starts_on") and not cleaned.get("ends_on") and "ends_on" not in self.errors:
            cleaned["ends_on"] = self.instance.ends_on = cleaned["starts_on"]
        return cleaned


class MeetingAddForm(MeetingForm):
    """A new meeting. Its code is its address for ever, so it is settled here."""

    class Meta(MeetingForm.Meta):
        fields = [*MeetingForm.Meta.fields, "code"]
        help_texts = {
            **MeetingForm.Meta.help_texts,
            "code": _("Empty: made of the month, such as gci-2026-11. It stands in every address and number of an "
                      "action and stays for ever."),
        }  # fmt: skip
        error_messages = {
            "code": {"invalid": _("Only letters, digits, hyphens and underscores, such as gci-2027-03.")},
        }

    def __init__(self, *args, **kwargs):
        present = list(Partner.objects.partners().values_list("pk", flat=True))
        super().__init__(*args, initial={"partners": present, "time_zone": "UTC"}, **kwargs)
        self.fields["code"].required = False

    def clean_code(self):
        code = self.cleaned_data["code"].lower()
        if code in NEVER_A_CODE or WORKING_COPY_CODE.search(code):
            raise ValidationError(_("The portal keeps this code for itself. Choose another one."), code="kept")
        if code and Meeting.objects.filter(code=code).exists():
            raise ValidationError(_("There is a meeting with this code already."), code="taken")
        return code


class TextsForm(VersionedForm):
    class Meta:
        model = Meeting
        fields = ["introduction", "opening", "conclusion", "afterwards", "attendance_note", "source"]
        formfield_callback = portal_field
        help_texts = {"introduction": MARKDOWN, "attendance_note": _("Such as who sent apologies: offices, no names.")}
        widgets = {
            "introduction": long_text(10),
            "opening": long_text(),
            "conclusion": long_text(),
            "afterwards": long_text(),
            "attendance_note": long_text(3),
            "source": long_text(2),
        }

    markdown = ("introduction", "opening", "conclusion", "afterwards")

    def clean(self):
        limit_texts(self, *self._meta.fields)
        return super().clean()


class AttendanceForm(SelfComparing, VersionedForm):
    """All organisations on one page: who was there, and the office that came."""

    class Meta:
        model = Meeting
        fields: list[str] = []

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.partners = list(Partner.objects.exclude(standing=Standing.GROUP).alphabetical())
        stored = dict(self.instance.attendance.values_list("partner_id", "note"))
        for partner in self.partners:
            there, note = f"there_{partner.pk}", f"note_{partner.pk}"
            self.fields[there] = forms.BooleanField(label=in_lists(partner), required=False)
            self.fields[note] = forms.CharField(
                label=_("%(organisation)s: represented by") % {"organisation": partner.short_name},
                max_length=300, required=False,
            )  # fmt: skip
            self.initial |= {there: partner.pk in stored, note: stored.get(partner.pk, "")}
            self.carry_what_was_found(there, note)

    def rows(self):
        """Organisation, tick and note, in order: partners and the secretariat first."""
        listed = (Standing.PARTNER, Standing.SECRETARIAT)
        for partner in sorted(self.partners, key=lambda partner: partner.standing not in listed):
            yield partner, self[f"there_{partner.pk}"], self[f"note_{partner.pk}"]

    def clean(self):
        cleaned = super().clean()
        for partner in self.partners:
            name = f"note_{partner.pk}"
            note = cleaned.get(name, "")
            own_names = (partner.acronym, partner.slug)
            for address in _ADDRESS.findall(note):
                if not contacts.is_generic_mailbox(address, own_names=own_names):
                    self.add_error(name, _not_generic(address))
            if note and not cleaned.get(f"there_{partner.pk}"):
                self.add_error(name, _("Tick the organisation too, or clear the note."))
        return cleaned

    def present(self) -> dict[Partner, str]:
        cleaned = self.cleaned_data
        return {partner: cleaned[f"note_{partner.pk}"] for partner in self.partners if cleaned[f"there_{partner.pk}"]}


class SessionForm(SelfComparing, VersionedForm):
    class Meta:
        model = MeetingSession
        fields = [
            "title", "held_on", "summary", "footnotes", "default_by_whom_text", "default_owners",
            "default_by_when_text",
        ]  # fmt: skip
        formfield_callback = portal_field
        labels = {
            "default_by_whom_text": _("By whom, as said for all"),
            "default_by_when_text": _("By when, as said for all"),
        }
        help_texts = {
            "summary": MARKDOWN,
            "footnotes": _("Markdown, such as a numbered list."),
            "default_by_whom_text": _("Only if it was said once for all actions of this session."),
        }
        widgets = {
            "summary": long_text(12),
            "footnotes": long_text(3),
            "default_owners": forms.CheckboxSelectMultiple,
        }

    markdown = ("summary", "footnotes")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        owners = self.fields["default_owners"]
        owners.queryset = Partner.objects.alphabetical()
        owners.label_from_instance = in_lists
        self.carry_what_was_found("default_owners")

    def clean(self):
        limit_texts(self, "summary", "footnotes")
        return super().clean()


class AnnexForm(VersionedForm):
    upload = CheckedFileField(label=_("File"), required=False)
    is_file_removed = forms.BooleanField(label=_("Take the file away"), required=False)

    class Meta:
        model = Annex
        fields = ["number", "label", "title", "note"]
        formfield_callback = portal_field
        help_texts = {
            "label": _("as the report calls it, such as “Annex I”"),
            "note": _("such as why the portal does not hold it"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["number"].min_value = 1
        if self.instance.pk is None or self.instance.file_id is None:
            del self.fields["is_file_removed"]
        else:
            self.fields["upload"].label = _("Another file in its place")


def in_lists(partner: Partner) -> str:
    return partner.sort_name


def limit_texts(form: forms.ModelForm, *names: str) -> None:
    for name in names:
        if len(form.cleaned_data.get(name) or "") > LONGEST_BODY:
            form.add_error(
                name,
                ValidationError(_("A text holds at most %(count)s characters."), params={"count": LONGEST_BODY}),
            )


def _not_generic(address: str) -> ValidationError:
    params: dict[str, Any] = {"address": address, "examples": contacts.examples()}
    return ValidationError(
        _(
            "%(address)s looks like the address of a person. Name the office; only mailboxes such as %(examples)s may "
            "stand here."
        ),
        params=params,
        code="not_generic",
    )
