"""Load the public facts: organisations, agreements, HS codes, courses."""

from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone

from greencustoms import search_index
from greencustoms.core import publication
from greencustoms.management.counting import Counting
from guide.goods_loading import load_goods
from guide.models import ControlledGood
from meetings.loading import load_meeting_2007
from meetings.models import AgreedAction, Meeting
from partners.loading import load_partners
from partners.models import AboutPage, Agreement, Event, Partner
from training.loading import load_courses
from training.models import Course, Platform

COUNTED = {
    "organisations": Partner,
    "agreements": Agreement,
    "events": Event,
    "pages about the Initiative": AboutPage,
    "HS rows": ControlledGood,
    "learning platforms": Platform,
    "courses": Course,
    "meetings": Meeting,
    "agreed actions": AgreedAction,
}


class Command(BaseCommand):
    help = (
        "Loads organisations, agreements, events, HS codes and courses from the project's own files. "
        "Safe to run again on a live site: what exists stays as it is, since people may have changed it."
    )

    def add_arguments(self, parser):
        parser.add_argument(
            "--meeting-2007", action="store_true", help="also the Third Partners' Meeting of 2007 with its actions"
        )

    @transaction.atomic
    def handle(self, *args, meeting_2007=False, **options):
        counting = Counting(COUNTED)
        load_partners()
        load_goods()
        load_courses()
        if meeting_2007:
            load_meeting_2007(timezone.localdate())
        search_index.rebuild()
        publication.raise_version()
        if options["verbosity"]:
            for line in counting.lines():
                self.stdout.write(line)
