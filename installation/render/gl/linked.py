"""Which shader texts this very driver has linked before, in this run or an earlier one.

What it has linked it will link again, so a show that was played before need not wait for all of its shaders
before its first picture. Where nothing is known, or the driver is another one, everything is compiled and
found out at once. Only digests are kept, beside the driver's own cache.
"""

import contextlib
from hashlib import sha256
from pathlib import Path
from typing import Final

__all__ = ["Linked"]

_DIGEST: Final = 64
_MOST: Final = 1 << 20
"""Bytes of the list; a longer one, after a long time of live coding, is begun anew."""


class Linked:
    """Remembers pairs of texts.

    Args:
        folder: Where the list is kept, one for each driver; None remembers for this run only.
        driver: How the driver names itself, with its version.
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
        """Whether a vertex and a fragment shader have been linked together."""
        return _digest(texts) in self._known

    def add(self, texts: tuple[str, str]) -> None:
        """A vertex and a fragment shader have been linked together."""
        digest = _digest(texts)
        if digest in self._known:
            return
        self._known.add(digest)
        if self._path is not None:
            with contextlib.suppress(OSError):  # a full disk makes the next start slower, nothing else
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with self._path.open("a", encoding="ascii") as file:
                    file.write(f"{digest}\n")


def _digest(texts: tuple[str, str]) -> str:
    return sha256("\0".join(texts).encode("utf-8", "surrogateescape")).hexdigest()
