"""One frame, step by step, and the class that plays a show frame by frame.

The player knows neither windows nor processes: the same object plays a show in a gallery, renders a film,
replays a recording and fills a notebook with arrays. Without a picture (no OpenGL) everything else runs.
"""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from installation import isf, paths
from installation.clock import Clock
from installation.cue.check import arguments
from installation.cue.cuelist import MASTER, CueList, CueState
from installation.errors import AddressError, ShaderError, ShowError
from installation.light import LightState, Rig
from installation.parameter.preset import recall, save, snapshot
from installation.player.arguments import duration, plain_name, whole
from installation.player.authored import BLACKOUT, check, effect_address, renew, scene_address, tree_of
from installation.player.echo import Echo
from installation.player.inbox import Entry
from installation.player.interface import Interface, brakes
from installation.player.quarantine import Probation
from installation.player.router import Router
from installation.player.seen import readings
from installation.player.shader_swap import precompile, redraw
from installation.player.uniforms import UniformBindings
from installation.player.update import ShowUpdate, update_of
from installation.render.picture import Picture, View
from installation.safety.joint import PictureEnd
from installation.show.model import PresetSpec, Show
from installation.signal import Chain, Signals
from installation.values import Address, Command, Finding, Frame, Reading, Seconds, Where

__all__ = ["BLACKOUT", "Player", "Step", "scene_address"]

log = logging.getLogger(__name__)

_NEXT_SCENE: Seconds = 2.0
"""Length of the change that the key N makes."""
_PANIC: Seconds = 2.0
_HARD_PANIC: Seconds = 0.2


@dataclass(frozen=True, slots=True)
class Step:
    """What came out of one frame.

    Attributes:
        frame: Its time.
        left: Commands that are not the player's business: windows, files, quitting.
        refused: Commands that could not be carried out, with the reason.
        light: What the lamps should show.
    """

    frame: Frame
    left: tuple[Command, ...]
    refused: tuple[tuple[Command, str], ...]
    light: LightState


