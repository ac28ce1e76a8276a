"""What `manage.py check` says about a machine that lacks something."""

import subprocess
from pathlib import Path
from shutil import which

from django.conf import settings
from django.core.checks import Error, Warning, register


@register()
def private_files_lie_apart(app_configs, **kwargs):
    """Restricted files must never lie where a web server might serve them."""
    private = Path(settings.PRIVATE_ROOT).resolve()
    for name in ("MEDIA_ROOT", "STATIC_ROOT"):
        public = Path(getattr(settings, name)).resolve()
        if private == public or public in private.parents or private in public.parents:
            return [Error(f"PRIVATE_ROOT must lie outside {name}.", id="core.E001")]
    return []


@register()
def fonts_for_pdfs_are_there(app_configs, **kwargs):
    """With no font at all the PDF renderer dies, and a missing one makes it slow."""
    if which("fc-list") is None:
        return []
    found = subprocess.run(["fc-list", ":", "family"], capture_output=True, text=True, check=False).stdout
    missing = [name for name in ("Noto Sans", "DejaVu Sans") if name not in found]
    if missing:
        return [
            Warning(
                f"Fonts for PDFs are missing: {', '.join(missing)}.",
                hint="apt-get install fonts-noto-core fonts-dejavu-core",
                id="core.W001",
            )
        ]
    return []
