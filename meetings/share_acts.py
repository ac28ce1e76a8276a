"""What may be done with a share as it stands, by those who owe it and by whoever confirms. No database, no request.

The form offers these acts and the services accept no others.
"""

from django.utils.translation import gettext as _

ACCEPT, DECLINE, START, DONE, TAKE_BACK, WITHDRAW, CONFIRM = (
    "accept", "decline", "start", "done", "take_back", "withdraw", "confirm",
)  # fmt: skip
# By the mark of `progress.mark_of`, in the order in which the form shows them. To decline is also to say that a
# share does not apply; "done" on a share that is done corrects the report.
OF_WHO_OWES = {
    "silent": (ACCEPT, DONE, START, DECLINE),
    "accepted": (DONE, START, DECLINE, WITHDRAW),
    "in_progress": (DONE, START, DECLINE),
    "done": (DONE, TAKE_BACK),
    "declined": (ACCEPT, WITHDRAW),
    "not_applicable": (ACCEPT, WITHDRAW),
}
OF_WHO_CONFIRMS = {"done": (CONFIRM,)}


def acts_on(mark: str, *, may_report: bool, may_confirm: bool) -> list[str]:
    """What a person may do with a share that is in effect and not confirmed."""
    acts = list(OF_WHO_CONFIRMS.get(mark, ())) if may_confirm else []
    return [*acts, *OF_WHO_OWES[mark]] if may_report else acts


def why_not(act: str, mark: str) -> str:
    """The reason why an act is not open on a share with this mark, as a sentence; empty if it is open."""
    if act in OF_WHO_OWES[mark] or act in OF_WHO_CONFIRMS.get(mark, ()):
        return ""
    if act == CONFIRM:
        return _("Only a share that is reported as done can be confirmed.")
    if act == TAKE_BACK:
        return _("There is no report to take back.")
    if act == ACCEPT:
        return _("This share is accepted already.")
    if mark == "done":
        return _("This share is reported as done. Take the report back first.")
    if mark == "in_progress":
        return _("Work on this share has been reported. Decline it and say why, instead of withdrawing the answer.")
    if mark == "silent":
        return _("There is no answer to withdraw.")
    return _("This share is set aside with a reason. Accept it, or withdraw the answer, first.")
