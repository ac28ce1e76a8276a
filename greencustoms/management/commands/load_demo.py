"""Fill a demonstration: the meeting of 2007, a guide, an invented meeting, invented indicators, accounts."""

import os

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from enforcement.loading import load_demo_indicators
from enforcement.models import RiskIndicator
from greencustoms import search_index
from greencustoms.core import publication
from greencustoms.core.models import User
from greencustoms.demo_accounts import create_demo_accounts, refuse_in_production
from greencustoms.management.counting import Counting
from guide.loading import load_edition, load_flyer
from guide.models import Edition, Section
from meetings.loading import load_example_meeting, load_meeting_2007
from meetings.models import AgreedAction, Meeting
from partners.models import Partner

COUNTED = {
    "meetings": Meeting,
    "agreed actions": AgreedAction,
    "editions (guide and flyer)": Edition,
    "sections": Section,
    "risk indicators, all invented": RiskIndicator,
    "people": User,
}


class Command(BaseCommand):
    help = (
        "Adds demonstration content and demo accounts. Everything invented says so on its page. "
        "Refuses to run in production; safe to run again. DEMO_PASSWORD sets the password of the accounts."
    )

    @transaction.atomic
    def handle(self, *args, **options):
        refuse_in_production()
        if not Partner.objects.exists():
            raise CommandError("Load the reference content first: manage.py load_reference")
        today = timezone.localdate()
        counting = Counting(COUNTED)
        load_meeting_2007(today)
        load_example_meeting(today)
        load_edition()
        load_flyer()
        load_demo_indicators(today)
        accounts = create_demo_accounts(os.environ.get("DEMO_PASSWORD", ""))
        search_index.rebuild()
        publication.raise_version()
        if options["verbosity"]:
            for line in counting.lines():
                self.stdout.write(line)
            self.stdout.write(f"Demo accounts and their passwords stand in {accounts}")
