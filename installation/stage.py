"""The stage process: the player, its window, its adapters and its keeper, one frame after the other.

Steps 1 to 9 of a frame are the player's; this is what stands around them: presenting, publishing, the
heartbeat and the pace, and the commands that concern windows and files.
"""

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
from PIL import Image

from installation import isf, paths
from installation.adapters import InputSupervisor, reports
from installation.clock import GivenClock, Pacer
from installation.desk import Desk
from installation.errors import FilesError
from installation.hud import Hud, Pace
from installation.inbox import Entry, Inbox
from installation.keeper.link import StageLink
from installation.keeper.mapping import Heartbeat
from installation.loop import Player, Step
from installation.options import StageOptions
from installation.panel.messages import Publisher
from installation.render.window import Window
from installation.show import load_show
from installation.show.excerpt import shorten
from installation.show.model import Venue
from installation.show.watch import Watch
from installation.signal.record import Recorded, record_line
from installation.signal.trace import trace_line
from installation.values import Command, Reading, Seconds

__all__ = ["Company", "Stage"]

RATE = 60.0
"""Frames a second that are aimed at."""

_TELEMETRY: Seconds = 0.5
_HUD: Seconds = 0.2

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Company:
    """Everybody whom the stage works with.

    Attributes:
        venue: The room.
        link: To the keeper; None when played without one.
        window: None headless.
        inputs: Supervised input adapters.
        publisher: Tells the panel; None without one.
        inbox: What they put into.
        watch: Tells of edited files.
        replayed: A recording to play back instead of live input.
        notes: What people should know from the start; stands on the picture until the next good edit.
    """

    venue: Venue
    link: StageLink | None
    window: Window | None
    inbox: Inbox
    watch: Watch
    inputs: list[InputSupervisor] = field(default_factory=list)
    publisher: Publisher | None = None
    replayed: Iterator[Recorded] | None = None
    notes: tuple[str, ...] = ()


