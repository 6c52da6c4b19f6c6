"""Composition root: reads the files, builds a stage or a player, starts, and stops in reverse.

Only the command line imports this.
"""

import gc
import logging
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import msgspec

from installation import isf, paths
from installation.adapters import InputSupervisor, kinds, load_adapters
from installation.clock import Clock, GivenClock, MonotonicClock
from installation.contract import InputAdapter
from installation.errors import FilesError, GraphicsError, PhotophoreError, ShaderError, ShowError
from installation.inbox import Inbox
from installation.keeper.link import StageLink
from installation.keeper.supervisor import FINDINGS
from installation.light import Rig, load_profiles
from installation.logs import set_up
from installation.loop import Player
from installation.options import StageOptions
from installation.panel.messages import Publisher
from installation.probation import Probation
from installation.render.context import Context
from installation.render.picture import Picture, Plan
from installation.render.window import Window
from installation.show import DEFAULT_SHOW, load_show, load_venue
from installation.show.model import Canvas, SceneSpec, Show, Venue
from installation.show.resolve import references
from installation.show.watch import Watch
from installation.signal.record import open_replay
from installation.stage import Company, Stage
from installation.values import Finding, Seconds, Where

__all__ = ["EXIT_RESTART", "Piece", "build_player", "piece_of", "read_piece", "run_stage"]

EXIT_RESTART = 75
"""Exit code that asks the keeper for a new stage (EX_TEMPFAIL of sysexits.h)."""

_SOME_DAY = datetime(2026, 1, 1, 12)  # ISF DATE is local time

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Piece:
    """Everything that is read from files before anything is opened."""

    show: Show
    venue: Venue
    shaders: Mapping[str, isf.Shader]
    rig: Rig
    given: Path | None = None
    """What ``inputImage`` is bound to."""


def read_piece(options: StageOptions, installed: frozenset[str] = frozenset()) -> Piece:
    """Read and check the show, the venue and the shaders.

    Raises:
        ShowError, ShaderError: all findings at once.
    """
    show = _single(Path(options.shader)) if options.shader else load_show(options.show or DEFAULT_SHOW)
    venue = load_venue(options.venue)
    return piece_of(show, venue, options, installed)


def piece_of(
    show: Show, venue: Venue, options: StageOptions, installed: frozenset[str] = frozenset()
) -> Piece:
    """Check a show in a venue and read its shaders.

    Raises:
        ShowError, ShaderError: all findings at once.
    """
    if options.size is not None:
        metres = venue.canvas.metres_per_height
        venue = replace(venue, canvas=Canvas(options.size[0], options.size[1], metres))
    findings = [one for one in references(show, venue, installed) if one.severity == "error"]
    if findings:
        raise ShowError(findings)
    shaders: dict[str, isf.Shader] = {}
    wrong: list[Finding] = []
    for scene, spec in show.scenes.items():
        try:
            shaders[scene] = isf.parse(spec.shader)
        except ShaderError as error:
            wrong += error.findings
    if wrong:
        raise ShaderError(wrong)
    if options.scene:
        if options.scene not in show.scenes:
            message = f"no scene {options.scene!r}"
            raise ShowError(
                [Finding(Where(str(show.folder)), message, f"there are {', '.join(show.scenes)}")]
            )
        show = replace(show, start=options.scene, cues=())
    if options.cue and options.cue not in {cue.id for cue in show.cues}:
        hint = f"there are {', '.join(cue.id for cue in show.cues) or 'none'}"
        raise ShowError([Finding(Where(str(show.folder)), f"no cue {options.cue!r}", hint)])
    given = _given(options.input, show) if options.input else None
    return Piece(show, venue, shaders, Rig(venue, load_profiles()), given)


def _single(shader: Path) -> Show:
    """A show that consists of one ISF file."""
    path = shader.resolve()
    if not path.is_file():
        raise ShaderError([Finding(Where(str(shader)), "no such file", "give the path of an ISF file (.fs)")])
    spec = SceneSpec("shader", path, {}, Where(str(path)))
    return Show(
        name=path.stem, title=path.stem, folder=path.parent, scenes={"shader": spec}, signals=(), routes=(),
        cues=(), presets={}, start="shader",
    )  # fmt: skip


def _given(name: str, show: Show) -> Path:
    if name in show.scenes:
        return show.scenes[name].shader
    path = Path(name).resolve()
    shipped = paths.shaders() / "scenes" / f"{name}.fs"
    if not path.is_file() and shipped.is_file():
        return shipped
    if not path.is_file():
        message = f"--input {name}: neither a picture file nor a scene"
        raise ShowError(
            [Finding(Where(name), message, "give a PNG, a JPEG, an ISF file or the name of a scene")]
        )
    return path


