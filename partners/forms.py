"""All that people type into this room's pages passes through here."""

from django import forms
from django.contrib.auth.password_validation import password_validators_help_text_html, validate_password
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from greencustoms.core.forms import DayField, DayInput
from greencustoms.core.models import User
from greencustoms.core.open_forms import TimedForm

from . import access, contacts
from .choices import MemberRole
from .models import AboutPage, AccountRequest, Agreement, Event, Holiday, Partner, TradeDocument

LONGEST_BODY = 100_000


class InvitationForm(forms.Form):
    """Offers only the organisations and roles that the person may invite into."""

    email = forms.EmailField(label=_("Official e-mail address"), max_length=254)
    name = forms.CharField(label=_("Name or office"), max_length=150, required=False)
    partner = forms.ModelChoiceField(Partner.objects.none(), label=_("Organisation"))
    role = forms.ChoiceField(label=_("Role"), widget=forms.RadioSelect)

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        partners = access.partners_kept_by(user).alphabetical()
        roles = access.roles_to_invite_as(user)
        self.fields["partner"].queryset = partners
        self.fields["partner"].label_from_instance = lambda partner: partner.sort_name
        self.fields["role"].choices = [choice for choice in MemberRole.choices if choice[0] in roles]
        if len(roles) == 1:
            self.fields["role"].initial = next(iter(roles))
        only = list(partners[:2])
        if len(only) == 1:
            self.fields["partner"].initial = only[0].pk

    def clean(self):
        cleaned = super().clean()
        partner, role = cleaned.get("partner"), cleaned.get("role")
        if partner and role and role not in access.roles_to_invite_as(self.user, partner):
            self.add_error("role", _("You cannot invite somebody to this role in that organisation."))
        return cleaned


class AcceptForm(forms.Form):
    """Opens an account: how one is called here, and a password."""

    name = forms.CharField(
        label=_("Your name or office"), max_length=150, help_text=_("Colleagues and the secretariat see it.")
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        help_text=password_validators_help_text_html,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )
    password_again = forms.CharField(
        label=_("Password again"), strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, *args, email, **kwargs):
        super().__init__(*args, **kwargs)
        self.email = email

    def clean(self):
        cleaned = super().clean()
        password, again = cleaned.get("password"), cleaned.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", _("The two passwords differ."))
        if password:
            try:
                validate_password(password, User(email=self.email, name=cleaned.get("name", "")))
            except ValidationError as error:
                self.add_error("password", error)
        return cleaned


