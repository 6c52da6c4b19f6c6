"""The keeper, over its control socket: its status of itself, the lamps and the processes; and commands to it.

The keeper also answers while the stage hangs or is away, so the page and ``/health`` then still report
lamps, blackout and safe mode.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from time import monotonic
from typing import Any, Final

import msgspec

from installation import paths
from installation.errors import PhotophoreError
from installation.ipc.folder import short
from installation.status import RefusalStatus, Status, from_json
from installation.values import Scalar, Seconds

__all__ = ["KeeperLink"]

_PERIOD: Final[Seconds] = 0.5
_PATIENCE: Final[Seconds] = 2.0
_ORDER_PATIENCE: Final[Seconds] = 5.0
_STALE: Final[Seconds] = 3.0
_LONGEST: Final = 1 << 20
_REQUEST: Final = b'{"verb": "status", "arguments": []}\n'
_TEXT: Final = 3000
"""Characters of one argument of a request."""

log = logging.getLogger(__name__)


class KeeperLink:
    """Requests the keeper's status twice per second, on one connection that is reopened when it breaks.

    Args:
        folder: Folder of the show's sockets.
        heard: Called after each answer.

    Attributes:
        refused: Returns what the panel has refused, which the keeper's status tells too.
    """

    def __init__(self, folder: Path, heard: Callable[[], None] = lambda: None) -> None:
        self._folder = folder
        self._heard = heard
        self._said: Status | None = None
        self._at: Seconds = 0.0
        self._complained = False
        self.refused: Callable[[], tuple[RefusalStatus, ...]] = tuple

    def status(self) -> Status | None:
        """The newest answer; None if the keeper has not answered for some seconds, or there is none."""
        return self._said if monotonic() - self._at < _STALE else None

    async def run(self) -> None:
        """Request the status until cancelled. A missing keeper is retried without a message."""
        while True:
            try:
                await self._talk()
            except (OSError, TimeoutError, EOFError):
                pass  # the keeper is starting or ending
            except (msgspec.MsgspecError, ValueError, asyncio.LimitOverrunError) as error:
                if not self._complained:
                    self._complained = True
                    log.warning("the keeper's status cannot be read: %s", error)
            await asyncio.sleep(_PERIOD)

    async def order(self, verb: str, arguments: tuple[Scalar, ...]) -> Any:
        """Give a command, on a connection of its own, wait until it is carried out, and return its result.

        Raises PhotophoreError with the reason if it was refused, not answered in time, or there is no keeper.
        """
        request = msgspec.json.encode({"verb": verb, "arguments": arguments}) + b"\n"
        try:
            async with asyncio.timeout(_ORDER_PATIENCE):
                with short(self._folder / paths.CONTROL) as path:
                    reader, writer = await asyncio.open_unix_connection(path, limit=_LONGEST)
                try:
                    writer.write(request)
                    answer = msgspec.json.decode(await reader.readuntil(b"\n"), type=dict[str, Any])
                finally:
                    writer.close()
        except TimeoutError as error:
            message = f"the show did not answer within {_ORDER_PATIENCE:g} s, and may still carry it out"
            raise PhotophoreError(message) from error
        except asyncio.LimitOverrunError as error:
            message = f"the answer to {verb} is longer than {_LONGEST} bytes; ask `photophore` at the machine"
            raise PhotophoreError(message) from error
        except (OSError, EOFError, ValueError, msgspec.MsgspecError) as error:
            raise PhotophoreError("the keeper cannot be reached") from error
        if not answer.get("ok"):
            raise PhotophoreError(str(answer.get("error", "the show refused")))
        return answer.get("result")

    async def look(self) -> None:
        """Ask for the status now, on a connection of its own; nothing changes without an answer."""
        with contextlib.suppress(PhotophoreError, msgspec.MsgspecError):
            self._take({"ok": True, "result": await self.order("status", ())})

    async def _talk(self) -> None:
        with short(self._folder / paths.CONTROL) as path:
            # Before Python 3.12 `wait_for` loses a cancellation that meets the end of what is waited for.
            async with asyncio.timeout(_PATIENCE):
                reader, writer = await asyncio.open_unix_connection(path, limit=_LONGEST)
        try:
            for request in self._requests():
                writer.write(request)
                async with asyncio.timeout(_PATIENCE):
                    line = await reader.readuntil(b"\n")
                answer = msgspec.json.decode(line, type=dict[str, Any])
                if request is not _REQUEST:
                    if not answer.get("ok"):
                        log.warning("the keeper's status misses what was refused: %s", answer.get("error"))
                    continue
                self._take(answer)
                await asyncio.sleep(_PERIOD)
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _requests(self) -> Iterator[bytes]:
        """Yield requests without end: for the status, and what was refused whenever that has changed."""
        told: tuple[RefusalStatus, ...] = ()
        while True:
            refused = self.refused()
            if refused != told:
                told, text = refused, msgspec.json.encode(refused).decode()
                parts = [text[at : at + _TEXT] for at in range(0, len(text), _TEXT)]
                yield msgspec.json.encode({"verb": "panel-refused", "arguments": parts}) + b"\n"
            yield _REQUEST

    def _take(self, answer: dict[str, Any]) -> None:
        if not answer.get("ok"):
            return
        self._said, self._at = from_json(answer.get("result") or {}, Status), monotonic()
        self._complained = False
        self._heard()