def build_player(
    piece: Piece,
    options: StageOptions,
    clock: Clock,
    context: Context | None,
    *,
    band: bool = False,
    repeatable: bool = False,
    probation: Probation | None = None,
) -> Player:
    """Build the player, with a picture when there is a context.

    Args:
        piece: What to play.
        options: Seed and cue.
        clock: Makes the frames.
        context: Where to draw; None plays without a picture.
        band: Whether the venue's lamps are drawn below the picture.
        repeatable: Whether the wall clock (ISF's DATE) stands still, so that pictures can be compared.
        probation: Told before a shader is compiled, and before each frame.
    """
    picture = None
    if context is not None:
        venue, rig = piece.venue, piece.rig
        fixtures = sum(1 for one in venue.fixtures if one.name in rig.names) if band else 0
        pixels = sum(len(rig.names[one.name]) for one in venue.pixels if one.name in rig.names) if band else 0
        canvas = venue.canvas
        plan = Plan(
            size=(canvas.width, canvas.height),
            guard=venue.guard,
            metres_per_height=canvas.metres_per_height,
            samples=rig.samples,
            fixtures=fixtures,
            pixels=pixels,
            given=piece.given,
            today=(lambda: _SOME_DAY) if repeatable else datetime.now,
        )
        picture = Picture(context, plan)
    network = [spec.name for spec in piece.venue.adapters if spec.kind == "osc"]
    player = Player(
        piece.show,
        piece.shaders,
        piece.rig,
        clock,
        picture,
        seed=options.seed,
        network=network,
        probation=probation,
    )
    if options.cue:
        player.stand_at(options.cue)
    return player


def run_stage(encoded: str) -> int:
    """The stage process: everything from files to the last frame. Returns the exit code."""
    options = msgspec.json.decode(encoded, type=StageOptions)
    set_up(paths.state_folder(), name="stage", verbose=True)
    for chatty in ("watchfiles", "PIL"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    link = StageLink.inherited()
    try:
        return _play(options, link)
    except (FilesError, GraphicsError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the stage's stderr is the command line's
        return FINDINGS
    finally:
        if link is not None:
            link.close()


def _excused(piece: Piece, link: StageLink) -> tuple[Piece, tuple[str, ...]]:
    """Leave out what took a stage down before; returns what is left and a line about each loss."""
    notes = [f"safe mode: {link.start.safe_mode}; inputs are off"] if link.start.safe_mode else []
    shaders = dict(piece.shaders)
    rest = isf.parse(paths.shaders() / "patterns" / "rest.fs")
    for scene, shader in piece.shaders.items():
        if link.quarantined(shader.path):
            shaders[scene] = rest
            notes.append(f"{shader.path.name} took the stage down and rests; edit it to try again")
    return replace(piece, shaders=shaders), tuple(notes)


def _play(options: StageOptions, link: StageLink | None) -> int:
    piece = read_piece(options, frozenset(kinds()))
    notes: tuple[str, ...] = ()
    if link is not None:
        piece, notes = _excused(piece, link)
    with ExitStack() as stack:
        window, context = _open_graphics(options, piece, stack)
        recording = open_replay(Path(options.replay)) if options.replay else None
        start: Seconds = link.start.time if link is not None else 0.0
        clock: Clock = GivenClock() if recording is not None else MonotonicClock(start)
        virtual = any(spec.kind == "virtual" for spec in piece.venue.adapters)
        band = options.mode == "preview" and virtual and link is not None and window is not None
        probation = Probation(link.probation if link is not None else lambda _path: None)
        player = build_player(piece, options, clock, context, band=band, probation=probation)
        if player.picture is not None:
            stack.callback(player.picture.release)
            if window is not None:
                window.fit(player.picture.full_size, player.picture.band)
        if link is not None and link.start.cue and not options.cue:
            player.stand_at(link.start.cue)
        inbox = Inbox()
        safe = link is not None and bool(link.start.safe_mode)
        inputs = [] if safe or recording is not None else _inputs(piece.venue, inbox)
        company = Company(
            venue=piece.venue,
            link=link,
            window=window,
            inbox=inbox,
            watch=Watch(_watched(piece)),
            inputs=inputs,
            publisher=_publisher(piece, inputs, stack) if link is not None else None,
            replayed=recording,
            notes=notes,
        )
        gc.collect()
        gc.freeze()  # the world is built: full collections have little left to look at
        return Stage(options, player, company).run()


def _open_graphics(options: StageOptions, piece: Piece, stack: ExitStack) -> tuple[Window | None, Context]:
    canvas = piece.venue.canvas
    window = None
    wanted = not options.headless and (options.mode != "run" or bool(piece.venue.displays))
    if wanted:
        display = piece.venue.displays[0] if piece.venue.displays else None
        full = options.mode == "perform" or bool(display and display.fullscreen and options.mode == "run")
        screen = display.screen if display else 0
        window = Window(f"Photophore: {piece.show.title}", (canvas.width, canvas.height), full, screen)
        stack.callback(window.close)
    cache = paths.state_folder() / "shader-cache"
    context = Context.create((canvas.width, canvas.height), window, cache=cache)
    stack.callback(context.release)
    return window, context


def _inputs(venue: Venue, inbox: Inbox) -> list[InputSupervisor]:
    adapters = load_adapters(venue.adapters, "stage")
    return [InputSupervisor(one, inbox.extend) for one in adapters if isinstance(one, InputAdapter)]


def _publisher(piece: Piece, inputs: list[InputSupervisor], stack: ExitStack) -> Publisher | None:
    """The way to the panel. Without a bus the show plays all the same, only nobody can look in."""
    from installation.bus import ZenohBus

    try:
        bus = ZenohBus(paths.state_folder(), listen=True)
    except PhotophoreError as error:
        log.warning("no panel: %s", error)
        return None
    stack.callback(bus.close)
    ports = [
        (one.adapter.settings.host, one.adapter.settings.port) for one in inputs if one.adapter.kind == "osc"
    ]
    return Publisher(bus, piece.show.name, ports[0] if ports else ("127.0.0.1", 0))


def _watched(piece: Piece) -> list[Path]:
    files = {path for shader in piece.shaders.values() for path in shader.files}
    files |= {spec.shader for spec in piece.show.scenes.values()}
    return sorted(files | set(piece.show.files))
