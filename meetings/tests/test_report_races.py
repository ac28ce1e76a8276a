"""A report becomes final while somebody is still writing it: what is stored and what is kept agree all the same."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from meetings.choices import Progress
from meetings.models import ActionShare, AgreedAction, Meeting, ReportVersion
from meetings.reports import snapshots
from meetings.services import report_versions, reports, shares
from meetings.tests.factories import ActionShareFactory, AgreedActionFactory
from partners.tests.factories import MembershipFactory

pytestmark = [pytest.mark.row_locks, pytest.mark.django_db(transaction=True)]

ROUNDS = 5


def at_once(*functions):
    """Run all at the same moment, each on a connection of its own. Returns what each raised, or None."""
    raised = [None] * len(functions)
    gate = threading.Barrier(len(functions))

    def run(place, function):
        gate.wait()
        try:
            function()
        except ValidationError as error:
            raised[place] = error.code
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(functions)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def test_version_kept_says_what_the_final_report_says_whoever_was_faster(secretariat):
    for number in range(ROUNDS):
        action = AgreedActionFactory(meeting__draft=True, number=1, text="Before.")
        meeting = action.meeting

        def write(action=action, number=number):
            row = AgreedAction.objects.get(pk=action.pk)
            row.text = f"After {number}."
            row.save()

        def finalise(meeting=meeting):
            reports.finalise_report(meeting=meeting, by=secretariat, version=0)

        raised = at_once(write, finalise)

        assert raised in ([None, None], ["final", None])
        assert ReportVersion.objects.get(meeting=meeting).content == snapshots.of(Meeting.objects.get(pk=meeting.pk))


def test_of_two_who_reopen_or_finalise_at_once_one_is_told(secretariat):
    meeting = AgreedActionFactory(meeting__draft=True).meeting

    def finalise():
        reports.finalise_report(meeting=meeting, by=secretariat, version=0)

    def reopen():
        report_versions.reopen_report(meeting=meeting, by=secretariat, version=1, reason="A word.")

    assert sorted(at_once(finalise, finalise), key=str) == [None, "changed_meanwhile"]
    assert sorted(at_once(reopen, reopen), key=str) == [None, "changed_meanwhile"]
    assert (ReportVersion.objects.count(), Meeting.objects.count()) == (1, 2)


def test_what_is_reported_while_the_next_version_becomes_final_is_kept(secretariat):
    """The owner is no longer named: what it reported before stays, and afterwards it is told that things changed."""
    for number in range(2 * ROUNDS):
        member = MembershipFactory(focal=True)
        share = ActionShareFactory(partner=member.partner, accepted=True, deadline__action__meeting__code=f"m-{number}")
        meeting = share.deadline.action.meeting
        copy = report_versions.reopen_report(meeting=meeting, by=secretariat, version=meeting.version, reason="A word.")
        ActionShare.objects.get(deadline__action__meeting=copy).delete()

        def report(share=share, member=member):
            shares.report_done(
                share=ActionShare.objects.get(pk=share.pk), by=member.user, version=0, what_was_done="All of it."
            )

        def finalise(copy=copy):
            reports.finalise_report(meeting=copy, by=secretariat, version=copy.version)

        raised = at_once(report, finalise)

        after = ActionShare.objects.get(pk=share.pk)
        assert raised in ([None, None], ["changed_meanwhile", None])
        assert (after.progress == Progress.DONE) == (raised[0] is None)
