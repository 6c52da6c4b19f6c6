"""Nothing that is seen goes around a guard: not on the window, the panel, a film, a picture, nor on the wire.

The same hazards are played on every path there is, through a real stage and a real wire in virtual time. What
leaves them is judged, and every draw, clear, write and read of the graphics card is watched: after the guard
only static maps may draw, and they may read nothing but what the guard has put out.
"""

import ast
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import moderngl
import numpy as np
import pytest

from installation.cli.render.job import Job, render_job
from installation.errors import ShowError
from installation.ipc.options import StageOptions
from installation.keeper.light.encoder import LampEncoder
from installation.player.production import fallback_production, read_production
from installation.render.passes.guard import Guard
from installation.render.passes.output import Output
from installation.render.picture import Picture
from installation.safety.lamps.guard import LampGuard
from installation.safety.law import LUMINANCE
from installation.safety.windows import lay_windows
from tests.film import decode, from_srgb
from tests.judges import judge, most_in_a_second, transitions
from tests.room import FPS, RATE, Room, a_room, write_show

pytestmark = [pytest.mark.gl, pytest.mark.timeout(180)]

WARM = 80
HOSTILE = 60
PATHS = ("window", "panel", "still")
MOST = 3

Play = Callable[[Room, int], None]


def every(count: int, index: int) -> bool | None:
    """True and False in turn, every so many frames; None between."""
    return index // count % 2 == 0 if index % count == 0 else None


def toggled(verb: str, first: str, second: str, *before: str) -> Play:
    def play(room: Room, index: int) -> None:
        on = every(2, index)
        if on is not None:
            room.order(verb, *before, first if on else second)

    return play


def nothing(_: Room, __: int) -> None:
    """The scene is the hazard."""


def crossfade(room: Room, index: int) -> None:
    if every(4, index) is not None:
        room.order("go" if index % 64 else "cue", *([] if index % 64 else ["1"]))


def hud(room: Room, index: int) -> None:
    on = every(2, index)
    if on is not None:
        room.stage._hud.shown = room.stage._hud.full = bool(on)
    room.stage._hud_at = -1.0  # written with every frame, as fast as nobody could


