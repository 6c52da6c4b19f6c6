"""Composition root: reads the files, builds a stage or a player, starts it, and stops it in reverse order.

Only the command line imports this.
"""

import logging
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from installation import paths
from installation.clock import Clock, GivenClock, MonotonicClock
from installation.contract import ControlSurface, InputAdapter, MessageOutput, PictureOutput
from installation.devices import MessageSupervisor, SurfaceSupervisor
from installation.devices.adapters import InputSupervisor, load_adapters
from installation.devices.installed import kinds
from installation.devices.pictures import PictureSupervisor
from installation.errors import AdapterError, FilesError, GraphicsError, OutdatedError, PhotophoreError
from installation.ipc import prespawn
from installation.ipc.exit_codes import FINDINGS, OUTDATED
from installation.ipc.link import StageLink
from installation.ipc.options import StageOptions
from installation.ipc.telemetry import Publisher
from installation.logs import set_up, tell_findings
from installation.player.authored import check, tree_of
from installation.player.build import build_player
from installation.player.edits.quarantine import Quarantine
from installation.player.inbox import Inbox
from installation.player.player import Player
from installation.player.production import (
    Production,
    checked,
    fallback_production,
    kept_production,
    read_production,
    without_quarantined,
)
from installation.render import cache
from installation.render.gl.context import Context
from installation.render.picture import BAND
from installation.render.window import Window
from installation.show import DEFAULT_SHOW, load_show
from installation.show.venue_model import Venue
from installation.show.watch import Watch
from installation.signal.record import open_replay
from installation.stage.parts import StageParts
from installation.stage.site import SiteFeed
from installation.stage.stage import Stage
from installation.values import HOST, Seconds

__all__ = ["run_stage"]

_SOFTWARE_ROWS = 360
"""Rows of a preview's picture when the CPU renders it."""
_PORTS = 50
"""Number of ports that a preview tries one after the other."""

if TYPE_CHECKING:
    from installation.player.edits.last_good import LastGood, Versions

log = logging.getLogger(__name__)


