"""The short token in the address of the visitors' page: who has it has stood in front of its code."""

import hashlib
import hmac
import os
import secrets
import time
from base64 import b32encode
from functools import lru_cache
from pathlib import Path
from typing import Final

from installation.values import Seconds

__all__ = ["Tokens"]

_FILE: Final = "token.key"
_LENGTH: Final = 6
_DAY: Final[Seconds] = 86_400.0


class Tokens:
    """Makes and checks tokens. They are derived from a key that never leaves its file.

    Args:
        folder: Of the guest book; the key is made there.
        kind: ``printed`` for a code that stays, ``daily`` for one on a screen, ``none`` for no token.
        hub: Name of the station.

    Raises OSError if the key can be neither read nor written.
    """

    def __init__(self, folder: Path, kind: str = "printed", hub: str = "") -> None:
        self._kind = kind
        self._hub = hub
        self._key = _key(folder) if kind != "none" else b""

    def now(self, at: Seconds) -> str:
        """Return the token at a Unix time; empty where none is needed."""
        if self._kind == "none":
            return ""
        day = time.strftime("%Y%m%d", time.gmtime(at)) if self._kind == "daily" else ""
        return _token(self._key, self._hub, day)

    def accepts(self, token: str, at: Seconds) -> bool:
        """Return whether a token is valid: that of a day also on the next, for who came at midnight."""
        known = [self.now(at), self.now(at - _DAY)]
        return any(hmac.compare_digest(one.encode(), token.lower().encode()) for one in known)


@lru_cache(maxsize=16)
def _token(key: bytes, hub: str, day: str) -> str:
    raw = hmac.new(key, f"{hub}\0{day}".encode(), hashlib.sha256).digest()
    return b32encode(raw).decode().lower()[:_LENGTH]


def _key(folder: Path) -> bytes:
    path = folder / _FILE
    try:
        key = path.read_bytes()
        if len(key) >= 16:
            return key
    except FileNotFoundError:
        pass
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    key = secrets.token_bytes(32)
    fresh = path.with_suffix(".new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(key)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    return key
