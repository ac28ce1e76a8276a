"""Secrets that the embedded run makes once and keeps in a file only its owner may read."""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from cryptography.fernet import Fernet
from django.core.management.utils import get_random_secret_key


def kept_secret(path: Path) -> str:
    """The secret in the file, made at random the first time."""
    return _kept(path, get_random_secret_key)


def kept_fernet_key(path: Path) -> str:
    """The encryption key in the file, made at random the first time."""
    return _kept(path, lambda: Fernet.generate_key().decode())


def _kept(path: Path, make: Callable[[], str]) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        handle, draft = tempfile.mkstemp(dir=path.parent)  # readable by its owner only
        with os.fdopen(handle, "w") as file:
            file.write(make())
        try:
            # Of several processes starting together one wins; the others read what it made.
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            os.unlink(draft)
    return path.read_text().strip()
