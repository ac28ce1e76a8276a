"""Who is to be told what at a moment, by plain loops over plain rows: nothing of `meetings.reminders` is used."""

import zoneinfo
from collections import defaultdict
from datetime import time, timedelta

from greencustoms.core.models import MailAddress, MailHold, User
from meetings.models import ActionShare
from partners.models import Holiday, Membership, Partner

FREE_DAYS = {"sat_sun": {5, 6}, "fri_sat": {4, 5}, "thu_fri": {3, 4}, "fri": {4}, "sun": {6}}


class Oracle:
    """Who is to be told what at a moment, as the design says it, read once from the plain rows."""

    def __init__(self, now):
        self.now = now
        self.people = {row.pk: row for row in User.objects.all()}
        self.held = set(MailHold.objects.values_list("person", flat=True))
        self.acting = set(User.objects.filter(groups__name="secretariat").values_list("pk", flat=True))
        self.refused = {row.address.lower() for row in MailAddress.objects.all() if row.suppressed_at}
        self.partners = {row.pk: row for row in Partner.objects.all()}
        self.holidays = defaultdict(list)
        for row in Holiday.objects.all():
            self.holidays[row.partner_id].append((row.first_day, row.last_day))
        self.roles = defaultdict(dict)
        for row in Membership.objects.all():
            self.roles[row.user_id][row.partner_id] = row.role
        self._owed = {}
        self.shares = list(ActionShare.objects.select_related("deadline__action__meeting"))

    def local(self, person):
        return self.now.astimezone(zoneinfo.ZoneInfo(person.time_zone))

    def is_reached(self, person):
        is_refused = person.email.lower() in self.refused
        is_wanted = person.is_active and person.digest_rhythm != "none"
        return is_wanted and not is_refused and person.pk not in self.held

    def is_reminded(self, person):
        return self.is_reached(person) and bool(self.roles[person.pk])

    def is_awake(self, person):
        return self.local(person).time() >= time(7, 30)

    def works(self, person, day):
        return any(self._organisation_works(key, day) for key in self.roles[person.pk])

    def _organisation_works(self, key, day):
        if day.weekday() in FREE_DAYS[self.partners[key].days_off]:
            return False
        return not any(first <= day <= last for first, last in self.holidays[key])

    def owes(self, person, share):
        """Whether an organisation of the person owes it."""
        return share.partner_id in self.roles[person.pk]

    def is_owed(self, share):
        if share.pk not in self._owed:
            self._owed[share.pk] = self._is_owed(share)
        return self._owed[share.pk]

    def _is_owed(self, share):
        deadline, action = share.deadline, share.deadline.action
        if share.part != "lead" or share.progress == "done" or share.acceptance in ("declined", "not_applicable"):
            return False
        if action.stored_state != "agreed" or action.meeting.state != "final":
            return False
        due = deadline.latest or deadline.review_on
        if due and due < deadline.entered_on and not deadline.reopened_at:
            return False
        if action.completion_rule != "any":
            return True
        same_stage = [other for other in self.shares if other.deadline_id == share.deadline_id]
        return not any(other.progress == "done" and other.part != "consulted" for other in same_stage)

    def fired(self, share, person):
        """The latest step of a share that a person is to be told on their day, and the day from which on; or None."""
        today = self.local(person).date()
        first = self._first_step(share, person)
        if first is None:
            return None
        deadline = share.deadline
        if deadline.latest is None:
            if deadline.review_on is None or deadline.review_on > today or first > 0:
                return None
            day, every = deadline.review_on, 90 if deadline.kind == "ongoing" else 30
            while day + timedelta(days=every) <= today:
                day += timedelta(days=every)
            return day, day
        found = None
        for days in [-30, -7, -1, 0, 1, *range(7, (today - deadline.latest).days + 1, 7)]:
            day = deadline.latest + timedelta(days=days)
            if days == -1:
                day = self._last_working_day(person, day)
            if day <= today:
                found = (days, day)
        if found is None or found[0] < first:
            return None
        return deadline.latest, found[1]

    def _last_working_day(self, person, day):
        for back in range(61):
            if self.works(person, day - timedelta(days=back)):
                return day - timedelta(days=back)
        return day

    def _first_step(self, share, person):
        own = self.roles[person.pk].get(share.partner_id)
        if own == "staff":
            return -30
        if own == "focal":
            others = [
                self.people[key]
                for key, of_person in self.roles.items()
                if of_person.get(share.partner_id) == "staff" and key != person.pk
            ]
            return 14 if any(self.is_reminded(other) for other in others) else -30
        is_of_secretariat = any(self.partners[key].standing == "secretariat" for key in self.roles[person.pk])
        if is_of_secretariat and person.pk in self.acting:
            return 28
        return None

    def to_tell(self, person):
        """By deadline and the day it is due: the day from which on it is to be told."""
        found = {}
        for share in self.shares:
            if self.is_owed(share) and (fired := self.fired(share, person)):
                found[share.deadline_id, fired[0]] = fired[1]
        return found
