from django.core.management.base import BaseCommand

from greencustoms.core import stylesheets


class Command(BaseCommand):
    help = "Writes static/css/portal.css, the one sheet pages load, from the list in static/css/main.css."
    requires_system_checks: list[str] = []

    def handle(self, *args, **options):
        stylesheets.BUNDLE.write_text(stylesheets.bundle())
        self.stdout.write(f"{stylesheets.BUNDLE.name}: {stylesheets.BUNDLE.stat().st_size} bytes")
