"""One frame, step by step: the class that plays a show.

The player knows neither windows nor processes: the same object plays a show in a gallery, renders a film,
replays a recording and fills a notebook with arrays. Without a picture (no OpenGL) everything else works.
"""

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from functools import partial

from installation import isf
from installation.bodies import Laws
from installation.clock import Clock, MonotonicClock
from installation.commands import COMMANDS, By, arguments, targets
from installation.cue.cuelist import CueList
from installation.cue.override import BLACKOUT, DARK, MASTER, Blackout
from installation.cue.state import CueState
from installation.cue.update import CueUpdates
from installation.errors import AddressError, ShaderError
from installation.light import LightState, Rig
from installation.logs import Refusals
from installation.parameter.preset import recall
from installation.player.authored import check, scene_address, tree_of
from installation.player.controls import Hands
from installation.player.edits.quarantine import Quarantine
from installation.player.edits.shader_swap import keep, load, precompile, redraw
from installation.player.edits.update import ShowUpdate, renew_all, renew_outside, update_of
from installation.player.inbox import Entry
from installation.player.interface import Interface, routes_of
from installation.player.lamp_light import LampLight
from installation.player.macros import BoundMacros, Looks, macro_names
from installation.player.media import MediaInputs
from installation.player.readback import (
    LampReadings,
    flash_readings,
    flashes_wanted,
    guard_fields,
    picture_readings,
)
from installation.player.room.bodies import section_of
from installation.player.room.room import Room
from installation.player.router import Router
from installation.player.score import BoundScore
from installation.player.sound import BoundSound
from installation.player.station import Station
from installation.player.step import Obedience, Step
from installation.player.surroundings import BoundShares, Nature, Stories
from installation.player.timing import Timing
from installation.player.uniforms import UniformBindings
from installation.player.verbs import Verbs
from installation.render.picture import Picture, View
from installation.render.readback.flashes import Flash
from installation.safety.joint import PictureEnd
from installation.show.model import Show
from installation.signal import Chain, Signals
from installation.surface import Library
from installation.values import Address, Command, Frame, Seconds

__all__ = ["Player", "Step", "scene_address"]

_NEXT_SCENE: Seconds = 2.0  # fade time of the scene change by the key N
_LAWS = Laws()


