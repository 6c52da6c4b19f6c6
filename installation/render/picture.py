"""The renderer's pipeline, one frame at a time.

scene (or two and a transition) -> post (bloom, tone map) -> effects -> compose (master, text, band of lamps)
-> guard -> output, gather, live picture. Projectors, lamps and files get guarded light only.
"""

from collections.abc import Callable, Container, Iterable, Mapping, Sequence

import moderngl
import numpy as np
from numpy.typing import NDArray

from installation import isf
from installation.render.gl import wait
from installation.render.gl.context import Context
from installation.render.gl.exact import Exact
from installation.render.isf_host.host import Host, SceneRenderer, Value
from installation.render.isf_host.images import Decoded, decode
from installation.render.mapping.card import Card
from installation.render.part import IDENTITY, Map, Part
from installation.render.passes.compose import Compose, Lamps
from installation.render.passes.effects import PICTURE, Effects, works_on_light
from installation.render.passes.exposure import Exposure
from installation.render.passes.feeds import Feeds
from installation.render.passes.guard import Guard
from installation.render.passes.lens import Lens, Look, mean_gain
from installation.render.passes.medium import Medium, Tables
from installation.render.passes.output import Output
from installation.render.passes.overlay import Overlay
from installation.render.passes.post import Post
from installation.render.passes.soften import Soften
from installation.render.preview import Preview
from installation.render.readback.features import Features, PictureFeatures
from installation.render.readback.flashes import Flash, Flashes
from installation.render.readback.frames import Frames
from installation.render.readback.sampling import Sampling
from installation.render.stills import Stills
from installation.render.view import Plan, View
from installation.render.window import Viewport, Window, letterbox
from installation.safety.joint import Limit
from installation.safety.report import GuardReport
from installation.values import Frame, Seconds

__all__ = ["BAND", "Picture", "Plan", "View"]

Values = Mapping[str, Sequence[float] | float]

_AS_DRAWN = Look()

BAND = 96 / 720
"""Height of the band of lamps under a preview, as a fraction of the picture's height."""


