"""Access control over HTTP: roles, sessions, and the rate limit of pairing.

The permissions of a role are defined in two places only: ``allows`` for routes, ``installation.commands.may``
for commands.
"""

import logging
import os
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Annotated, Final

import msgspec

from installation.commands import Role
from installation.values import Seconds
from installation.web.hosts import client_of

__all__ = ["Sessions", "Throttle", "allows"]

_DAY: Final[Seconds] = 86_400.0
_LASTS: Final[Seconds] = 30 * _DAY
_MOST: Final = 64

log = logging.getLogger(__name__)


def allows(role: Role | None, needed: Role | None) -> bool:
    """Return whether a role, or None for none, may use a route; ``needed`` None means that no role is needed.

    ``installation.commands.may`` decides on commands in the same way.
    """
    return needed is None or (role is not None and role >= needed)


class _Session(msgspec.Struct, frozen=True):
    role: Annotated[int, msgspec.Meta(ge=0, le=3)]
    ends: Seconds


class Sessions:
    """Sessions of paired browsers. A token is 256 random bits; only its SHA-256 is stored.

    Args:
        path: File that keeps them over a restart; None keeps them in memory.
        now: Source of Unix seconds: sessions end at a calendar time.
    """

    def __init__(self, path: Path | None = None, now: Callable[[], Seconds] = time.time) -> None:
        self._path = path
        self._now = now
        self._known: OrderedDict[str, _Session] = OrderedDict()
        self._load()

    def __len__(self) -> int:
        return len(self._known)

    def open(self, role: Role) -> str:
        """Create a session and return its token. The oldest session is dropped if there are too many."""
        token = secrets.token_urlsafe(32)
        self._known[_mark(token)] = _Session(int(role), self._now() + _LASTS)
        while len(self._known) > _MOST:
            self._known.popitem(last=False)
        self._save()
        return token

    def role(self, token: str) -> Role | None:
        """Return the role of a token; None for an unknown or expired one."""
        session = self._known.get(_mark(token))
        if session is None:
            return None
        # A clock that was set back must not prolong a session.
        return Role(session.role) if 0 < session.ends - self._now() <= _LASTS + _DAY else None

    def close(self, token: str) -> None:
        """End a session."""
        if self._known.pop(_mark(token), None) is not None:
            self._save()

    @property
    def lasts(self) -> int:
        """Seconds from pairing to the end of a session."""
        return int(_LASTS)

    def _load(self) -> None:
        if self._path is None:
            return
        try:
            with self._path.open("rb") as file:
                found = msgspec.json.decode(file.read(1 << 16), type=dict[str, _Session])
        except FileNotFoundError:
            return
        except (OSError, msgspec.DecodeError) as error:
            log.warning("%s cannot be read (%s); browsers have to be paired again", self._path, error)
            return
        self._known.update(list(found.items())[-_MOST:])

    def _save(self) -> None:
        if self._path is None:
            return
        temporary = self._path.with_suffix(".new")
        data = msgspec.json.encode(dict(self._known))
        try:
            fd = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(self._path)
        except OSError as error:
            log.warning("%s cannot be written (%s); pairings last until the panel ends", self._path, error)


def _mark(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogateescape")).hexdigest()


class Throttle:
    """Rate limit of pairing: a few tries per client, then growing waits; and a limit over all clients.

    With 40 bits in a code and one try every two seconds, guessing one takes thousands of years.

    Args:
        now: Source of monotonic seconds.
    """

    def __init__(self, now: Callable[[], Seconds] = time.monotonic) -> None:
        self._now = now
        self._failed: OrderedDict[str, tuple[int, Seconds]] = OrderedDict()
        self._left = float(_BURST)
        self._at = now()

    def blocked(self, client: str) -> Seconds:
        """Return the seconds that this client has to wait after wrong codes; no try is counted."""
        _, until = self._failed.get(client_of(client), (0, 0.0))
        return max(0.0, until - self._now())

    def wait(self, client: str) -> Seconds:
        """Return the seconds until this client may try; 0 means now, and the try is counted."""
        now = self._now()
        _, until = self._failed.get(client_of(client), (0, 0.0))
        if now < until:
            return until - now
        self._left = min(float(_BURST), self._left + (now - self._at) * _RATE)
        self._at = now
        if self._left < 1.0:
            return (1.0 - self._left) / _RATE
        self._left -= 1.0
        return 0.0

    def failed(self, client: str) -> None:
        """Record a wrong code."""
        name = client_of(client)
        count, _ = self._failed.pop(name, (0, 0.0))
        over = count + 1 - _FREE
        wait = min(_LONGEST_WAIT, _FIRST_WAIT * 2.0**over) if over >= 0 else 0.0
        self._failed[name] = (min(count + 1, 64), self._now() + wait)
        while len(self._failed) > _REMEMBERED:
            self._failed.popitem(last=False)

    def succeeded(self, client: str) -> None:
        """Record a correct code."""
        self._failed.pop(client_of(client), None)


_BURST: Final = 20
_RATE: Final = 0.5
_FREE: Final = 5
_FIRST_WAIT: Final[Seconds] = 5.0
_LONGEST_WAIT: Final[Seconds] = 900.0
_REMEMBERED: Final = 1024