class Player:
    """Plays a show.

    Args:
        show: What to play.
        shaders: The show's shaders by scene id, already read.
        rig: The venue's lamps.
        clock: Makes the frames.
        picture: Draws; None plays without a picture.
        seed: Instead of the show's.
        network: Names of the adapters whose readings carry raw OSC addresses.
        probation: Told before a shader is compiled, and before each frame.
        effects: The shaders of the show's effects by name, already read.

    Raises:
        ShowError: References lead nowhere; all findings at once.
        ShaderError: A scene or an effect cannot be drawn.
    """

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
        probation: Probation | None = None,
        effects: Mapping[str, isf.Shader] | None = None,
    ) -> None:
        self.show = show
        self.probation = probation or Probation(lambda _note: None)
        self.rig = rig
        self.clock = clock
        self.picture = picture
        self.joint: PictureEnd | None = None
        """The picture's side of the law of picture and lamps together; None where no lamps are driven."""
        self.signals = Signals()
        self.tree = tree_of(show, shaders, effects)
        check(show, self.tree)
        self.shaders, self.effects = dict(shaders), dict(effects or {})
        """What each scene is drawn by, and what each effect."""
        self._routes = (*show.routes, *brakes(show.interface, self.tree))
        self.chain = Chain(
            self.tree,
            self.signals,
            show.signals,
            self._routes,
            show.seed if seed is None else seed,
            feedback=show.feedback,
        )
        self.cues = CueList(show.cues, self.tree, show.start)
        own_seed = show.seed if seed is None else seed
        self.interface = Interface(show.interface, self.tree, self.signals, self.cues, own_seed)
        self._network = tuple(network)
        self.router = Router(self.tree, self.signals, [cue.id for cue in show.cues], self._network)
        if picture is not None:
            for scene, shader in shaders.items():
                self.probation.loading(shader)
                picture.add(scene, shader)
            for effect, shader in self.effects.items():
                self.probation.loading(shader)
                picture.effects.add(effect, shader)
            self.probation.done()
            for name in {"dissolve", *(cue.transition for cue in show.cues)}:
                picture.prepare_transition(name)
        self._bindings = UniformBindings(self.tree)
        self._features: list[Reading] = []
        self.echo = Echo(self.rig, self.signals)
        self.frame = Frame(0, 0.0, 0.0)

    def step(self, entries: Iterable[Entry], now: Seconds, elapsed: Seconds | None = None) -> Step:
        """Play one frame.

        Args:
            entries: What came in, in time order.
            now: Monotonic seconds, for the lamps' frame.
            elapsed: Real seconds since the last presented frame, for the guard.
        """
        frame = self.frame = self.clock.tick()
        self._features = []
        left: list[Command] = []
        refused: list[tuple[Command, str]] = []
        for command in self.router.accept(entries, frame.time):
            try:
                if not self._obey(command, frame.time):
                    left.append(command)
            except (AddressError, ShowError, OSError) as error:
                refused.append((command, str(error)))
            except Exception as error:
                log.exception("%s from %s failed", command.verb, command.source or "nobody")
                refused.append((command, f"{command.verb} failed: {type(error).__name__}: {error}"))
        self.cues.advance(frame)
        self.interface.advance(frame)
        self.chain.intended = self._intended()
        self.chain.process(frame)
        light = self._light(frame, now, elapsed)
        self._features += self.echo.readings(light, now)
        self.tree.end_frame()
        return Step(frame, tuple(left), tuple(refused), light)

    def prepare(self) -> None:
        """Compile one of the scenes and transitions that wait for it; the stage asks after every frame.

        Raises ShaderError where the driver does not take any more what it once took.
        """
        waiting = self.picture.waiting() if self.picture is not None else None
        if waiting is not None:
            self.probation.loading(waiting.shader)
            waiting.prepare()
            self.probation.done()

    def _intended(self) -> frozenset[str]:
        """What no detector may take for a fault in this frame."""
        base, tree = self.tree.base, self.tree
        dark = base[tree.slot(MASTER)] <= 0.0 or base[tree.slot(BLACKOUT)] >= 0.5
        return self.cues.intended | ({"black", "still"} if dark else set())

    def _light(self, frame: Frame, now: Seconds, elapsed: Seconds | None) -> LightState:
        effective = self.tree.effective
        master = float(effective[self.tree.slot(MASTER)])
        dark = bool(effective[self.tree.slot(BLACKOUT)])
        if self.picture is None:
            lift = self.interface.lift(self.rig)
            return self.rig.resolve(frame.index, now, None, master=master, blackout=dark, lift=lift)
        change = self.cues.scene
        following = change.after if change.after != change.before else None
        view = View(change.before, following, change.progress, change.transition)
        shown = [change.before] if following is None else [change.before, following]
        values = self._bindings.values("scene", shown, self.picture.wanted)
        effects = self._bindings.values("effect", self.effects)
        if not self.probation.over:
            self.probation.showing(one.shader.path for one in self.picture.drawn(shown, effects))
        joint = self.joint.limit if self.joint is not None else None
        self.picture.draw(frame, view, values, 0.0 if dark else master, elapsed, joint, effects)
        report = self.picture.report()
        self._features += readings(report, self.picture.features(), self.signals, now)
        # The gathered colours have the master in them already: what the lamps show is what the picture shows.
        colours: NDArray[np.float32] | None = self.picture.colours()
        width, height = self.picture.size
        lift = self.interface.lift(self.rig, width / height, master)
        return self.rig.resolve(
            frame.index, now, colours, blackout=dark, mean=report.mean, red=report.red, lift=lift
        )  # fmt: skip

    def features(self) -> list[Reading]:
        """What the last frame says about itself (``/picture/...``); for the next frame's inbox."""
        return self._features

    def guard_trace(self) -> dict[str, object]:
        """The guard's part of a line of the trace."""
        if self.picture is None:
            return {}
        report = self.picture.report()
        return {"active": report.active, "reduction": report.reduction, "mean": report.mean}

    # Commands.

    def _obey(self, command: Command, now: Seconds) -> bool:
        """Carry out a command; False when it is somebody else's."""
        verb, given = command.verb, command.arguments
        first = str(given[0]) if given else ""
        match verb:
            case "go":
                self.cues.go(now)
            case "back":
                self.cues.back(now)
            case "cue":
                self.cues.go_to(first, now)
            case "cue-number":
                self._cue_number(whole(first), now)
            case "standby":
                self.cues.step_standby(whole(first or "1"))
            case "hold":
                self.cues.hold(not self.cues.held)
            case "panic":
                if first.lower() not in {"false", "off", "0"}:
                    self._panic(_HARD_PANIC if first == "hard" else _PANIC)
            case "blackout":
                self._blackout(first)
            case "scene":
                self.to_scene(first)
            case "next-scene":
                self._next_scene()
            case "as-authored":
                self.cues.as_authored()
                self.interface.as_authored()
            case "set":
                self.tree.set(first, given[1:])
            case "preset-save":
                self._save(plain_name(first))
            case "preset-recall":
                self._recall(first, duration(given[1]) if len(given) > 1 else 0.0)
            case _:
                return False
        return True

    def _cue_number(self, number: int, now: Seconds) -> None:
        if 1 <= number <= len(self.show.cues):
            self.cues.go_to(self.show.cues[number - 1].id, now)

    def _blackout(self, state: str) -> None:
        on = {"on": True, "true": True, "1": True, "off": False, "false": False, "0": False}.get(
            state.lower()
        )
        dark = self.tree.get_base(BLACKOUT)[0] > 0.5
        self.tree.set(BLACKOUT, (float(not dark if on is None else on),))

    def _panic(self, seconds: Seconds) -> None:
        self.cues.panic(seconds)
        self.interface.panic(seconds)

    def stand_at(self, cue: str, state: str = "", elapsed: Seconds = 0.0) -> None:
        """Stand in a cue at once, as after a restart: no wait, no fade. An unknown cue is passed over.

        Args:
            cue: Its id; empty for the show's beginning.
            state: The interface's state; empty for the one that the cues want.
            elapsed: How long that state has stood.
        """
        self.cues.restore(CueState(cue, None, 0.0, self.frame.time))
        self.cues.as_authored(0.0)
        self.interface.stand_in(state or self.cues.wanted_state or "", elapsed)

    def set_again(self, bases: Mapping[Address, Sequence[float]], scene: str = "") -> list[str]:
        """Set what people had set by hand before a crash, over what the cue says.

        Args:
            bases: Natural units, by address.
            scene: That was chosen by hand; empty for the cue's own.

        Returns:
            What could not be set, one sentence each: the show may have been edited since.
        """
        problems = recall(self.tree, bases)
        if scene and scene in self.show.scenes:
            self.cues.to_scene(scene, 0.0)
        return problems

    def to_scene(self, scene: str, seconds: Seconds = _NEXT_SCENE) -> None:
        """Change to a scene by hand. Raises AddressError when there is none of that id."""
        if scene not in self.show.scenes:
            message = f"no scene {scene!r}; there are {', '.join(self.show.scenes)}"
            raise AddressError(message)
        self.cues.to_scene(scene, seconds)

    def _next_scene(self) -> None:
        scenes = list(self.show.scenes)
        self.to_scene(scenes[(scenes.index(self.cues.scene.after) + 1) % len(scenes)])

    def _save(self, name: str) -> None:
        path = paths.preset_folder(self.show.folder) / f"{name}.toml"
        values = snapshot(self.tree)
        save(self.tree, path, values)
        spec = PresetSpec(name, dict(values), Where(str(path)))
        files = self.show.files if path in self.show.files else (*self.show.files, path)
        self.show = replace(self.show, presets={**self.show.presets, name: spec}, files=files)

    def _recall(self, name: str, seconds: Seconds) -> None:
        preset = self.show.presets.get(name)
        if preset is None:
            message = f"no preset {name!r}; there are {', '.join(self.show.presets) or 'none'}"
            raise AddressError(message)
        values = {address: arguments(value) for address, value in preset.set.items()}
        problems = []
        if seconds > 0:
            ends = {}
            for address, value in values.items():
                try:
                    ends[address] = tuple(self.tree.natural(address, value))
                except AddressError as error:
                    problems.append(str(error))
            self.cues.fade_to(ends, seconds)
        else:
            problems = recall(self.tree, values)
        if problems:
            raise AddressError("; ".join(problems))

    # Hot reload.

    def replace(
        self, show: Show, shaders: Mapping[str, isf.Shader], effects: Mapping[str, isf.Shader] | None = None
    ) -> None:
        """Take an edited show, edited shaders, or both, while playing; without ``effects`` those stay.

        Raises:
            ShowError: The show is wrong, or a shader does not fit it; what was there goes on.
            ShaderError: These shaders cannot be drawn and stay as they were; all else is taken over. When a
                scene or an effect is new, nothing is.
        """
        self.take(update_of(show, shaders, self.effects if effects is None else effects))

    def precompile(self, update: ShowUpdate) -> Iterator[None]:
        """Compile what a draft brings in small steps, between frames, so that ``take`` finds it done."""
        if self.picture is None:
            return iter(())
        return precompile(self.picture, update, (self.shaders, self.effects), self.probation.loading)

    def take(self, update: ShowUpdate) -> None:
        """Take over what was read and checked before; raises as ``replace`` does."""
        findings: list[Finding] = []
        if self.picture is not None:
            standing = self.shaders, self.effects
            update, findings = redraw(self.picture, update, standing, self.probation.loading)
        show = update.show
        for gone in set(self.show.scenes) - set(show.scenes):
            self.tree.remove(scene_address(gone))
        for gone in set(self.show.effects) - set(show.effects):
            self.tree.remove(effect_address(gone))
        for prefix, parameters in update.parameters.items():
            renew(self.tree, prefix, parameters)
        before, self.show = self.show, show
        self.shaders, self.effects = dict(update.shaders), dict(update.effects)
        routes = (*show.routes, *brakes(show.interface, self.tree))
        if (show.signals, routes, show.feedback) != (before.signals, self._routes, before.feedback):
            self.chain.replace(show.signals, routes, show.feedback)
            self._routes = routes
        self.cues.replace(show.cues, show.start, show.scenes)
        self.interface.replace(show.interface)
        self.router = Router(self.tree, self.signals, [cue.id for cue in show.cues], self._network)
        if self.picture is not None:
            self.picture.keep(self.shaders)
            self.picture.effects.keep(list(self.effects))
            self.picture.host.forget()
        if findings:
            raise ShaderError(findings)
