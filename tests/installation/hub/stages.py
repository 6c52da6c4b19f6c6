"""A site in virtual time, with a real player behind each hub."""

from pathlib import Path
from typing import Final

import msgspec

from installation.clock import ManualClock
from installation.hub.cues import Cues
from installation.hub.fireflies import Fireflies
from installation.ipc.feeds.site import FIRED, FLASH, SAID, STANDING, Fired, Said
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.inbox import Entry, stamped
from installation.player.player import Player
from installation.player.production import read_production
from installation.player.station import ROLE
from installation.render.gl.context import Context
from installation.show.site import SiteSettings
from installation.signal.record import record_line, replay
from installation.stage.site.own import own
from installation.values import Command, Reading
from tests.installation.hub.net import Machine, Net

FPS: Final = 60
GLOW: Final = "/scene/one/glow"
_SAID = msgspec.msgpack.Decoder(Said)


def player_of(folder: Path, venue: str, fps: float = FPS, context: Context | None = None) -> Player:
    options = StageOptions(show=str(folder), venue=venue)
    return build_player(read_production(options), options, ManualClock(1 / fps), context)


class Hub(Machine):
    """A machine with a stage."""

    def __init__(
        self, net: Net, name: str, folder: Path, ahead: float, phase: float,
        venue: str = "loopback", fps: float = FPS, context: Context | None = None,
    ) -> None:  # fmt: skip
        super().__init__(net, name, ahead, parts=(Cues, Fireflies))
        self.venue, self.folder, self.fps = venue, folder, fps
        self.player = player_of(folder, venue, fps, context)
        self._said = self.stage.subscribe(SAID)
        self.next_hub, self.next_frame = phase * 0.01, phase / fps
        self.inbox: list[Entry] = []
        self.lines: list[str] = []
        self.refused: list[str] = []
        self.began: dict[str, float] = {}
        """True time of the frame in which each cue began last."""
        self._begun = self.player.cues.begun
        self.asleep = False

    def role(self, lead: float, *, led: bool) -> None:
        self.inbox.append(Reading(ROLE, (lead, float(led)), self.at(self._net.now), "site"))

    def give(self, verb: str, *arguments: float | str) -> None:
        self.inbox.append(Command(verb, arguments, self.at(self._net.now), "test"))

    def frame(self) -> None:
        now = self.at(self._net.now)
        for _, payload in self._said.drain():
            said = _SAID.decode(payload)
            if said.address == FLASH:
                self.inbox.append(Reading(said.address, said.values, said.at, "site"))
            else:
                self.inbox.append(
                    Command(said.address.removeprefix("command:"), said.values, said.at, "site")
                )
        given = stamped(sorted([*self.player.features(), *self.inbox], key=lambda one: one.time), now)
        self.inbox = []
        step = self.player.step(given, now)
        self.lines.append(record_line(step.frame, given))
        self.refused += [reason for _, reason in step.refused]
        told = self.player.station.told(step.frame)
        if told is not None:
            self._fire(STANDING, told, now)
        for name, x, y, number, at in self.player.room.fireflies.said:
            stands = float(self.player.room.fireflies.stands(name))
            self._fire(FLASH, (name, x, y, number, stands), now - (step.frame.time - at))
        if self.player.cues.begun != self._begun:
            self._begun = self.player.cues.begun
            assert self.player.cues.current is not None
            self.began[self.player.cues.current.id] = self._net.now
        self.shared.own = own(self.player, SiteSettings(name="garden", hub=self.name), now)

    def _fire(self, name: str, values: tuple[float | int | bool | str, ...], at: float) -> None:
        self.stage.put(FIRED, msgspec.msgpack.encode(Fired(name, values, at)))

    @property
    def glow(self) -> float:
        return self.player.tree.get_base(GLOW)[0]

    @property
    def cue(self) -> str:
        current = self.player.cues.current
        return current.id if current is not None else ""

    def replayed(self) -> Player:
        """Another player that was given the recording of this one."""
        again = player_of(self.folder, self.venue, self.fps)
        for one in replay(self.lines, "recording"):
            again.step(one.inbox, 0.0)
        return again


class Site:
    """Hubs with stages; the first one leads."""

    def __init__(self, net: Net, hubs: list[Hub], lead: float = 0.05) -> None:
        self.net, self.hubs = net, hubs
        self.lead(self.hubs[0], 1, lead)

    def lead(self, leader: Hub, epoch: int, lead: float = 0.05, among: list[Hub] | None = None) -> None:
        for hub in among or self.hubs:
            hub.led_by(leader.name, epoch)
            hub.shared.members = frozenset(one.name for one in among or self.hubs)
            hub.role(lead if hub is leader else 0.0, led=hub is not leader)

    def run(self, seconds: float, step: float = 0.001) -> None:
        for _ in range(round(seconds / step)):
            self.net.advance(self.net.now + step)
            for hub in self.hubs:
                if hub.asleep:
                    continue
                if self.net.now >= hub.next_hub:
                    hub.next_hub += 0.01
                    hub.advance()
                if self.net.now >= hub.next_frame:
                    hub.next_frame += 1 / hub.fps
                    hub.frame()

    def spread(self, cue: str) -> float:
        """Seconds between the first and the last hub that began a cue."""
        began = [hub.began[cue] for hub in self.hubs]
        return max(began) - min(began)