def errors(room: Room, index: int) -> None:
    room.stage._hud.notes = tuple(["#" * 60] * 8) if every(2, index // 2 * 2) else ()
    room.stage._hud_at = -1.0


def master(room: Room, index: int) -> None:
    on = every(2, index)
    if on is not None:
        room.order("set", "/master", float(on))


def panic(room: Room, index: int) -> None:
    on = every(6, index)
    if on is not None:
        room.order(*(["panic", "hard"] if on else ["cue", "2"]))
        room.wire.panic = on


def blackout(room: Room, index: int) -> None:
    on = every(2, index)
    if on is not None:
        room.order("blackout", "on" if on else "off")
        room.wire.blackout = on


SITUATIONS: dict[str, tuple[str, Play]] = {
    "strobe": ("strobe", nothing),
    "halves in turn": ("halves", nothing),
    "red": ("red", nothing),
    "transitions": ("strobe", crossfade),
    "scenes by hand": ("strobe", toggled("scene", "strobe", "halves")),
    "test picture": ("strobe", toggled("scene", "test-picture", "strobe")),
    "hud over a strobe": ("strobe", hud),
    "errors over white": ("white", errors),
    "blackout": ("white", blackout),
    "master": ("white", master),
    "panic": ("strobe", panic),
}


def run(
    room: Room, play: Play, warm: int = WARM, hostile: int = HOSTILE, watch: "Watch | None" = None
) -> None:
    for _ in range(warm):
        room.frame()
    if watch is not None:
        watch.begin()
    for index in range(hostile):
        play(room, index)
        room.frame()


def worst(room: Room, which: str, frames: int = HOSTILE) -> int:
    light = room.left.light(which, frames)
    return judge(light, FPS, lay_windows((light.shape[2], light.shape[1]), 3.0, 2.0)).worst


def worst_lamp(room: Room, seconds: float) -> int:
    light = room.lamps(seconds) @ np.array(LUMINANCE)
    levels = np.concatenate([light, light.mean(axis=1, keepdims=True)], axis=1)
    return most_in_a_second(transitions(levels), RATE)


@pytest.mark.parametrize("situation", SITUATIONS)
def test_what_leaves_the_room_has_at_most_three_transitions_in_any_second(situation, tmp_path, monkeypatch):
    scene, play = SITUATIONS[situation]
    with a_room(tmp_path, monkeypatch, scene=scene) as room, Watch(monkeypatch) as watch:
        run(room, play, watch=watch)
        for which in PATHS:
            assert worst(room, which) <= MOST, which
        assert worst_lamp(room, HOSTILE / FPS) <= MOST
        assert watch.faults(room.picture) == []


@pytest.mark.parametrize("situation", SITUATIONS)
def test_without_the_guards_each_situation_is_a_hazard(situation, tmp_path, monkeypatch):
    monkeypatch.setattr(Guard, "apply", lambda _self, picture, *_: picture)
    scene, play = SITUATIONS[situation]
    with a_room(tmp_path, monkeypatch, scene=scene) as room:
        run(room, play, warm=10, hostile=45)
        assert worst(room, "window", 45) > MOST


def test_without_its_guard_the_wire_is_a_hazard(tmp_path, monkeypatch):
    monkeypatch.setattr(Guard, "apply", lambda _self, picture, *_: picture)
    monkeypatch.setattr(LampGuard, "apply", lambda _self, light, *_, **__: light.copy())
    with a_room(tmp_path, monkeypatch, scene="strobe") as room:
        run(room, nothing, warm=60, hostile=45)
        assert worst_lamp(room, 1.5) > MOST


def test_lamps_alone_hold_what_a_stage_without_a_guard_would_send(tmp_path, monkeypatch):
    monkeypatch.setattr(Guard, "apply", lambda _self, picture, *_: picture)
    with a_room(tmp_path, monkeypatch, scene="strobe") as room:
        run(room, nothing)
        assert worst_lamp(room, HOSTILE / FPS) <= MOST


def test_a_stage_that_comes_and_goes_flashes_no_lamp(tmp_path, monkeypatch):
    with a_room(tmp_path, monkeypatch, scene="white") as room:
        for _ in range(WARM):
            room.frame()
        for index in range(HOSTILE):
            if index % 10 == 0:
                room.wire.interrupt()
            room.frame(publish=index % 10 < 4)
        for _ in range(90):  # held, then faded to the safe look
            room.frame(publish=False)
        assert room.wire.look.state == "safe"
        assert worst_lamp(room, (HOSTILE + 90) / FPS) <= MOST


def test_a_resting_piece_is_guarded_too(tmp_path, monkeypatch):
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "show.toml").write_text("format = 1\n")
    options = StageOptions(show=str(broken), venue="laptop", size=(64, 36), headless=True)
    with pytest.raises(ShowError) as caught:
        read_production(options)
    production = fallback_production(options, caught.value.findings)
    with (
        a_room(tmp_path, monkeypatch, production=production, notes=("!" * 40,) * 4) as room,
        Watch(monkeypatch) as watch,
    ):
        run(room, blackout, watch=watch)
        assert worst(room, "window") <= MOST
        assert watch.faults(room.picture) == []


@pytest.mark.parametrize("guarded", [True, False])
def test_a_film_is_guarded(guarded, tmp_path, monkeypatch):
    if not guarded:
        monkeypatch.setattr(Guard, "apply", lambda _self, picture, *_: picture)
    show, film = write_show(tmp_path / "show"), tmp_path / "film.mp4"
    job = Job(
        show=str(show), venue=None, scene="strobe", cue=None, shader=None, input=None, out=film, seconds=4.0,
        fps=FPS, size="64x36", seed=0, settings=(), replay=None, trace=None, sheet=None, sound=False,
    )  # fmt: skip
    assert render_job(job) == 0
    light = from_srgb(decode(film))[-60:]
    assert (judge(light, FPS, lay_windows((64, 36), 3.0, 2.0)).worst <= MOST) is guarded


# What the graphics card is told to do.

_FIGURES = frozenset({"features.py", "guard.py", "soften.py", "stripes.py"})
"""Who reads back what the guard measured: a few numbers, for people and for the next frame."""