class Picture:
    """Scenes in, guarded light out.

    Args:
        context: The OpenGL context.
        plan: The configuration.
    """

    def __init__(self, context: Context, plan: Plan) -> None:
        self.context = context
        self.size = plan.size
        self.band = round(plan.size[1] * BAND) if plan.fixtures or plan.pixels else 0
        full = (plan.size[0], plan.size[1] + self.band)
        self.host = Host(context, plan.today)
        self.scenes: dict[str, SceneRenderer] = {}
        self._transitions: dict[str, SceneRenderer] = {}
        self._seen_before: list[str] = []
        self._feeds = Feeds(self.host, plan.size, plan.given)
        self.media = self._feeds.media
        self.effects = Effects(self.host, plan.size, self._feeds)
        self._lens = Lens(self.host, plan.size)
        self._post = Post(self.host, plan.size)
        self._medium = Medium(self.host, plan.size)
        self._shared: Mapping[str, moderngl.Texture] = {}
        self.exposure = Exposure(plan.exposure, plan.shadows)
        self._post.shadows = plan.shadows
        self.overlay = Overlay(context, full)
        self.lamps = Lamps(context, plan.fixtures, plan.pixels)
        self._compose = Compose(context, plan.size, self.band, self.lamps)
        self._guard = Guard(context, full, plan.guard, plan.metres_per_height)
        self._soften = Soften(self._guard)
        self._look = Features(self._guard, self.band / full[1])
        self._seen: PictureFeatures | None = None
        self._flashes: Flashes | None = None
        self._output = Output(context)
        self._exact = Exact(context)
        self.card = Card(context, plan.size)
        share = self.band / full[1]
        self._sampling = Sampling(context, plan.samples, share) if len(plan.samples) else None
        self.preview = Preview(self.host, self._feeds, plan.size)
        self._stills = Stills(context, full, self._encode)
        self.frames = Frames(context, plan.size, self.band, self._encode)
        self._guarded: moderngl.Texture | None = None
        self._plain: moderngl.Texture | None = None
        self._gains = 1.0, 1.0
        self._index = 0
        self.scale = 1.0
        """Share of the size at which scenes draw what they do not keep, 0..1."""

    @property
    def full_size(self) -> tuple[int, int]:
        """Size of the canvas including the band of lamps below it."""
        return self.size[0], self.size[1] + self.band

    def repatch(self, samples: NDArray[np.float32], fixtures: int, pixels: int) -> None:
        """Sample the picture for other lamps from the next frame on; arguments as in ``Plan``.

        Their colours are black for two frames. A band exists only if there was one initially.
        """
        old, self._sampling = self._sampling, None
        if old is not None:
            old.release()
        if len(samples):
            self._sampling = Sampling(self.context, samples, self.band / self.full_size[1])
        if self.band:
            self.lamps.recount(fixtures, pixels)

    def read(
        self, scenes: Iterable[isf.Shader], effects: Iterable[isf.Shader], transitions: Iterable[str]
    ) -> Decoded:
        """Read all files that these shaders need besides their own; thread-safe, since it draws nothing.

        Returns:
            The images that they import, for ``add`` and ``effects.add``.

        Raises:
            ShaderError: An input's image cannot be read, or there is no such transition.
        """
        scenes, effects = tuple(scenes), tuple(effects)
        for shader in scenes:
            self._feeds.read(shader)
        for shader in effects:
            self._feeds.read(shader, (PICTURE,))
        for name in transitions:
            isf.shipped("transitions", name)
        imported = dict.fromkeys(path for shader in (*scenes, *effects) for path in shader.pictures)
        return decode(imported, self.context.info.texture_size)

    def add(self, scene: str, shader: isf.Shader, decoded: Decoded | None = None) -> None:
        """Load a scene and the images that it uses, or replace the shader of an existing one.

        ``decoded`` are images of the shader that were decoded in advance.

        A shader that the driver has accepted before is compiled on first use, or before; see ``waiting``.
        Raises ShaderError; an existing scene is then unchanged.
        """
        self._feeds.prepare(shader, of=f"/scene/{scene}")
        if shader.reads:
            self._medium.prepare()
        standing, display = self.scenes.get(scene), works_on_light(shader)
        if standing is not None:
            standing.replace(shader, decoded, self.host.fresh(shader, self.size))
            standing.display = display
        else:
            self.scenes[scene] = self.host.load(
                shader, self.size, later=True, display=display, decoded=decoded
            )

        self.scenes[scene].scale(self.scale)

    def rescale(self, scale: float) -> None:
        """Draw what scenes do not keep at this share of the size, 0..1, from the next frame on."""
        self.scale = scale
        for renderer in self.scenes.values():
            renderer.scale(scale)

    def keep(self, scenes: Container[str]) -> None:
        """Free all other scenes; they must not be drawn any more."""
        for scene in [one for one in self.scenes if one not in scenes]:
            self.scenes.pop(scene).release()

    def prepare_transition(self, name: str) -> None:
        """Load a transition before it is needed. Raises ShaderError, also if there is no such file."""
        if name not in self._transitions:
            shader = isf.shipped("transitions", name)
            self._transitions[name] = self.host.load(shader, self.size, later=True)

    def wanted(self, scene: str) -> frozenset[str] | None:
        """Return the names of the inputs that affect a scene's picture; None while unknown."""
        return self.scenes[scene].wanted

    def drawn(self, scenes: Iterable[str], effects: Mapping[str, Values]) -> list[SceneRenderer]:
        """Return the renderers that would draw these scenes with these effect inputs."""
        chain = self.effects
        return [self.scenes[one] for one in scenes] + [chain.chain[one] for one in chain.active(effects)]

    def prepare(self, compiling: Callable[[isf.Shader], None], first: str = "") -> None:
        """Compile one pass of what is pending, the named scene first. Raises ShaderError."""
        self.host.prepare(compiling, self.scenes.get(first))

    def draw(
        self,
        frame: Frame,
        view: View,
        values: Mapping[str, Values],
        gain: float = 1.0,
        elapsed: Seconds | None = None,
        joint: Callable[[GuardReport, int], Limit] | None = None,
        effects: Mapping[str, Values] | None = None,
        tables: Tables | None = None,
        look: Look = _AS_DRAWN,
    ) -> None:
        """Render one guarded frame.

        Args:
            frame: The frame's time.
            view: The scenes.
            values: The inputs of each scene.
            gain: Master of the picture, 0..1.
            elapsed: Real seconds since the last presented frame, for the guard.
            joint: What the lamps leave to the picture, for the guard.
            effects: The inputs of each effect.
            tables: People and territories, for scenes that read them.
            look: How the picture is looked at.
        """
        self._index = frame.index
        seen = [view.scene] if view.next is None else [view.scene, view.next]
        self._rest(seen)
        shaders = [self.scenes[one].shader for one in dict.fromkeys(seen)]
        changes = view.next is not None and view.next != view.scene
        if changes:
            self.prepare_transition(view.transition)
            shaders.append(self._transitions[view.transition].shader)
        shaders += self.effects.shaders(effects or {})
        self._shared = self._medium.draw(frame, shaders, tables or Tables(), look.water)
        shown = self._scene(self._lens.frame(frame, view.scene, look), view.scene, values, 0)
        if changes and view.next is not None:
            change, moment = self._transitions[view.transition], self._lens.frame(frame, view.next, look)
            coming = self._scene(moment, view.next, values, 1)
            mixed: dict[str, Value] = {"startImage": shown, "endImage": coming, "progress": (view.progress,)}
            mixed |= {name: self._shared[name] for name in change.shader.reads}
            shown = change.draw(frame, mixed)
        else:
            self._post.free(1)
        shown = self._lens.draw(frame, self.effects.draw(frame, shown, effects or {}, self._shared), look)
        self._plain, self._gains = shown, (gain, look.exposure)
        composed = shown = self.card.over(shown)
        rise = self._guard.rise
        if self._compose.needed(self._gains, self.overlay, rise[0]):
            with self._exact.units(3):
                composed = self._compose.apply(shown, self._gains, self.overlay, rise)
        self._guarded = self._guard.apply(self._soften.apply(composed, frame.dt), frame.dt, elapsed, joint)
        self._seen = self._look.read(frame.dt)
        if (len(seen) == 1 or view.next == view.scene) and not self.card.on:
            self._expose(view.scene, values.get(view.scene, {}), self._gains, frame)

    def _rest(self, seen: list[str]) -> None:
        """Free what scenes that are not seen any more hold for one frame only: most of their memory."""
        for scene in set(self._seen_before).difference(seen) & self.scenes.keys():
            self.scenes[scene].rest()
        self._seen_before = seen

    def _expose(self, scene: str, values: Values, gains: tuple[float, float], frame: Frame) -> None:
        """Hold the mean of a scene that stands alone, in full light, at what its header states."""
        aim = self.scenes[scene].shader.mean
        if aim is None or self._seen is None or gains[0] < 1.0 or self._guard.rise[0] < 1.0:
            return
        asked = values.get("glow", 1.0)
        level = asked if isinstance(asked, float) else 1.0
        zones = self._seen.zones
        mean = sum(map(sum, zones)) / (len(zones) * len(zones[0])) / mean_gain(gains[1])
        self.exposure.look(scene, mean, aim * max(level, 0.05), frame.dt)

    def _scene(self, frame: Frame, scene: str, values: Mapping[str, Values], slot: int) -> moderngl.Texture:
        renderer = self.scenes[scene]
        inputs: Mapping[str, Value] = values.get(scene, {})
        if renderer.sees:
            inputs = {**inputs, **self._feeds.draw(frame, renderer.shader, of=f"/scene/{scene}")}
        if renderer.shader.reads:
            inputs = {**inputs, **{name: self._shared[name] for name in renderer.shader.reads}}
        drawn = renderer.draw(frame, inputs)
        if works_on_light(renderer.shader):  # a filter shown alone; in a show it is an effect
            return self.effects.fit(drawn, slot)
        if renderer.shader.color == "encoded" and drawn.size == self.size:
            with self._exact.units(1):
                return self._post.apply(drawn, "encoded", slot, renderer.spare)
        exposure = self.exposure.gain(scene)
        return self._post.apply(drawn, renderer.shader.color, slot, renderer.spare, exposure)

    @property
    def guarded(self) -> moderngl.Texture:
        """The latest frame, display-linear and guarded."""
        if self._guarded is None:
            raise RuntimeError("draw a frame first")
        return self._guarded

    @property
    def plain(self) -> moderngl.Texture:
        """The latest frame, display-linear, before master, text and guard."""
        if self._plain is None:
            raise RuntimeError("draw a frame first")
        return self._plain

    def report(self) -> GuardReport:
        """Return the guard's report of two frames ago, with the softening around the cuts."""
        return self._soften.told(self._guard.report())

    def features(self) -> PictureFeatures | None:
        """Return the features of the guarded picture of two frames ago; None before that."""
        return self._seen

    def flashes(self, frame: Frame) -> tuple[Flash, ...]:
        """Return the flashes of two frames ago, the strongest first; call once a frame, after ``draw``.

        Nothing is computed before the first call. Text and the guard do not count: the scene is looked at.
        """
        if self._plain is None:
            return ()
        self._flashes = self._flashes or Flashes(self.context, self.size)
        return self._flashes.read(self._plain, self._gains[0] * self._gains[1], frame.time, frame.dt)

    def show(self, window: Window) -> None:
        """Draw the guarded frame into a window, letterboxed; those beside it show it at once."""
        if window.beside is not None:
            window.beside.draw(self._fill)
        self._fill(window.size, window.part, window.viewport)
        wait.finish(self.context)

    def _fill(self, size: tuple[int, int], part: Part, view: Viewport | None = None) -> None:
        """Draw a part of the guarded frame over a window of this size, into ``view`` or as large as fits."""
        screen, view = self.context.screen, view or letterbox(size, part.size(self.full_size))
        if not part.mapping.plain:
            screen.viewport = (0, 0, *size)
            screen.clear(0.0, 0.0, 0.0, 1.0)
            self._output.encode_mapped(self.guarded, screen, self._index, part, view.corners(size))
            return
        if (view.width, view.height) != size:
            screen.viewport = (0, 0, *size)
            screen.clear(0.0, 0.0, 0.0, 1.0)
        screen.viewport = (view.x, view.y, view.width, view.height)
        self._encode(screen, (view.width, view.height), part.map())

    @property
    def _covered(self) -> bool:
        """Whether text or the test card covers the picture, which lamps do not follow."""
        return self.overlay.visible or self.card.on

    @property
    def masks(self) -> float:
        """What windows show of masked light: 0, and more only while a mask is edited."""
        return self._output.mapped.least

    @masks.setter
    def masks(self, least: float) -> None:
        self._output.mapped.least = least

    def colours(self) -> NDArray[np.float32] | None:
        """Return the lamps' colours, ``(n, 3)`` linear light, two frames late; None before there are any."""
        if self._sampling is None or self._plain is None:
            return None
        return self._sampling.read(self.guarded, self._plain, self._gains, text=self._covered)

    def fresh_colours(self, timeout: Seconds) -> NDArray[np.float32] | None:
        """Return the lamps' colours in the frame just drawn, if it is drawn within ``timeout`` seconds."""
        if self._sampling is None:
            return None
        return self._sampling.fresh(self._gains, timeout, text=self._covered)

    def image(self) -> NDArray[np.uint8]:
        """Return the guarded frame as ``(height, width, 3)`` 8-bit sRGB, top row first."""
        return self._stills.image()

    def jpeg(self) -> bytes:
        """Return the guarded frame as a small JPEG, for the panel."""
        return self._stills.jpeg()

    def _encode(self, into: moderngl.Framebuffer, size: tuple[int, int], part: Map = IDENTITY) -> None:
        with self._exact.units(2 if size == self.full_size else 0):
            self._output.encode(self.guarded, into, self._index, part)

    def release(self) -> None:
        """Free everything but the context."""
        for part in (
            self._feeds,
            self._medium,
            self.effects,
            self._post,
            self.overlay,
            self.lamps,
            self._compose,
            self._look,
            self._soften,
            self._guard,
            self._output,
            self.card,
            self._stills,
            self.preview,
            self.frames,
        ):
            part.release()
        for made in (self._sampling, self._flashes):
            if made is not None:
                made.release()
        self._exact.release()
        self.host.release()
