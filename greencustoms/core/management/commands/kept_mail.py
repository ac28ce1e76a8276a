from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from greencustoms.core.models import OutboundMail


class Command(BaseCommand):
    help = "Prints the latest mail to an address that this run keeps instead of sending, such as a password link."

    def add_arguments(self, parser):
        parser.add_argument("address")

    def handle(self, address, **options):
        if not settings.MAIL_STAYS_HERE:
            raise CommandError("This run sends its mail; nothing is kept here.")
        mail = OutboundMail.objects.filter(to_address__iexact=address).order_by("-pk").first()
        if mail is None:
            raise CommandError(f"No mail to {address}.")
        self.stdout.write(f"Subject: {mail.subject}\n\n{mail.body_text}")
