"""What the operator's screen is told of a running show; costs nothing while none is open."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from installation.cue.override import LOUDNESS
from installation.ipc.feeds.operator import (
    LIVE,
    LIVE_PERIOD,
    OPERATOR,
    OUTLINE,
    ControlLine,
    CueLine,
    Heard,
    LampLine,
    Live,
    Outline,
    RouteLine,
)
from installation.ipc.link import StageLink
from installation.ipc.telemetry import Publisher
from installation.player.controls.lights import Lights
from installation.player.inbox import Entry
from installation.player.player import Player
from installation.show.model import CueSpec
from installation.values import Address, Command, Reading, Seconds

__all__ = ["OperatorFeed"]

_OWN: Final = frozenset({"picture", "lamps", "sound", "nature", "score", "choice"})
"""Sources of readings that the program makes itself in every frame."""
_HEARD: Final = 200
"""Most addresses of input that are remembered."""
_SHOWN: Final = 60
"""Most of them in a message."""
_FRAMES: Final = 240
_WINDOW: Final[Seconds] = 1.0


@dataclass(slots=True)
class _Input:
    values: str = ""
    source: str = ""
    count: int = 0
    at: Seconds = 0.0
    times: deque[Seconds] = field(default_factory=lambda: deque(maxlen=256))


class OperatorFeed:
    """Collects and sends what ``ipc.feeds.operator`` describes.

    Args:
        player: The running player.
        link: Link to the keeper, for what is on the wire; None without one.
    """

    def __init__(self, player: Player, link: StageLink | None) -> None:
        self._player = player
        self._link = link
        self._lights = Lights(player)
        self._inputs: dict[Address, _Input] = {}
        self._frames: deque[Seconds] = deque(maxlen=_FRAMES)
        self._last: Seconds | None = None
        self._due: Seconds = 0.0
        self._told: object = None
        self._authored: NDArray[np.float64] = np.zeros(0)
        self._room: list[int] = []
        """Slots of what the machine remembers of its room: no cue says it, and there is nothing to reset."""
        self._rows: NDArray[np.int64] = np.zeros(0, np.int64)
        self._watched = False

    def frame(self, now: Seconds) -> None:
        """Note the beginning of a frame, for the graph of frame times."""
        if self._last is not None:
            self._frames.append(1000.0 * (now - self._last))
        self._last = now

    def hear(self, entries: Iterable[Entry]) -> None:
        """Count the input of a frame, except private readings and what the program says of itself."""
        if not self._watched:
            return
        for entry in entries:
            if isinstance(entry, Command):
                words = " ".join(str(one) for one in entry.arguments)
                self._count(entry.verb, words, entry.source, entry.time)
            elif not entry.private and entry.source not in _OWN:
                self._count(entry.address, _words(entry), entry.source, entry.time)

    def _count(self, address: Address, values: str, source: str, now: Seconds) -> None:
        known = self._inputs.pop(address, None) or _Input()
        self._inputs[address] = known  # the newest last
        known.values, known.source, known.at = values, source, now
        known.count += 1
        known.times.append(now)
        while len(self._inputs) > _HEARD:
            del self._inputs[next(iter(self._inputs))]

    def put(self, now: Seconds, publisher: Publisher) -> None:
        """Send what is due, if an operator's screen is open."""
        if now < self._due:
            return
        self._due = max(self._due, now - LIVE_PERIOD) + LIVE_PERIOD
        self._watched = publisher.watched_by(OPERATOR)
        if not self._watched:
            self._told = None
            return
        version = publisher.version
        player = self._player
        cue = player.cues.current
        shape = (version, player.show, player.rig, cue.id if cue else "")
        if self._told is None or shape != self._told:
            self._told = shape
            publisher.put(OUTLINE, msgspec.msgpack.encode(self._outline(version)), keep=True)
        publisher.put(LIVE, msgspec.msgpack.encode(self._live(version, now)))
        self._frames.clear()

    def _outline(self, version: int) -> Outline:
        player, show = self._player, self._player.show
        tree, cue = player.tree, player.cues.current
        authored = np.array([v for p in tree.parameters().values() for v in p.default], np.float64)
        for address, values in player.cues.authored().items():
            slot = tree.slot(address)
            authored[slot : slot + len(values)] = values
        self._authored = authored
        self._room = [tree.slot(address) for address in LOUDNESS]
        lamps = self._lamp_lines()
        return Outline(
            version=version,
            title=show.title,
            authored=authored.astype("<f4").tobytes(),
            cue=cue.id if cue else "",
            cues=tuple(_cue(one) for one in show.cues),
            routes=tuple(
                RouteLine(
                    source=one.source,
                    target=one.target,
                    mode=one.mode,
                    shape=" > ".join(step.kind for step in one.shape),
                    where=str(one.where),
                )
                for one in player.chain.routes
            ),
            lamps=lamps,
            places=player.rig.samples[self._rows].astype("<f4").tobytes(),
            length=show.score.length if show.score else 0.0,
        )

    def _lamp_lines(self) -> tuple[LampLine, ...]:
        """Return the items of the patch, and note the order in which their lamps are sent."""
        names = self._player.rig.names
        lines, first = [], 0
        for name, rows in names.items():
            lines.append(LampLine(name=name, first=first, count=len(rows)))
            first += len(rows)
        self._rows = np.concatenate([np.zeros(0, np.int64), *names.values()])
        return tuple(lines)

    def _live(self, version: int, now: Seconds) -> Live:
        player = self._player
        cues, tree = player.cues, player.tree
        cue, standby, change = cues.current, cues.standby, cues.scene
        touched = tree.touched > 0
        if len(self._authored) == len(tree.base):
            touched &= ~np.isclose(tree.base, self._authored, rtol=1e-6, atol=1e-9)
            touched[self._room] = False
        return Live(
            version=version,
            time=player.frame.time,
            cue=cue.id if cue else "",
            standby=standby.id if standby else "",
            elapsed=cues.clock.elapsed,
            rate=cues.clock.rate,
            before=change.before,
            after=change.after,
            progress=change.progress,
            blackout=player.dark,
            asked_by=player.blackout.asked_by(cue),
            panic=cues.calmed,
            bases=tree.base.astype("<f4").tobytes(),
            by_hand=touched.astype(np.uint8).tobytes(),
            routes=player.chain.public_route_values().astype("<f4").tobytes(),
            lamps=self._lamps(),
            frames=np.array(self._frames, "<f4").tobytes(),
            heard=tuple(self._heard(now)),
            controls=tuple(self._controls()),
            prompt=player.learning.prompt(player.frame.time),
        )

    def _lamps(self) -> bytes:
        """Return the colours that the lamps show now, by what the keeper has put on the wire."""
        found = self._link.mapping.wire.newest() if self._link is not None else None
        if found is None:
            return b""
        levels = np.frombuffer(found[1], np.uint8).reshape(-1, 512)
        if len(levels) != self._player.rig.universes:  # of the previous patch
            return b""
        light = self._player.rig.appearance(levels)[self._rows]
        return (np.sqrt(np.clip(light, 0.0, 1.0)) * 255.0 + 0.5).astype(np.uint8).tobytes()

    def _controls(self) -> Iterable[ControlLine]:
        controls = self._player.controls
        for source in dict.fromkeys(line.bind.source for line in controls.lines()):
            at = controls.position(source)
            for line in controls.active(source)[:1]:
                yield ControlLine(
                    source=source, target=line.bind.target, at=-1.0 if at is None else at,
                    standing=line.standing, waits=line.waits, light=self._lights.look(source),
                )  # fmt: skip

    def _heard(self, now: Seconds) -> Iterable[Heard]:
        for address in list(reversed(self._inputs))[:_SHOWN]:
            one = self._inputs[address]
            while one.times and now - one.times[0] > _WINDOW:
                one.times.popleft()
            yield Heard(
                address=address, values=one.values, source=one.source, count=one.count,
                rate=len(one.times) / _WINDOW, age=max(0.0, now - one.at),
            )  # fmt: skip


def _cue(cue: CueSpec) -> CueLine:
    following = {"auto-continue": cue.post_wait, "auto-follow": cue.length + cue.hold}
    return CueLine(
        id=cue.id,
        name=cue.name if cue.name != cue.id else "",
        scene=cue.scene or "",
        pre_wait=cue.pre_wait,
        fade=cue.length,
        length=following.get(cue.follow, cue.length),
        follow=cue.follow,
        condition=cue.condition,
        at=-1.0 if cue.at is None else cue.at,
    )


def _words(reading: Reading) -> str:
    return "  ".join(f"{one:.4g}" if isinstance(one, float) else str(one) for one in reading.values[:8])