class Stage:
    """Plays until somebody ends it.

    Args:
        options: What was asked for.
        player: Plays.
        company: Whom it works with.
    """

    def __init__(self, options: StageOptions, player: Player, company: Company) -> None:
        self._options = options
        self._player = player
        self._company = company
        self._desk = Desk(company.link, player) if company.link else None
        self._hud = Hud(greet=options.mode == "preview", notes=company.notes)
        self._pace = Pace()
        self._pacer = Pacer(RATE)
        self._quit = False
        self._presented: Seconds | None = None
        self._began: Seconds | None = None
        self._told_at: Seconds = 0.0
        self._hud_at: Seconds = -1.0
        self._wire = 0
        self._public: dict[str, int] = {}
        self._lamp_rows = _lamp_rows(player, company.venue)
        self._files = ExitStack()
        self._recording = self._open(options.record)
        self._trace = self._open(options.trace)

    def run(self) -> int:
        """Until the user quits, the time is over, or the keeper is gone. Returns the exit code."""
        for supervisor in self._company.inputs:
            supervisor.start()
        try:
            while not self._quit:
                self.frame()
                self._pacer.wait()
        finally:
            for supervisor in self._company.inputs:
                supervisor.stop()
            self._company.watch.close()
            self._files.close()
        return 0

    def frame(self) -> None:
        """One frame, without pacing: in, play, present, publish, heartbeat."""
        began = time.monotonic()
        entries = self._entries(began)
        # From begin to begin: the sum over frames is real time, whatever each of them took.
        elapsed = None if self._began is None else began - self._began
        self._began = began
        step = self._player.step(entries, began, elapsed)
        self._note(step, entries)
        self._handle(step)
        self._present(began)
        self._publish(step, began)
        if self._company.link is not None:
            cue = self._player.cues.current
            beat = Heartbeat(step.frame.index, time.monotonic(), step.frame.time, cue.id if cue else "")
            self._company.link.mapping.mark(beat)
            self._quit = self._quit or self._company.link.orphaned
        if self._options.seconds is not None and step.frame.time >= self._options.seconds:
            self._quit = True

    # In.

    def _entries(self, now: Seconds) -> list[Entry]:
        company = self._company
        if company.window is not None:
            company.window.poll(company.inbox.put)
        if self._desk is not None:
            company.inbox.extend(self._desk.commands())
        company.inbox.extend(
            Command("reload", (str(path),), now, "files") for path in sorted(company.watch.changed())
        )
        if company.replayed is not None:
            return self._replayed(company.replayed)
        company.inbox.extend(self._player.features())
        return company.inbox.drain()

    def _replayed(self, recording: Iterator[Recorded]) -> list[Entry]:
        # What people do now still counts for windows and for quitting, but not for the piece.
        live = [
            one for one in self._company.inbox.drain() if isinstance(one, Command) and one.verb in _LIVE_VERBS
        ]
        recorded = next(recording, None)
        if recorded is None:
            self._quit = True
            return list(live)
        if isinstance(self._player.clock, GivenClock):
            self._player.clock.dt = recorded.dt
        return [*recorded.inbox, *live]

    def _note(self, step: Step, entries: Sequence[Entry]) -> None:
        """Write the recording and the trace, tell those who watch, remember signals for the HUD."""
        if self._recording is not None:
            self._recording.write(record_line(step.frame, entries) + "\n")
        if self._trace is not None:
            self._trace.write(trace_line(step.frame, self._player.signals, self._player.tree) + "\n")
        if self._desk is not None:
            self._desk.tell_watchers(entries)
        for entry in entries:
            if (
                isinstance(entry, Reading)
                and entry.source != "picture"
                and not entry.private
                and entry.values
            ):
                value = entry.values[0]
                if isinstance(value, (int, float)):
                    self._hud.hear(entry.address, float(value))

    # Commands that are not the player's.

    def _handle(self, step: Step) -> None:
        unknown, refused = [], list(step.refused)
        for command in step.left:
            try:
                if not self._obey(command):
                    unknown.append(command)
            except OSError as error:  # a folder that is not there or full must not end the show
                where = error.filename or command.verb
                refused.append((command, f"{where} cannot be written: {error.strerror or error}"))
        for command, reason in refused:
            log.warning("%s from %s: %s", command.verb, command.source or "nobody", reason)
        if self._desk is not None:
            self._desk.settle(unknown, refused)

    def _obey(self, command: Command) -> bool:
        match command.verb:
            case "quit" | "stop":
                self._quit = True
            case "hud":
                self._hud.shown = not self._hud.shown
            case "fullscreen":
                if self._company.window is not None:
                    self._company.window.toggle_fullscreen()
            case "screenshot":
                self._screenshot()
            case "reload":
                self._reload(Path(str(command.arguments[0])))
            case "record":
                self._toggle_recording(str(command.arguments[0]))
            case _:
                return False
        return True

    def _screenshot(self) -> None:
        if self._player.picture is None:
            return
        folder = paths.state_folder() / "screenshots"
        folder.mkdir(exist_ok=True)
        path = folder / time.strftime(f"{self._player.show.name}-%Y%m%d-%H%M%S.png")
        Image.fromarray(self._player.picture.image()).save(path)
        log.info("screenshot %s", path)

    def _toggle_recording(self, path: str) -> None:
        if self._recording is not None:
            self._recording.close()
            self._recording = None
        else:
            self._recording = self._open(path)

    def _open(self, path: str) -> IO[str] | None:
        return self._files.enter_context(Path(path).open("w", encoding="utf-8")) if path else None

    def _reload(self, path: Path) -> None:
        """A file was edited: take it over between two frames, or say what is wrong and go on as before.

        What is wrong is remembered by file: a good edit of one does not hide that another is still broken.
        """
        subject = path if path.suffix != ".toml" else self._player.show.folder
        try:
            if path.suffix == ".toml":
                self._reload_show()
            else:
                self._reload_shader(path)
        except FilesError as error:
            self._hud.broken[subject] = [
                (
                    Path(one.where.file),
                    f"{shorten(one.where)}: {one.message}" + (f"; {one.hint}" if one.hint else ""),
                )
                for one in error.findings
            ]
            log.error("%s", error)
        else:
            self._hud.mended(subject)

    def _reload_show(self) -> None:
        show = self._player.show
        if not show.files:  # a single shader is played, there is no show to read
            return
        edited = load_show(str(show.folder))
        self._player.replace(edited, {scene: isf.parse(spec.shader) for scene, spec in edited.scenes.items()})

    def _reload_shader(self, path: Path) -> None:
        picture = self._player.picture
        if picture is None:
            return
        self._player.probation.loading(path)
        replaced = picture.host.reload(path)
        for scene, spec in self._player.show.scenes.items():
            renderer = picture.scenes[scene]
            if spec.shader == path and renderer.shader.path != path:  # it rested in quarantine
                renderer.replace(isf.parse(path))
                replaced += 1
        if replaced:
            shaders = {scene: renderer.shader for scene, renderer in picture.scenes.items()}
            self._player.replace(self._player.show, shaders)

    # Out.

    def _present(self, began: Seconds) -> None:
        picture, window = self._player.picture, self._company.window
        now = time.monotonic()
        if picture is not None:
            if began - self._hud_at >= _HUD:
                self._hud_at = began
                picture.overlay.write(self._hud.lines(self._player.frame.time, self._status_lines()))
            self._draw_lamps()
            if window is not None:
                picture.show(window)
                window.present()
            picture.context.collect()
            now = time.monotonic()
        if self._presented is not None:
            self._pace.add(now - self._presented, self._pacer.period)
        self._presented = now

    def _draw_lamps(self) -> None:
        """Show in the preview's band what is really on the wire."""
        picture, link = self._player.picture, self._company.link
        if picture is None or link is None or not picture.band:
            return
        found = link.mapping.wire.newest(self._wire)
        if found is None:
            return
        self._wire, data = found
        shown = self._player.rig.appearance(np.frombuffer(data, np.uint8))
        fixtures, pixels = self._lamp_rows
        picture.lamps.write(shown[fixtures], shown[pixels])

    def _publish(self, step: Step, now: Seconds) -> None:
        link, publisher = self._company.link, self._company.publisher
        if link is not None:
            link.mapping.state.write(step.light.to_bytes())
        if now - self._told_at >= _TELEMETRY:
            self._told_at = now
            said = self.status()
            names = self._player.signals.names()
            self._public = {
                name: index for name in names if (index := self._player.signals.index(name)) is not None
            }
            if link is not None:
                link.report(said)
            if publisher is not None:
                publisher.telemetry(now, said)
        if publisher is not None:
            publisher.publish(now, self._player.tree, self._public, self._player.signals.values)
            picture = self._player.picture
            if picture is not None and publisher.wants_picture(now):
                publisher.picture(now, picture.jpeg())

    def status(self) -> dict[str, Any]:
        """The stage's part of ``status --json``."""
        player, picture = self._player, self._player.picture
        cue = player.cues.current
        report = picture.report() if picture is not None else None
        return {
            "show": player.show.name,
            "cue": cue.id if cue else "",
            "scene": player.cues.scene.after,
            "frame": {
                "index": player.frame.index,
                "fps": round(self._pace.fps, 2),
                "p50_ms": round(self._pace.percentile(0.5) * 1000, 3),
                "p99_ms": round(self._pace.percentile(0.99) * 1000, 3),
                "late": self._pace.late,
            },
            "guard": {
                "active": bool(report and report.active),
                "reduction": round(report.reduction, 4) if report else 0.0,
            },
            "errors": list(self._hud.errors),
            "adapters": reports(self._company.inputs),
        }

    def _status_lines(self) -> list[str]:
        if not self._hud.shown:
            return []
        said = self.status()
        frame, guard = said["frame"], said["guard"]
        standby = self._player.cues.standby
        following = standby.id if standby else "-"
        working = f"active, takes {guard['reduction'] * 100:.1f} %" if guard["active"] else "idle"
        lines = [
            f"{said['show']}   scene {said['scene']}   cue {said['cue'] or '-'}   standby {following}",
            f"{frame['fps']:.1f} fps   p99 {frame['p99_ms']:.1f} ms   late {frame['late']}   guard {working}",
        ]
        lines += [f"{one['name']}: {one['state']}  {one['detail']}" for one in said["adapters"]]
        return lines


_LIVE_VERBS = frozenset({"quit", "stop", "hud", "fullscreen", "screenshot", "panic"})


def _lamp_rows(player: Player, venue: Venue) -> tuple[list[int], list[int]]:
    """Rows of the rig for the band: one per fixture, and every lamp of the pixel items."""
    names = player.rig.names
    fixtures = [int(names[one.name][0]) for one in venue.fixtures if one.name in names]
    pixels = [int(row) for one in venue.pixels if one.name in names for row in names[one.name]]
    return fixtures, pixels