class AccountRequestForm(TimedForm, forms.ModelForm):
    """Seen by everyone; officers of national administrations ask here for an account."""

    class Meta:
        model = AccountRequest
        fields = ["name", "email", "office", "country", "partner", "purpose"]
        help_texts = {
            "email": _("The address of your office; we send a link to it. A private address will be refused."),
            "partner": _("Its focal point will be asked whether your office is known."),
        }
        widgets = {
            "email": forms.EmailInput(attrs={"autocomplete": "email"}),
            "country": forms.TextInput(attrs={"autocomplete": "country-name"}),
            "purpose": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["partner"].queryset = Partner.objects.partners().alphabetical()
        self.fields["partner"].label_from_instance = lambda partner: partner.sort_name


class AnswerForm(forms.Form):
    """Endorse or refuse a request for an account."""

    ENDORSE, REFUSE = "endorse", "refuse"

    decision = forms.ChoiceField(
        label=_("Your answer"),
        choices=[(ENDORSE, _("We know this office: invite the officer")), (REFUSE, _("Refuse"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Reason, if you refuse"),
        max_length=300,
        required=False,
        help_text=_("The officer reads it."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == self.REFUSE and not cleaned.get("reason"):
            self.add_error("reason", _("Say why you refuse."))
        return cleaned


class ProfileForm(forms.ModelForm):
    """How one is called here. How often one is reminded, and by which clock, has a page of its own."""

    class Meta:
        model = User
        fields = ["name", "office"]


def portal_field(db_field: models.Field, **kwargs):
    """Days with the browser's calendar, addresses on the web with https by default."""
    if isinstance(db_field, models.URLField):
        kwargs["assume_scheme"] = "https"
    if isinstance(db_field, models.DateField):
        kwargs |= {"form_class": DayField, "widget": DayInput}
    if isinstance(db_field, models.TextField) and "widget" not in kwargs:
        kwargs["widget"] = forms.Textarea(attrs={"rows": 4})
    return db_field.formfield(**kwargs)


def country_code(country: str) -> str:
    """Two letters in capitals, or nothing. Raises ValidationError for anything else."""
    country = country.upper()
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        raise ValidationError(_("Write two letters, such as KE."))
    return country


class VersionedForm(forms.ModelForm):
    """A form that knows which version of the row it shows; a row that is yet to be added has none."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, *args, instance=None, **kwargs):
        initial = {"version": instance.version} if instance is not None else {}
        super().__init__(*args, instance=instance, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)
        if self.instance.pk is None:
            del self.fields["version"]


class PartnerForm(VersionedForm):
    class Meta:
        model = Partner
        fields = [
            "name", "acronym", "sort_name", "kind", "hosted_by", "members", "city", "country", "website", "email",
            "is_email_verified", "joined_year", "note", "source",
        ]  # fmt: skip
        formfield_callback = portal_field
        help_texts = {
            "country": _("two letters, such as KE"),
            "email": _("a mailbox of the office, such as info@; never a person’s own address"),
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["hosted_by"].queryset = Partner.objects.exclude(pk=self.instance.pk).alphabetical()
        if self.instance.is_group:
            self.fields["members"].queryset = Partner.objects.listed().alphabetical()
            self.fields["members"].widget = forms.CheckboxSelectMultiple(choices=self.fields["members"].choices)
        else:
            del self.fields["members"]

    def clean_country(self):
        return country_code(self.cleaned_data["country"])

    def clean(self):
        cleaned = super().clean()
        email, own_names = cleaned.get("email"), (cleaned.get("acronym", ""), self.instance.slug)
        if email and not contacts.is_generic_mailbox(email, own_names=own_names):
            self.add_error(
                "email",
                ValidationError(
                    _(
                        "This looks like the address of a person. The partners agreed to publish only mailboxes of an "
                        "office, such as %(examples)s."
                    ),
                    params={"examples": contacts.examples()},
                    code="not_generic",
                ),
            )
        if cleaned.get("is_email_verified") and not email:
            self.add_error("is_email_verified", _("There is no mailbox that could be verified."))
        return cleaned


class PartnerAddForm(PartnerForm):
    """A new organisation. Its standing is settled here; who belongs to a group is said on its edit page."""

    class Meta(PartnerForm.Meta):
        fields = ["standing", *PartnerForm.Meta.fields]

    def clean_name(self):
        name = self.cleaned_data["name"]
        if Partner.objects.filter(name__iexact=name).exists():
            raise ValidationError(_("There is an organisation with this name already."), code="known")
        return name


class AgreementForm(VersionedForm):
    documents = forms.CharField(
        label=_("Documents to ask for"),
        help_text=_("One document in each line, in the order in which officers should ask."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    class Meta:
        model = Agreement
        fields = [
            "short_name", "full_name", "sort_name", "secretariat", "adopted_on", "in_force_on", "party_count",
            "party_count_year", "website", "national_contacts_url", "cluster", "controls", "documents", "note",
            "source",
        ]  # fmt: skip
        formfield_callback = portal_field

    def __init__(self, *args, instance=None, **kwargs):
        documents = "\n".join(document.text for document in instance.documents.all()) if instance else ""
        super().__init__(*args, instance=instance, initial={"documents": documents}, **kwargs)
        self.fields["secretariat"].queryset = Partner.objects.listed().alphabetical()

    def clean_documents(self):
        lines = [" ".join(line.split()) for line in self.cleaned_data["documents"].splitlines()]
        lines = [line for line in lines if line]
        longest = TradeDocument._meta.get_field("text").max_length
        if any(len(line) > longest for line in lines):
            raise ValidationError(_("A line holds at most %(count)s characters."), params={"count": longest})
        return lines


class EventForm(VersionedForm):
    class Meta:
        model = Event
        fields = [
            "name", "kind", "agreement", "partner", "starts_on", "ends_on", "dates_words", "place", "url", "note",
            "source",
        ]  # fmt: skip
        formfield_callback = portal_field


class AboutPageForm(VersionedForm):
    class Meta:
        model = AboutPage
        fields = ["title", "summary", "body", "source"]
        formfield_callback = portal_field
        widgets = {"body": forms.Textarea(attrs={"rows": 24})}

    def clean_body(self):
        body = self.cleaned_data["body"]
        if len(body) > LONGEST_BODY:
            raise ValidationError(_("A page holds at most %(count)s characters."), params={"count": LONGEST_BODY})
        return body


class DaysOffForm(VersionedForm):
    class Meta:
        model = Partner
        fields = ["days_off"]
        widgets = {"days_off": forms.RadioSelect}


class HolidayForm(forms.ModelForm):
    last_day = DayField(label=_("Last day"), required=False)

    class Meta:
        model = Holiday
        fields = ["name", "first_day", "last_day"]
        formfield_callback = portal_field

    def __init__(self, *args, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.today = today

    def clean(self):
        cleaned = super().clean()
        if "last_day" in cleaned:
            cleaned["last_day"] = cleaned["last_day"] or cleaned.get("first_day")
        last_day = cleaned.get("last_day")
        if last_day and cleaned.get("first_day", last_day) <= last_day < self.today:
            self.add_error("first_day", _("These days have passed: reminders only look ahead."))
        return cleaned


class HolidaysFormSet(forms.BaseFormSet):
    """Several holidays at once. Rows left empty count for nothing."""

    def clean(self):
        if not any(self.errors) and not self.entries:
            raise ValidationError(_("Fill in at least one row."), code="empty")

    @property
    def entries(self) -> list[dict]:
        return [form.cleaned_data for form in self.forms if form.has_changed()]


HolidaysToAdd = forms.formset_factory(HolidayForm, HolidaysFormSet, extra=3, max_num=3, absolute_max=3)


class DeleteForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