class Watch:
    """Notes every draw, clear, write, copy and read, and says which of them go around the guard."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self._patch = patch
        self.events: list[tuple[str, int, tuple[int, ...], object]] = []
        self._bound: moderngl.Framebuffer | None = None
        self._encoded: list[moderngl.Texture] = []
        self._spans: list[tuple[int, int]] = []

    def __enter__(self) -> "Watch":
        watch, patch = self, self._patch
        use, render = moderngl.Framebuffer.use, moderngl.VertexArray.render
        clear, write = moderngl.Framebuffer.clear, moderngl.Texture.write
        encode, draw = Output.encode, Picture.draw

        def used(frame):
            watch._bound = frame
            use(frame)

        def rendered(array, *given, **named):
            watch._note("draw", array.program.glo, watch._bound)
            render(array, *given, **named)

        def cleared(frame, *given, **named):
            watch._note("clear", 0, frame, given[:3])
            clear(frame, *given, **named)

        def written(texture, *given, **named):
            watch.events.append(("write", 0, (texture.glo,), None))
            write(texture, *given, **named)

        def encoded(output, guarded, *given):
            watch._encoded.append(guarded)
            encode(output, guarded, *given)

        def drawn(picture, *given, **named):
            begin = len(watch.events)
            draw(picture, *given, **named)
            watch._spans.append((begin, len(watch.events)))

        def copied(*_given, **_named):
            watch.events.append(("copy", 0, (), None))
            raise AssertionError("a framebuffer is copied")

        for target, name, new in (
            (moderngl.Framebuffer, "use", used),
            (moderngl.VertexArray, "render", rendered),
            (moderngl.VertexArray, "render_indirect", copied),
            (moderngl.VertexArray, "transform", copied),
            (moderngl.Framebuffer, "clear", cleared),
            (moderngl.Texture, "write", written),
            (moderngl.Context, "copy_framebuffer", copied),
            (Output, "encode", encoded),
            (Picture, "draw", drawn),
        ):
            patch.setattr(target, name, new)
        for kind in (moderngl.Framebuffer, moderngl.Texture):
            for name in ("read", "read_into"):
                patch.setattr(kind, name, self._reading(kind, getattr(kind, name)))
        return self

    def __exit__(self, *_: object) -> None:
        """The patch takes everything back."""

    def begin(self) -> None:
        """From now on; the scenes are compiled by now."""
        self.events.clear()
        self._encoded.clear()
        self._spans.clear()

    def _reading(self, kind: type, read: Callable) -> Callable:
        def reading(source, *given, **named):
            glos = _attached(source) if kind is moderngl.Framebuffer else (source.glo,)
            reader = Path(sys._getframe(1).f_code.co_filename).name
            self.events.append(("read", 0, glos, reader))
            return read(source, *given, **named)

        return reading

    def _note(self, what: str, program: int, into: moderngl.Framebuffer | None, more: object = None) -> None:
        assert into is not None
        self.events.append((what, program, _attached(into), more))

    def faults(self, picture: Picture) -> list[str]:
        """What went around the guard; empty when nothing did."""
        guard, output, found = picture._guard, picture._output, []
        shown = guard._out.glo
        encode = output._encode.program.gl.glo
        last = {program.gl.glo for programs in guard._apply_programs for program in programs}
        stills = (picture._stills._live, picture._stills._still)
        seen = [picture.context.screen, *(t.framebuffer for t in stills if t)]
        leaving = {glo for frame in seen for glo in _attached(frame)}
        gathers = [] if picture._sampling is None else [picture._sampling._guarded, picture._sampling._plain]
        gathering = {one._mean.program.gl.glo for one in gathers if one._mean is not None}
        rings = {glo for one in gathers for target in one._ring for glo in _attached(target.framebuffer)}
        measuring = picture._look._pass.program.gl.glo  # a few numbers about the guarded picture
        grids = {grid.glo for grid in picture._look._grids}
        after = [True] * len(self.events)
        for begin, end in self._spans:
            spoken = [at for at in range(begin, end) if self.events[at][1] in last]
            if not spoken:
                found.append("a picture is drawn without the guard")
                continue
            after[begin : spoken[-1] + 1] = [False] * (spoken[-1] + 1 - begin)
        counts: Counter[str] = Counter()
        for index, (what, program, into, more) in enumerate(self.events):
            counts[what] += 1
            if what == "draw" and shown in into and program not in last:
                found.append("somebody else draws over what the guard put out")
            if what == "draw" and leaving & set(into) and program != encode:
                found.append("something is drawn over the output")
            if what == "draw" and after[index] and program not in {encode, measuring, *gathering}:
                found.append("something is drawn after the guard")
            if what == "draw" and program == measuring and not set(into) <= grids:
                found.append("what measures the picture draws elsewhere")
            if what == "draw" and program in gathering and not set(into) <= rings:
                found.append("the lamps' sampling draws elsewhere")
            if what == "clear" and leaving & set(into) and any(more):
                found.append("the output is cleared to light")
            if what in {"clear", "write"} and shown in into:
                found.append("somebody writes over what the guard put out")
            if what == "write" and leaving & set(into):
                found.append("somebody writes over the output")
            if what == "read" and not set(into) <= leaving | rings and more not in _FIGURES:
                found.append("something else than the output is read back")
        if any(texture.glo != shown for texture in self._encoded):
            found.append("what is shown was not put out by the guard")
        if not (counts["draw"] > 100 and counts["read"] > 100 and len(self._encoded) > 100):
            found.append("nothing was watched")
        return sorted(set(found))


def _attached(frame: moderngl.Framebuffer) -> tuple[int, ...]:
    attachments = frame.color_attachments or ()
    return tuple(one.glo for one in attachments) or (-1 - frame.glo,)


# Broken by hand, each way around is noticed.


def draw_text_again(picture: Picture, *_: object) -> None:
    if (guarded := picture._guarded) is not None:
        into = picture.context.gl.framebuffer([guarded])
        textures = {"picture": guarded, "overlay": picture.overlay.texture, "lamps": picture.lamps.texture}
        picture._compose._pass.draw(into, textures, {"gain": 1.0, "size": picture.size})


def draw_over_the_output(picture: Picture, *_: object) -> None:
    picture._compose._pass.draw(picture.context.screen, {"picture": picture.guarded}, {"gain": 1.0})


def clear_to_light(picture: Picture, *_: object) -> None:
    picture.context.screen.clear(1.0, 1.0, 1.0, 1.0)


def show_what_is_not_guarded(picture: Picture, *_: object) -> None:
    assert picture._plain is not None
    picture._output.encode(picture._plain, picture.context.screen, 0)


def read_what_is_not_guarded(picture: Picture, *_: object) -> None:
    assert picture._plain is not None
    picture._plain.read()


@pytest.mark.parametrize(
    "way",
    [
        draw_text_again,
        draw_over_the_output,
        clear_to_light,
        show_what_is_not_guarded,
        read_what_is_not_guarded,
    ],
    ids=lambda way: way.__name__,
)
def test_a_way_around_the_guard_is_noticed(way, tmp_path, monkeypatch):
    with a_room(tmp_path, monkeypatch, scene="strobe") as room, Watch(monkeypatch) as watch:
        run(room, lambda room, _: way(room.picture), warm=10, hostile=40, watch=watch)
        assert watch.faults(room.picture) != []


# The wire.


def test_the_wire_gets_what_the_lamps_guard_put_out_and_nothing_else(tmp_path, monkeypatch):
    guarded: list[np.ndarray] = []
    apply = LampGuard.apply

    def noted(*given, **named):
        guarded.append(apply(*given, **named))
        return guarded[-1].copy()

    monkeypatch.setattr(LampGuard, "apply", noted)
    with a_room(tmp_path, monkeypatch, scene="strobe") as room:
        run(room, blackout, warm=60, hostile=60)
        rig, heard = room.production.rig, room.ear.heard
        assert len(heard) == len(guarded) > 100
        for frame, light in zip(heard, guarded, strict=True):
            np.testing.assert_array_equal(frame.levels, rig.encode(light))


def test_an_encoder_that_goes_around_the_guard_is_noticed(tmp_path, monkeypatch):
    encode = LampEncoder.encode

    def around(encoder, light, dt, now, *, live):
        encode(encoder, light, dt, now, live=live)
        return encoder.rig.encode(light)

    monkeypatch.setattr(Guard, "apply", lambda _self, picture, *_: picture)
    monkeypatch.setattr(LampEncoder, "encode", around)
    with a_room(tmp_path, monkeypatch, scene="strobe") as room:
        run(room, nothing, warm=60, hostile=45)
        assert worst_lamp(room, 1.5) > MOST


def nodes(word):
    """Names of our modules, below the package, and their syntax, where the word occurs at all."""
    root = Path(__file__).parents[1] / "installation"
    for path in root.rglob("*.py"):
        text = path.read_text()
        if word in text:
            name = path.relative_to(root).as_posix()
            yield from ((name, node) for node in ast.walk(ast.parse(text)))


def callers_of(word):
    """Modules that call what has this name."""
    return {
        name
        for name, node in nodes(f"{word}(")
        if isinstance(node, ast.Call) and getattr(node.func, "id", getattr(node.func, "attr", "")) == word
    }


def test_only_the_wire_speaks_to_the_adapters():
    """Outputs are opened, fed and closed in the keeper, and nowhere else."""
    callers = {
        name
        for name, node in nodes("OutputSupervisor")
        if isinstance(node, ast.Name) and node.id == "OutputSupervisor"
    }
    keeper = {f"keeper/light/{name}.py" for name in ("patching", "rigging", "wire")}
    assert callers == keeper


def test_only_the_picture_makes_an_output_and_only_it_reads_pixels_back():
    makers, encoders = callers_of("Output"), callers_of("Guard")
    # Sound has outputs of its own, which are no pictures.
    assert {one for one in makers if not one.startswith(("bench/", "sound/"))} == {"render/picture.py"}
    assert {one for one in encoders if not one.startswith("bench/")} == {"render/picture.py"}
