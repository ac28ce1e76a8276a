"""The buttons of one's private calendar address."""

from django import forms


class CalendarForm(forms.Form):
    act = forms.ChoiceField(choices=[("make", "make"), ("revoke", "revoke")])
