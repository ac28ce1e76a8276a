"""What may be done with a share as it stands, by those who owe it and by whoever confirms. No database, no request.

The form offers these acts and the services accept no others.
"""

from django.utils.translation import gettext as _

ACCEPT, DECLINE, START, DONE, ANSWER, TAKE_BACK, WITHDRAW, CONFIRM, SEND_BACK, REOPEN = (
    "accept", "decline", "start", "done", "answer", "take_back", "withdraw", "confirm", "send_back", "reopen",
)  # fmt: skip
# By the mark of `progress.mark_of`, in the order in which the form shows them. To decline is also to say that a
# share does not apply; "done" on a share that is done corrects the report. Of a share that is a request, "answer"
# stands in the place of "done".
OF_WHO_OWES = {
    "silent": (ACCEPT, DONE, START, DECLINE),
    "accepted": (DONE, START, DECLINE, WITHDRAW),
    "in_progress": (DONE, START, DECLINE),
    "done": (DONE, TAKE_BACK),
    "declined": (ACCEPT, WITHDRAW),
    "not_applicable": (ACCEPT, WITHDRAW),
}
OF_WHO_CONFIRMS = {"done": (CONFIRM, SEND_BACK)}
# Acts of those who look at what others did: never of those who owe the share.
BY_WHO_CONFIRMS = (CONFIRM, SEND_BACK, REOPEN)


def acts_on(
    mark: str, *, may_report: bool, may_confirm: bool, is_confirmed: bool = False, is_request: bool = False
) -> list[str]:
    """What a person may do with a share that is in effect. A confirmed one can only be reopened."""
    if is_confirmed:
        return [REOPEN] if may_confirm else []
    acts = list(OF_WHO_CONFIRMS.get(mark, ())) if may_confirm else []
    if may_report:
        acts += [ANSWER if act == DONE and is_request else act for act in OF_WHO_OWES[mark]]
    return acts


def why_not(act: str, mark: str, *, is_confirmed: bool = False, is_request: bool = False) -> str:
    """The reason why an act is not open on a share with this mark, as a sentence; empty if it is open."""
    if act in acts_on(mark, may_report=True, may_confirm=True, is_confirmed=is_confirmed, is_request=is_request):
        return ""
    if is_confirmed:
        return _("This share is confirmed and can no longer be changed.")
    if act == REOPEN:
        return _("Only a confirmed share can be reopened.")
    if act == CONFIRM:
        return _("Only a share that is reported as done can be confirmed.")
    if act == SEND_BACK:
        return _("Only a share that is reported as done can be sent back.")
    if act == TAKE_BACK:
        return _("There is no report to take back.")
    if act == ACCEPT:
        return _("This share is accepted already.")
    if act == DONE and is_request:
        return _("This share asks a question. Answer it; that reports it as done.")
    if act == ANSWER and not is_request:
        return _("This share asks no question. Say what was done instead.")
    if mark == "done":
        return _("This share is reported as done. Take the report back first.")
    if mark == "in_progress":
        return _("Work on this share has been reported. Decline it and say why, instead of withdrawing the answer.")
    if mark == "silent":
        return _("There is no answer to withdraw.")
    return _("This share is set aside with a reason. Accept it, or withdraw the answer, first.")
