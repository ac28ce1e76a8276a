"""The form of one action with all its stages, as one thing: bound, saved, compared, drawn again."""

from dataclasses import replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from meetings.forms.action import MOST_STAGES, OWNER_FIELDS, ActionForm, Options, StageForm, count_of, quiet
from meetings.models import AgreedAction, Deadline, MeetingSession
from meetings.rules.owners import Picked
from meetings.services import owning
from meetings.services.entry_actions import Stage
from partners.comparing import Difference, compare, take_over


class ActionEntry:
    """An action that is yet to be added, or one that is there, with what was typed into its form if anything was."""

    def __init__(
        self,
        options: Options,
        *,
        action: AgreedAction | None = None,
        data: QueryDict | None = None,
        session: MeetingSession | None = None,
    ):
        self.options = options
        self.action = action
        self.data = data
        self.stored = _stages_of(action)
        self.base, self.own = Picked(), {}
        if action is not None:
            self.base, self.own = owning.picks_of(action, self.stored, known=options.known)
        initial = {"session": session.pk} if session else {}
        self.form = ActionForm(
            data, instance=action, options=options, picked=self.base if action else None, initial=initial
        )
        self.session = options.session(self.form["session"].value())
        count = count_of(data) if data is not None else max(len(self.stored), 1)
        self.stages = [self._stage(number) for number in range(count)]

    def _stage(self, number: int) -> StageForm:
        prefix = f"stages-{number}"
        stored = None
        if self.data is None:
            stored = self.stored[number] if number < len(self.stored) else None
        else:
            key = self.data.get(f"{prefix}-id", "")
            stored = next((stage for stage in self.stored if str(stage.pk) == key), None)
        return self._form_of(stored, prefix, self.data)

    def _form_of(self, stored: Deadline | None, prefix: str, data: QueryDict | None) -> StageForm:
        picked = self.own.get(stored.pk) if stored else None
        return StageForm(
            data, instance=stored, prefix=prefix, options=self.options, picked=picked, session=self.session
        )

    @property
    def forms(self) -> list:
        return [self.form, *self.stages]

    def is_valid(self) -> bool:
        """Looks at all forms, so that all complaints stand on the page at once."""
        answers = [form.is_valid() for form in self.forms]
        is_valid = all(answers)
        kept = self.kept
        if len(kept) > 1:
            for stage in kept:
                if not stage.cleaned_data.get("label") and "label" not in stage.errors:
                    stage.add_error("label", _("Name each stage, so that people can tell them apart."))
                    is_valid = False
        return is_valid

    @property
    def kept(self) -> list[StageForm]:
        """Stages that will be there after saving; of a new action the first one even if nothing was typed."""
        return [
            stage
            for number, stage in enumerate(self.stages)
            if not stage.cleaned_data.get("is_removed") and not (stage.is_empty and number)
        ]

    def entries(self) -> list[Stage]:
        gone = [stage for stage in self.stages if stage.cleaned_data.get("is_removed") and stage.instance.pk]
        return [stage.entry() for stage in [*self.kept, *gone]]

    def drawn_again(
        self, *, add_stage: bool = False, choose: str = "", proposed: Picked | None = None
    ) -> "ActionEntry":
        """The same form with nothing lost and no complaints; with one more stage, a reading chosen or owners ticked."""
        data = self.data.copy()
        if proposed:
            for name in OWNER_FIELDS:
                ticked = {*data.getlist(name), *(str(key) for key in getattr(proposed, name))}
                data.setlist(name, sorted(ticked))
            if proposed.is_each_partner:
                data["is_for_each_partner"] = "on"
        if add_stage:
            data["stages-TOTAL"] = str(min(len(self.stages) + 1, MOST_STAGES))
        prefix, _colon, edtf = choose.partition(":")
        if edtf and prefix in [stage.prefix for stage in self.stages]:
            data[f"{prefix}-typed_edtf"] = edtf[:40]
        again = ActionEntry(self.options, action=self.action, data=data)
        for form in again.forms:
            form.is_valid()
            quiet(form)
        return again

    def compared_with(self, current: AgreedAction) -> tuple["ActionEntry", list[Difference]]:
        """My form brought up to what another person saved meanwhile, and where we differ. Stages included."""
        now = ActionEntry(self.options, action=current)
        data, differences = compare(self.form, current, self.data, now.form)
        stored = {stage.pk: stage for stage in now.stored}
        seen = set()
        for number, form in enumerate(self.stages):
            mine = form.instance.pk
            name = form["label"].value() or _("Stage %(number)d") % {"number": number + 1}
            if mine in stored:
                seen.add(mine)
                fresh = now._form_of(stored[mine], form.prefix, None)
                data, found = compare(form, stored[mine], data, fresh)
                differences += [replace(each, label=_stage_label(name, each.label)) for each in found]
            elif data.get(f"{form.prefix}-id"):
                data[f"{form.prefix}-id"] = ""
                differences.append(Difference(str(name), _("taken away"), str(name), is_taken_over=False))
        count = len(self.stages)
        for stage in now.stored:
            if stage.pk not in seen and count < MOST_STAGES:
                take_over(now._form_of(stage, f"stages-{count}", None), stage, data)
                differences.append(Difference(str(stage), stage.by_when_text or str(stage), "", is_taken_over=True))
                count += 1
        data["stages-TOTAL"] = str(count)
        again = ActionEntry(self.options, action=current, data=data)
        again.is_valid()
        return again, differences


def _stage_label(stage: str, label: str) -> str:
    return _("%(stage)s: %(field)s") % {"stage": stage, "field": label}


def _stages_of(action: AgreedAction | None) -> list[Deadline]:
    if action is None:
        return []
    rows = action.deadlines.select_related("action").prefetch_related("shares").order_by("position")
    return list(rows)
