"""What the stage does for controllers after each frame: lights out, words for people, the file."""

from collections.abc import Callable, Iterable

from installation.bodies.pads import ALONG, DOWN
from installation.devices import SurfaceSupervisor
from installation.devices.adapters import Supervisor
from installation.ipc.options import StageOptions
from installation.player.controls.lights import Lights, fine
from installation.player.controls.report import ghosts, toasts
from installation.player.player import Player
from installation.render.readback.glimpse import Glimpse
from installation.stage.controls.file import ControlsFile
from installation.stage.controls.watchers import Watchers
from installation.stage.hud import Hud
from installation.values import Address, Seconds

__all__ = ["StageSurfaces"]

_LOOK_PERIOD: Seconds = 1 / 15
"""How often pads are told the colours of the picture."""


class StageSurfaces:
    """The stage's side of controllers.

    Args:
        player: Whose map they play.
        devices: Returns the supervised devices.
        hud: Shows what people must know.
        options: Of the command line: where nobody plays, an audience is not told what is learned.
        live: Whether what is learned is written; not by a replay.
    """

    def __init__(
        self,
        player: Player,
        devices: Callable[[], Iterable[Supervisor]],
        hud: Hud,
        options: StageOptions,
        *,
        live: bool,
    ) -> None:
        self._player = player
        self._devices = devices
        self._watchers = Watchers(player, devices)
        self._hud = hud
        self._attended = options.mode != "run"
        self._lights = Lights(player)
        self._file = ControlsFile(player, writes=live)
        self._declared: list[Address] | None = None
        self._bound = -1
        self._glimpse: Glimpse | None = None
        self._looks, self._looked = False, -_LOOK_PERIOD

    def settle(self) -> None:
        """Read the profiles of controllers, and give them to devices that are about to be opened."""
        surfaces = list(self._surfaces())
        if surfaces:
            known = self._player.controls.profiles
            for one in surfaces:
                one.adapter.equip(known)
            self._declared = None

    def frame(self) -> None:
        """Send the lights that have changed, tell who watches, and write what was learned. Never waits."""
        self._watchers.frame()
        controls, now = self._player.controls, self._player.frame.time
        self._file.look()
        if controls.bound != self._bound or self._declared is None:
            self._bound = controls.bound
            self._declare()
            self._looks = any(
                one.target.spec is not None and one.target.spec.name == "room-stir"
                for one in controls.lines()
            )
        if self._looks and now - self._looked >= _LOOK_PERIOD:
            self._looked = now
            self._look()
        if controls.devices:
            changed = self._lights.changes(now)
            if changed:
                for one in self._surfaces():
                    one.show(changed)

    def words(self) -> None:
        """Give the HUD its lines; as often as it is drawn."""
        controls, now = self._player.controls, self._player.frame.time
        if controls.devices or self._player.learning.state != "idle":
            shown = self._hud.shown
            asked = self._player.learning.prompt(now) if shown or self._attended else ""
            news = toasts(controls, now) if shown or self._hud.greet else []
            self._hud.prompts = [*([asked] if asked else []), *news]
            self._hud.ghosts = ghosts(controls, now) if self._hud.shown else []

    def close(self) -> None:
        """Write what is left."""
        self._file.close()
        if self._glimpse is not None:
            self._glimpse.release()
            self._glimpse = None

    def _look(self) -> None:
        """Tell pads that show the picture what is in it."""
        picture = self._player.picture
        if picture is not None:
            self._glimpse = self._glimpse or Glimpse(picture.context, DOWN, ALONG)
            self._player.hands.seen = self._glimpse.read(picture.guarded)

    def _surfaces(self) -> Iterable[SurfaceSupervisor]:
        return (one for one in self._devices() if isinstance(one, SurfaceSupervisor))

    def _declare(self) -> None:
        """Tell adapters which readings of 14 bits and NRPNs the map uses."""
        readings = fine(self._player.controls.lines())
        if readings != (self._declared or []):
            self._declared = readings
            for one in self._surfaces():
                one.adapter.declare(readings)
