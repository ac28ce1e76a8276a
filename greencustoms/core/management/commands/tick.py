from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from greencustoms.core.tick import tick


class Command(BaseCommand):
    help = "Does once what is looked after every minute: plans reminders, sends mail, re-queues jobs."

    def handle(self, **options):
        if not tick(timezone.now()):
            raise CommandError("Something failed; the log above says what.")
        self.stdout.write("All looked after.")
