"""Remembers which shader sources this driver has linked before, in this run or an earlier one.

A driver accepts again what it has accepted before, so a show that was played before need not compile all its
shaders before the first picture. Unknown sources, or those for another driver, are compiled at once. Only
digests are stored, next to the driver's cache.
"""

import contextlib
from hashlib import sha256
from pathlib import Path
from typing import Final

__all__ = ["Linked"]

_DIGEST: Final = 64
_MOST: Final = 1 << 20
"""Maximum size of the list in bytes; after long live coding a longer one is restarted."""


class Linked:
    """Remembers pairs of sources.

    Args:
        folder: Folder for the list, one file per driver; None remembers during this run only.
        driver: The driver's name and version.
    """

    def __init__(self, folder: Path | None, driver: str) -> None:
        self._known: set[str] = set()
        self._path = folder / f"linked-{sha256(driver.encode()).hexdigest()[:16]}" if folder else None
        if self._path is None:
            return
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if self._path.stat().st_size > _MOST:
                self._path.unlink()
            lines = self._path.read_text("ascii").splitlines()
            self._known = {line for line in lines if len(line) == _DIGEST}

    def __contains__(self, texts: tuple[str, str]) -> bool:
        """Whether a vertex and a fragment shader have been linked together before."""
        return _digest(texts) in self._known

    def add(self, texts: tuple[str, str]) -> None:
        """Record that a vertex and a fragment shader have been linked together."""
        digest = _digest(texts)
        if digest in self._known:
            return
        self._known.add(digest)
        if self._path is not None:
            with contextlib.suppress(OSError):  # a full disk only makes the next start slower
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a", encoding="ascii") as file:
                    file.write(f"{digest}\n")


def _digest(texts: tuple[str, str]) -> str:
    return sha256("\0".join(texts).encode("utf-8", "surrogateescape")).hexdigest()
