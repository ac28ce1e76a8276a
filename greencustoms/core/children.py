"""Work on what others wrote happens in a child process with limits, a clean environment and no way back."""

import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings


def run(script: Path, order: bytes, *, limits: Mapping[str, float]) -> subprocess.CompletedProcess[bytes]:
    """Run one of our child scripts on an order. It sets its own limits of memory and processor time.

    Raises subprocess.TimeoutExpired when it takes longer than `wall_seconds`; it is killed then.
    """
    return subprocess.run(
        [sys.executable, "-I", str(script)],
        input=order,
        capture_output=True,
        timeout=limits["wall_seconds"],
        env={"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "HOME": "/nonexistent", "XDG_CACHE_HOME": _font_cache()},
        cwd="/",
        check=False,
    )


def _font_cache() -> str:
    path = settings.VAR_DIR / "tmp" / "fontconfig"
    path.mkdir(parents=True, exist_ok=True)
    return str(path)
