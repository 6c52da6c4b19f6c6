"""The hub process between stage and site: opens both ways, runs the parts, tells what the site looks like."""

import contextlib
import logging
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Final

import msgspec

from installation.errors import PhotophoreError
from installation.hub.containment import Containment
from installation.hub.finding import known_addresses
from installation.hub.mesh import SiteMesh
from installation.hub.options import HubOptions
from installation.hub.part import EACH, Part, Surroundings
from installation.hub.parts import PARTS, Build
from installation.ipc.bus import Bus
from installation.ipc.feeds.site import HUB, OWN, VIEW, Own, Station, View
from installation.site.clock import SiteClock
from installation.values import Seconds

__all__ = ["Process"]

_VIEW: Final[Seconds] = 0.1
_FIRST_WAIT: Final[Seconds] = 0.5
_LONGEST_WAIT: Final[Seconds] = 10.0
_LAST: Final[Seconds] = 1.0
"""Patience with threads that write to the disk, at the end of the process."""
_OWN: Final = msgspec.msgpack.Decoder(Own)

log = logging.getLogger(__name__)


class Process:
    """Everything but the loop.

    Args:
        options: Of this hub.
        folder: State folder of this hub.
        local: The bus of this machine.
        parts: What builds each part.
        reach: Opens the site's network.
        tell: Gets each view, for the keeper.
    """

    def __init__(
        self,
        options: HubOptions,
        folder: Path,
        local: Bus,
        parts: Sequence[Build] = PARTS,
        reach: Callable[[HubOptions], Bus] = SiteMesh,
        tell: Callable[[View], None] = lambda _view: None,
    ) -> None:
        self._options, self._folder, self._local = options, folder, local
        self._builds, self._reach, self._tell = parts, reach, tell
        self._mesh: Bus | None = None
        self._parts: tuple[Part, ...] = ()
        self._around: Surroundings | None = None
        self._own: Own | None = None
        self._owns = local.subscribe(OWN, capacity=8, kept=True)
        self._contained = Containment()
        self._clock = SiteClock()
        self._tried: set[tuple[str, str]] = set()
        self._endings: list[Callable[[], bool]] = []
        self._trouble = ""
        self._wait = _FIRST_WAIT
        self._open_at: Seconds = float("-inf")
        self._view_at: Seconds = float("-inf")
        self._stop_living = local.alive(HUB)

    def step(self, now: Seconds) -> None:
        """Take what has come by monotonic second ``now``, and send what is due. Never waits.

        Raises PhotophoreError if the local bus fails.
        """
        for _, payload in self._owns.drain():
            with contextlib.suppress(
                msgspec.DecodeError
            ):  # of a stage of another version, about to be replaced
                self._own = _OWN.decode(payload)
        if self._mesh is None and now >= self._open_at and not self._still_ending():
            self._open(now)
        if self._around is not None:
            self._around.own = self._own
            try:
                for part in self._parts:
                    self._contained.run(_name(part), partial(part.advance, now), None, now)
            except PhotophoreError as error:
                self._lose(str(error), now)
        if self._around is not None and self._around.anew:
            log.info("the site's network is opened again: %s", self._around.anew)
            self._leave()
            self._open_at = now + _FIRST_WAIT  # threads end meanwhile; only then a disk counts as silent
        news = self._around is not None and self._around.news
        if news or now >= self._view_at:
            self._view_at = now + _VIEW if news else max(self._view_at + _VIEW, now)
            if self._around is not None:
                self._around.news = False
            self._contained.run("the view of the site", partial(self._say, now), None, now)

    def _say(self, now: Seconds) -> None:
        view = self.view(now)
        self._local.put(VIEW, msgspec.msgpack.encode(view), keep=True)
        self._tell(view)

    def _still_ending(self) -> bool:
        """Return whether threads of parts that were closed still run."""
        self._endings = [end for end in self._endings if not end()]
        return bool(self._endings)

    def _open(self, now: Seconds) -> None:
        options = self._options
        named = (*options.connect, *known_addresses(options, self._folder))
        options = msgspec.structs.replace(options, connect=named)
        try:
            self._mesh = self._reach(options)
            self._around = Surroundings(
                hub=options.hub, folder=self._folder, mesh=self._mesh, local=self._local, own=self._own,
                clock=self._clock, looked_for=options.connect, tried=self._tried,
            )  # fmt: skip
            for build in self._builds:
                self._parts = (*self._parts, build(self._around, self._options))
        except PhotophoreError as error:
            self._lose(str(error), now)
            return
        if self._trouble:
            log.info("the site's network is open")
        self._trouble, self._wait = "", _FIRST_WAIT

    def _lose(self, reason: str, now: Seconds) -> None:
        """Close the network, and open it again later; the same reason is said once."""
        if reason != self._trouble:
            log.warning("the site is not reached: %s", reason)
        self._trouble = reason
        self._leave()
        self._open_at = now + self._wait
        self._wait = min(_LONGEST_WAIT, 2 * self._wait)

    def view(self, now: Seconds) -> View:
        """Return the site as this hub sees it, put together from what the parts report."""
        options = self._options
        made: dict[str, Any] = {"site": options.site, "hub": options.hub}
        each: dict[str, dict[str, object]] = {}
        troubles = [self._trouble] if self._trouble else []
        if self._mesh is None and self._endings and now >= self._open_at:
            troubles.append(f"the disk of {self._folder} does not answer; the site waits for it")
        for part in self._parts:
            nothing: dict[str, object] = {}
            said = dict(self._contained.run(_name(part), part.report, nothing, now))
            trouble = said.pop("trouble", "")
            troubles += [str(trouble)] if trouble else []
            about = said.pop(EACH, {})
            for hub, fields in about.items() if isinstance(about, dict) else ():
                each.setdefault(hub, {}).update(fields)
            made |= said
        troubles += self._contained.troubles(now)
        stations: tuple[Station, ...] = made.pop("stations", ())
        stations = tuple(msgspec.structs.replace(one, **each.get(one.name, {})) for one in stations)
        return View(at=now, stations=stations, trouble="; ".join(troubles), **made)

    def _leave(self) -> None:
        parts, around, self._parts, self._around = self._parts, self._around, (), None
        mesh, self._mesh = self._mesh, None
        for part in reversed(parts):  # membership last: after its goodbye nobody hears of the others
            with contextlib.suppress(PhotophoreError):
                self._contained.run(_name(part), part.close, None, time.monotonic())
        if around is not None:
            self._endings += around.endings
        if mesh is not None:
            mesh.close()

    def close(self, *, leaving: bool) -> None:
        """End it.

        Args:
            leaving: Whether this hub was asked to end, so that goodbyes are said. Others wait for one that
                fails, and what its lamps may take stays reserved.
        """
        if self._around is not None:
            self._around.leaving = leaving
        self._leave()
        last = time.monotonic() + _LAST
        while self._still_ending() and time.monotonic() < last:
            time.sleep(0.01)
        self._local.close()


def _name(part: Part) -> str:
    """Return the name of a part in messages."""
    return f"part {type(part).__name__} of the hub process"