class Player:
    """Plays a show.

    Args:
        show: What to play.
        shaders: The show's shaders by scene id, already read.
        rig: The venue's lamps.
        clock: Clock of the frames.
        picture: Draws; None plays without a picture.
        seed: Replaces the show's seed.
        network: Names of the adapters whose readings carry raw OSC addresses.
        quarantine: Notified before a shader is compiled and before each frame.
        effects: The shaders of the show's effects by name, already read.
        laws: Aspect of the picture and scale of the piece.
        nature: Of the venue's place; that of the default place by the wall clock when None.
        controllers: Returns the profiles of controllers that the venue knows, when they are needed.

    Raises:
        ShowError: References are invalid; contains all findings.
        ShaderError: A scene or an effect cannot be drawn.
    """

    light: LightState | None = None
    """The latest light of the lamps; None before the first frame."""
    sounding = False
    """Whether flashes are looked for although no route listens to them."""
    flashes: tuple[Flash, ...] = ()
    """The flashes that were found in the latest frame; they were in the picture two frames ago."""

    def __init__(
        self,
        show: Show,
        shaders: Mapping[str, isf.Shader],
        rig: Rig,
        clock: Clock,
        picture: Picture | None = None,
        *,
        seed: int | None = None,
        network: Iterable[str] = (),
        quarantine: Quarantine | None = None,
        effects: Mapping[str, isf.Shader] | None = None,
        laws: Laws = _LAWS,
        nature: Nature | None = None,
        controllers: Callable[[], Library] = Library,
    ) -> None:
        self.show = show
        self.quarantine = quarantine or Quarantine(lambda _note: None)
        self.rig, self.clock, self.picture = rig, clock, picture
        self.joint: PictureEnd | None = None
        """The picture's side of the joint flash limit of picture and lamps; None if no lamps are driven."""
        self.refusals = Refusals("show")
        """Counts input that could not be used."""
        self.signals = Signals(refusals=self.refusals)
        self.tree = tree_of(show, shaders, effects, lamps=rig.turned, hubs=rig.hubs)
        self.lamps = rig.controls(self.tree)
        self.warnings = check(show, self.tree)
        """Problems in the files that do not prevent playing."""
        self.shaders, self.effects = dict(shaders), dict(effects or {})
        """Shaders in use for scenes and effects."""
        self._routes = routes_of(show, self.tree)
        own_seed = show.seed if seed is None else seed
        self.chain = Chain(
            self.tree, self.signals, show.signals, self._routes, own_seed,
            feedback=show.feedback, commands=_reach(show),
        )  # fmt: skip
        self.cues = CueList(show.cues, self.tree, show.start)
        self.updates = CueUpdates(self.cues, self.tree)
        self.macros = BoundMacros(show.macros, self.tree, self.signals, self.cues)
        self.blackout, self.shares = Blackout(self.tree), BoundShares(self.tree, self.signals, rig)
        self.interface = Interface(show.interface, self.tree, self.signals, self.cues, own_seed)
        self.room = Room(self.tree, self.signals, show, rig, laws, own_seed, self.refusals, nature)
        self.score = BoundScore(show.score, self.cues, self.tree, self.signals, self.interface.stand_in)
        self.sound, self._looks = BoundSound(self), Looks(self.tree, self.signals)
        self.stories = Stories(show, lambda: self.rig.hubs, repeatable=not isinstance(clock, MonotonicClock))
        self._network = tuple(network)
        self.timing = Timing(self.tree, self.signals, self.cues, self.score, self.refusals, self._network)
        self.updates.moving = self.timing.loops.moving
        self.hands, self.station = Hands(self, controllers), Station(self)
        self.controls, self.learning = self.hands.controls, self.hands.learning
        self.router = self._router_of(show)
        self.media = MediaInputs(self.tree, picture, show, self.shaders, self.effects)
        load(picture, show, self.shaders, self.effects, self.quarantine)
        self._features: list[Entry] = []
        self._routed: list[Command] = []
        self._bindings = UniformBindings(self.tree)
        self.lamp_readings = LampReadings(rig, self.signals, self.tree)
        self.frame, self.lamp_light = Frame(0, 0.0, 0.0), LampLight()
        self._handlers = Verbs(self).bound()

    def step(self, entries: Iterable[Entry], now: Seconds, elapsed: Seconds | None = None) -> Step:
        """Play one frame.

        Args:
            entries: Input of the frame, in time order.
            now: Monotonic seconds, for the lamps' frame.
            elapsed: Real seconds since the last presented frame, for the guard.
        """
        frame = self.frame = self.clock.tick()
        self._features = []
        entries = self.timing.begin(frame, entries)
        obey = Obedience(self._obey)
        for command in self._routed:
            obey(command)
        self.router.accept(entries, frame.time, obey)
        self.hands.advance(frame.time, obey)
        frame = self.frame = self.timing.advance()
        self.signals.rises.turn(self.signals.values)
        self.blackout.hear()
        self.cues.advance(frame)
        self.station.advance(frame)
        self.updates.look()
        self.score.advance(frame, self.room.tracks.bodies.count)
        section = section_of(self.cues.scene, self.shaders)
        self.room.advance(frame, self.interface, self.cues.clock.rate, self.score.score, section)
        self.macros.advance(frame)
        self.blackout.hold()
        self.chain.intended = self.cues.intended | (DARK if self.blackout.asked else frozenset())
        self.chain.process(frame)
        self.blackout.hold()  # ignore what routes and cues made of the blackout
        self.cues.panicked.hold()
        self.shares.advance(frame, now)
        light = self._light(frame, now, elapsed)
        self._features += self.lamp_readings.readings(light, now) + self.room.readings(frame, now)
        self._features += self.score.readings(now) + self.timing.loops.entries(now) + self.sound.readings(now)
        self._features += self.shares.readings(frame, now, self.room.nature.unix(frame.time))
        self._routed, hidden = self.chain.asked(now)
        self._features += hidden  # the private signal is not recorded, so record its command
        self.light = light
        self.tree.end_frame()
        return obey.step(frame, light)

    def prepare(self) -> None:
        """Compile one pass of what is still pending, the scene of the standby cue first.

        Raises:
            ShaderError: The driver rejects a shader that was to be compiled later; its scene stays black.
        """
        if self.picture is not None:
            try:
                following = self.cues.standby
                self.picture.prepare(self.quarantine.compiling, (following and following.scene) or "")
            finally:
                self.quarantine.done()

    def _light(self, frame: Frame, now: Seconds, elapsed: Seconds | None) -> LightState:
        master = float(self.tree.effective[self.tree.slot(MASTER)])
        dark = self.dark
        mix, look = self.lamps.now(frame.time), self._looks.now(self.show.scenes, frame)
        if self.picture is None:
            return self.rig.resolve(
                frame.index, now, None, master=master, blackout=dark, mix=mix, exposure=look.exposure,
                limit=self.shares.limits,
                lift=self.room.lift(self.rig, self.interface.lift(self.rig)),
            )  # fmt: skip
        for scene in self.cues.fresh_scenes():
            self.picture.scenes[scene].restart()
        change = self.cues.scene
        following = change.after if change.after != change.before else None
        view = View(change.before, following, change.progress, change.transition)
        shown = [change.before] if following is None else [change.before, following]
        values = self._bindings.values("scene", shown, self.picture.wanted)
        effects = self._bindings.values("effect", self.effects)
        if not self.quarantine.passed:
            self.quarantine.showing(one.shader.path for one in self.picture.drawn(shown, effects))
        width, height = self.picture.size
        lift = self.interface.lift(self.rig, width / height, master)
        lift = self.stories.lift(self.rig, lift, master, calm=self.cues.calmed)
        lift = self.room.lift(self.rig, lift, master)
        # The sampled colours already include the master: the lamps show what the picture shows.
        resolve = partial(
            self.rig.resolve, frame.index, now, blackout=dark, lift=lift, mix=mix, white=master,
            exposure=look.exposure, limit=self.shares.limits,
        )  # fmt: skip
        self.lamp_light.begin(resolve, mix, lift, (dark, master, look.exposure))
        joint = self.joint.limit if self.joint is not None else None
        self.media.show(frame, shown, self.picture.effects.active(effects))
        told = self.stories.told(frame.time, [self.shaders[one] for one in shown], self.shaders.values())
        tables = self.room.tables(*told)
        self.picture.draw(frame, view, values, 0.0 if dark else master, elapsed, joint, effects, tables, look)
        report = self.picture.report()
        self._features += picture_readings(report, self.picture.features(), self.signals, now)
        wanted, fireflies = flashes_wanted(self.signals), self.room.fireflies
        self.flashes = self.picture.flashes(frame) if wanted or self.sounding or fireflies.awake else ()
        self._features += flash_readings(self.flashes, now) if wanted else []
        self._features += fireflies.seen(self.flashes, now)
        return self.lamp_light.of(resolve, self.picture.colours(), report.mean, report.red)

    def fresh_light(self, timeout: Seconds) -> LightState | None:
        """Return the lamps' light with their colours in the picture of this very frame.

        What ``step`` returned follows the picture of two frames ago, or the last one told of here. Nothing
        else hears of it, so that the show does not depend on how fast the machine draws.

        Args:
            timeout: Seconds to wait at most until the picture is drawn.

        Returns:
            None without lamps or a picture, or if it is not drawn by then.
        """
        return (
            self.lamp_light.fresh(self.picture.fresh_colours(timeout)) if self.picture is not None else None
        )

    @property
    def dark(self) -> bool:
        """Whether a blackout is active, whatever its source."""
        return bool(self.tree.effective[self.tree.slot(BLACKOUT)])

    def features(self) -> list[Entry]:
        """Return features (``/picture/...``) and decisions of the last frame, for the next frame's inbox."""
        return self._features

    def guard_trace(self) -> dict[str, object]:
        """Return the guard's fields of a trace line."""
        return guard_fields(self.picture.report()) if self.picture is not None else {}

    def _obey(self, command: Command) -> str | None:
        """Carry out a command and return what it tells; None if it is not the player's.

        Raises PhotophoreError or OSError.
        """
        spec = COMMANDS.get(command.verb)
        if spec is None or spec.by is not By.PLAYER:
            return None
        self.timing.obeyed(command)
        said = self._handlers[spec.name](*arguments(command))
        return said if isinstance(said, str) else ""

    def stand_at(self, cue: str, state: str = "", elapsed: Seconds = 0.0) -> None:
        """Jump to a cue, as after a restart, without wait or fade. An unknown cue is ignored.

        Args:
            cue: Id of the cue; empty for the beginning of the show.
            state: State of the interface; empty for the one that the cues ask for.
            elapsed: Seconds since that state began.
        """
        self.cues.restore(CueState(cue, None, 0.0, self.frame.time))
        self.cues.as_authored(0.0)
        self.interface.stand_in(state or self.cues.wanted_state or "", elapsed)

    def set_again(self, bases: Mapping[Address, Sequence[float]], scene: str = "") -> list[str]:
        """Restore values that were set by hand before a crash, over those of the cue.

        Args:
            bases: Values in natural units, by address.
            scene: Scene chosen by hand; empty for the cue's own.

        Returns:
            One sentence for each value that could not be set, since the show may have been edited.
        """
        problems = recall(self.tree, bases)
        self.timing.tempo.resume(bases)
        if scene and scene in self.show.scenes:
            self.cues.to_scene(scene, 0.0)
        return problems

    def to_scene(self, scene: str, seconds: Seconds = _NEXT_SCENE) -> None:
        """Change to a scene by hand. Raises AddressError if it does not exist."""
        if scene not in self.show.scenes:
            message = f"no scene {scene!r}; there are {', '.join(self.show.scenes)}"
            raise AddressError(message)
        self.cues.to_scene(scene, seconds)

    def _router_of(self, show: Show) -> Router:
        cues = [cue.id for cue in show.cues]
        fields = {**self.room.fields, **self.timing.fields, **self.stories.fields, **self.station.fields}
        return Router(self.tree, self.signals, cues, self._network, self.refusals, fields, self.controls)

    def replace(
        self, show: Show, shaders: Mapping[str, isf.Shader], effects: Mapping[str, isf.Shader] | None = None
    ) -> None:
        """Apply an edited show, edited shaders, or both, while playing; without ``effects`` those are kept.

        Raises:
            ShowError: The show is wrong or does not match a shader; nothing changes.
            ShaderError: These shaders cannot be drawn and keep their previous version; everything else is
                applied. If a scene or an effect is new, nothing is applied.
        """
        self.take(update_of(show, shaders, self.effects if effects is None else effects))

    def repatch(self, rig: Rig, fixtures: int, pixels: int) -> None:
        """Play on another patch from the next frame on; the counts are those of the band of lamps."""
        self.rig = rig
        self.lamp_light.forget()
        renew_outside(self.tree, self.show, rig)
        self.room.repatch(rig)
        self.shares.follow(rig)
        self._route(self.show)
        self.lamps = rig.controls(self.tree)
        self.lamp_readings = LampReadings(rig, self.signals, self.tree)
        if self.picture is not None:
            self.picture.repatch(rig.samples, fixtures, pixels)

    def _route(self, before: Show) -> None:
        """Rebuild the chain for the current show and tree."""
        show, routes = self.show, routes_of(self.show, self.tree)
        wanted = show.signals, routes, show.feedback, _reach(show)
        if wanted != (before.signals, self._routes, before.feedback, _reach(before)):
            self.chain.replace(*wanted)
            self._routes = routes

    def precompile(self, update: ShowUpdate) -> Generator[None, None, None]:
        """Compile the shaders of an update in small steps between frames, so that ``take`` need not wait."""
        if self.picture is not None:
            yield from precompile(self.picture, update, (self.shaders, self.effects), self.quarantine.loading)

    def forget(self) -> None:
        """Free what was compiled for an update that will not be applied."""
        if self.picture is not None:
            self.picture.host.forget()

    def take(self, update: ShowUpdate) -> None:
        """Apply an update that was read and checked before; raises as ``replace`` does."""
        standing = self.shaders, self.effects
        update, findings = redraw(self.picture, update, standing, self.quarantine.loading)
        renew_all(self.tree, self.show, update, self.rig)
        before, show = self.show, update.show
        self.show = show
        self.shaders, self.effects = dict(update.shaders), dict(update.effects)
        self._route(before)
        self.cues.replace(show.cues, show.start, show.scenes)
        self.macros.follow(show.macros)
        self.score.score.follow(show.score)
        self.room.follow(show)
        self.interface.replace(show.interface)
        self.stories.follow(show)
        self.media.follow(show, self.shaders, self.effects)
        self.hands.follow(show)
        self.router = self._router_of(show)
        keep(self.picture, self.shaders, self.effects)
        if findings:
            raise ShaderError(findings)


def _reach(show: Show) -> list[Address]:
    """Return the addresses of the commands that routes may give."""
    return targets((cue.id for cue in show.cues), macro_names(show))