def run_stage(encoded: str) -> int:
    """Run the stage process, from reading files to the last frame. Returns the exit code.

    Files with errors at the first start end it with ``FINDINGS``. Once a show has been on, an audience may be
    there: a calm fallback is played then, with the findings on the picture, until the files are edited.

    Args:
        encoded: ``StageOptions`` as JSON; or the descriptor over which a prespawned stage receives them.
    """
    numbers = None
    if encoded.startswith(prespawn.MARK):
        order = prespawn.await_order(int(encoded.removeprefix(prespawn.MARK)))
        if order is None:
            return 0
        encoded, numbers = order
    set_up(paths.state_folder(), name="stage", verbose=True)
    for chatty in ("watchfiles", "PIL"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        options = msgspec.json.decode(encoded, type=StageOptions)
        link = StageLink.inherited(numbers=numbers)
    except (msgspec.ValidationError, OutdatedError) as error:
        log.error("this stage does not understand what started it: %s", error)
        return OUTDATED
    try:
        try:
            return _play(options, link, *_read(options, link))
        except FilesError as error:
            return _play_instead(options, link, error)
    except FilesError as error:
        tell_findings(log, error.findings)
        return FINDINGS
    except PhotophoreError as error:
        for line in str(error).splitlines():
            log.error("%s", line)
        return FINDINGS
    finally:
        if link is not None:
            link.close()


def _play_instead(options: StageOptions, link: StageLink | None, error: FilesError) -> int:
    """Play what stands in for files with errors: their last good version, else a calm fallback.

    Raises:
        FilesError: There is no substitute, since nothing has been shown yet.
    """
    if link is None:
        raise error

    from installation.player.edits.last_good import last_good

    lines = tuple(str(finding) for finding in error.findings)
    kept = last_good(paths.state_folder(), _named(options)) if _keeps(options) else None
    if kept is not None:
        said = f"the files have errors; their last good version of {kept.kept} plays until they are corrected"
        try:
            production = kept_production(options, kept.show, error.findings, frozenset(kinds()))
            production, notes = without_quarantined(production, link)
            log.error("%s", said)
            tell_findings(log, error.findings)
            return _play(options, link, production, (said, *lines, *notes))
        except FilesError as another:
            log.error("the last good version cannot be used any more: %s", another)
    if not link.start.restarts:
        raise error
    tell_findings(log, error.findings)
    return _play(options, link, fallback_production(options, error.findings), lines)


def _keeps(options: StageOptions) -> bool:
    """Whether the last good version of the files is kept, and played when they have errors."""
    return options.mode == "run" and not options.shader


def _named(options: StageOptions) -> tuple[str, str]:
    return options.wanted or (options.show or DEFAULT_SHOW, options.venue)


def _versions(options: StageOptions, production: Production) -> "Versions | None":
    """Return what archives the files of a show that plays well; None for a substitute, or if not wanted."""
    if production.stands_in or options.wanted or not _keeps(options):
        return None
    from installation.player.edits.last_good import Versions

    def prove(copy: "LastGood") -> None:
        """Read a copy of the files and check it as at a start. Raises FilesError when it would not play."""
        read = read_production(msgspec.structs.replace(options, show=str(copy.show), venue=str(copy.venue)))
        check(read.show, tree_of(read.show, read.shaders, read.effects))
        for home in ("keeper", "stage"):
            load_adapters(read.venue.adapters, home)

    return Versions(paths.state_folder(), _named(options), prove)


def _read(options: StageOptions, link: StageLink | None) -> tuple[Production, tuple[str, ...]]:
    production = read_production(options, frozenset(kinds()))
    return (production, ()) if link is None else without_quarantined(production, link)


def _play(
    options: StageOptions, link: StageLink | None, production: Production, notes: tuple[str, ...]
) -> int:
    with ExitStack() as stack:
        window, context = _open_graphics(options, production, stack)
        production = _fitted(options, production, context)
        recording = open_replay(Path(options.replay)) if options.replay and not production.stands_in else None
        start: Seconds = link.start.time if link is not None else 0.0
        clock: Clock = GivenClock() if recording is not None else MonotonicClock(start)
        player = _player(options, link, production, clock, window, context, stack)
        inbox = Inbox()
        safe = link is not None and bool(link.start.safe_mode)
        first = link is None or not link.start.restarts
        off = safe or recording is not None
        inputs, outputs = _devices(options, production.venue, inbox, first, off=off)
        pictures = [] if safe else _picture_outputs(production.venue)

        def later() -> tuple[list[InputSupervisor], list[MessageSupervisor]]:
            """Build what safe mode has left out."""
            pictures[:] = _picture_outputs(production.venue)
            return _devices(options, production.venue, inbox, first=False, off=False)

        parts = StageParts(
            production=production,
            read=lambda: checked(load_show(production.show.folder), None, options),
            link=link,
            window=window,
            inbox=inbox,
            watch=Watch(production.watched),
            inputs=inputs,
            outputs=outputs,
            pictures=pictures,
            reach=partial(_publisher, production, inputs, stack) if link is not None else None,
            replayed=recording,
            later=later if safe and recording is None else None,
            notes=(*options.notes, *notes),
            versions=_versions(options, production),
            site=SiteFeed(player, production.venue.site) if recording is None else None,
        )
        return Stage(options, player, parts).run()


def _player(
    options: StageOptions,
    link: StageLink | None,
    production: Production,
    clock: Clock,
    window: Window | None,
    context: Context,
    stack: ExitStack,
) -> Player:
    """Build the stage's player, its picture fitted into the window, at the position of its predecessor."""
    band = window is not None and link is not None and _shows_lamps(options, production)
    quarantine = Quarantine(link.note_shader if link is not None else lambda _note: None)
    player = build_player(production, options, clock, context, band=band, quarantine=quarantine)
    for one in player.warnings:
        log.warning("%s", one)
    if player.picture is not None:
        stack.callback(player.picture.release)
        if window is not None:
            if window.beside is not None:
                window.beside.refusals = player.refusals
            window.fit(player.picture.full_size, player.picture.band)
    started = link is not None and (link.start.restarts or not options.cue)
    if link is not None and started and (link.start.cue or link.start.state):
        player.stand_at(link.start.cue, link.start.state, link.start.state_age)
        if link.start.cue and player.cues.current is None and not production.rests:
            log.warning("cue %s is not in the show any more; it begins from the start", link.start.cue)
    if link is not None and started:
        player.room.choice.restore(link.start.heal)
        player.cues.clock.speed = link.start.speed or player.cues.clock.speed
        player.score.score.cycle = link.start.cycle
        player.score.resume(link.start.score, link.start.cue)
    if link is not None and not production.rests and (link.start.touched or link.start.scene):
        for problem in player.set_again(link.start.touched, link.start.scene):
            log.warning("a value that was set by hand cannot be restored: %s", problem)
    return player


def _shows_lamps(options: StageOptions, production: Production) -> bool:
    """Whether the window has a band below the picture, in which the lamps of the venue are drawn."""
    return options.mode == "preview" and any(spec.kind == "virtual" for spec in production.venue.adapters)


def _open_graphics(
    options: StageOptions, production: Production, stack: ExitStack
) -> tuple[Window | None, Context]:
    canvas = production.venue.canvas
    kept = paths.state_folder() / "shader-cache"
    trouble = cache.choose(kept)
    if trouble:
        log.warning("%s", trouble)
    window = None
    wanted = not options.headless and (options.mode != "run" or bool(production.venue.displays))
    if wanted:
        display = production.venue.displays[0] if production.venue.displays else None
        full = options.mode == "perform" or bool(display and display.fullscreen and options.mode == "run")
        rows = canvas.height + (round(canvas.height * BAND) if _shows_lamps(options, production) else 0)
        if options.mode == "preview":
            display = None  # one window with the whole canvas
        window = Window(f"Photophore: {production.show.title}", (canvas.width, rows), full, display)
        stack.callback(window.close)
    context = Context.create((canvas.width, canvas.height), window, cache=None if trouble else kept)
    stack.callback(context.release)
    others = production.venue.displays[1:] if options.mode != "preview" else ()
    if window is not None and others:
        try:
            window.open_beside(others, fullscreen=options.mode == "perform")
        except GraphicsError as error:
            log.error("%s", error)
    cache.allocate(kept)
    return window, context


def _fitted(options: StageOptions, production: Production, context: Context) -> Production:
    """Reduce the size of a preview without a graphics card, unless a size was requested."""
    canvas = production.venue.canvas
    fast = not context.info.software or canvas.height <= _SOFTWARE_ROWS
    if options.mode != "preview" or options.size or fast:
        return production
    width = round(canvas.width * _SOFTWARE_ROWS / canvas.height)
    drawn, whole = f"{width}x{_SOFTWARE_ROWS}", f"{canvas.width}x{canvas.height}"
    log.info("no graphics card: the picture is rendered at %s (full size: --size %s)", drawn, whole)
    smaller = replace(canvas, width=width, height=_SOFTWARE_ROWS)
    return replace(production, venue=replace(production.venue, canvas=smaller))


def _devices(
    options: StageOptions, venue: Venue, inbox: Inbox, first: bool, *, off: bool
) -> tuple[list[InputSupervisor], list[MessageSupervisor]]:
    """Build the supervised devices of the stage: inputs, including surfaces, and message outputs."""
    adapters = [] if off else load_adapters(venue.adapters, "stage")
    heard = [_claimed(options.mode, one, first) for one in adapters if isinstance(one, InputAdapter)]
    inputs = [
        SurfaceSupervisor(one, inbox.extend)
        if isinstance(one, ControlSurface)
        else InputSupervisor(one, inbox.extend)
        for one in heard
    ]
    return inputs, [MessageSupervisor(one) for one in adapters if isinstance(one, MessageOutput)]


def _picture_outputs(venue: Venue) -> list[PictureSupervisor]:
    """Build the supervised picture outputs, which get the whole canvas."""
    size = venue.canvas.width, venue.canvas.height
    adapters = load_adapters(venue.adapters, "stage")
    return [PictureSupervisor(one, size) for one in adapters if isinstance(one, PictureOutput)]


def _claimed(mode: str, adapter: InputAdapter, first: bool) -> InputAdapter:
    """Build an adapter with a free port: a preview takes the next free one, a show ends if the port is taken.

    Raises:
        PhotophoreError: The port of a starting show is taken; the message names the process that holds it.
    """
    wanted = getattr(adapter.settings, "port", 0)
    if not isinstance(wanted, int) or not wanted or not first:  # a serial line's port is a name
        return adapter
    for port in range(wanted, wanted + _PORTS):
        candidate = adapter
        if port != wanted:
            ports = {"port": port}
            if getattr(adapter.settings, "tcp_port", None):
                ports["tcp_port"] = adapter.settings.tcp_port + port - wanted
            candidate = type(adapter)(adapter.name, msgspec.structs.replace(adapter.settings, **ports))
        try:
            candidate.open()
        except AdapterError as error:
            if "in use" not in error.reason:
                return adapter  # its supervisor will report that, and try again
            if mode != "preview":
                raise PhotophoreError(str(error)) from error
        else:
            if port != wanted:
                log.warning("port %d is in use: %s listens on %d", wanted, adapter.name, port)
            return candidate
    return adapter


def _publisher(production: Production, inputs: list[InputSupervisor], stack: ExitStack) -> Publisher | None:
    """Open the connection to the panel. Without a bus the show plays anyway, but cannot be watched there."""
    from installation.ipc.bus import ZenohBus

    try:
        bus = ZenohBus(paths.run_folders()[0], listen=True)
    except PhotophoreError as error:
        log.warning("no panel: %s", error)
        return None
    stack.callback(bus.close)
    ports = [
        (one.adapter.settings.host, one.adapter.settings.port) for one in inputs if one.adapter.kind == "osc"
    ]
    return Publisher(bus, production.show.name, ports[0] if ports else (HOST, 0))
