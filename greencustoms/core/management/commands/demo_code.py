from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone


class Command(BaseCommand):
    help = "Prints the present sign-in code of a demo account that has a second factor."

    def add_arguments(self, parser):
        parser.add_argument("address")

    def handle(self, address, **options):
        if not settings.MAIL_STAYS_HERE:
            raise CommandError("Demo accounts do not live here.")
        factor = Authenticator.objects.filter(user__email__iexact=address, type=Authenticator.Type.TOTP).first()
        if factor is None:
            raise CommandError(f"{address} has no sign-in code.")
        secret = get_adapter().decrypt(factor.data["secret"])
        counter = int(timezone.now().timestamp()) // 30
        self.stdout.write(format_hotp_value(hotp_value(secret, counter)))
