"""The stage process: runs the player with its window, adapters and keeper, frame by frame.

Steps 1 to 9 of a frame belong to the player; this module does the rest: presenting, publishing, the
heartbeat and the pacing, and the commands for windows and files.
"""

import gc
import logging
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from installation.clock import Pacer, Sweep
from installation.commands import COMMANDS, By, arguments, bound
from installation.devices.adapters import refusals, reports
from installation.errors import CommandError
from installation.ipc.exit_codes import RESTART
from installation.ipc.link import Start
from installation.ipc.options import StageOptions
from installation.player.edits.quarantine import at_rest
from installation.player.inbox import Entry
from installation.player.player import Player, Step
from installation.player.production import SAFE_MODE
from installation.render.gl import wait
from installation.render.picture import Picture
from installation.stage.clients.requests import Requests
from installation.stage.clocks.schedule_clock import ScheduleClock
from installation.stage.clocks.score_clock import ScoreClock, is_first_stage
from installation.stage.containment import Containment
from installation.stage.controls import StageSurfaces
from installation.stage.edits.hot_reload import HotReload
from installation.stage.frame_stats import FrameStats
from installation.stage.guard_log import GuardLog
from installation.stage.hud import Hud, darkness, summary
from installation.stage.lamps import StageLamps
from installation.stage.mapping import Calibration
from installation.stage.outgoing.mirror import Mirror
from installation.stage.outgoing.sending import Sending
from installation.stage.outlet import Outlet
from installation.stage.parts import StageParts
from installation.stage.playback import Playback
from installation.stage.precompiling import Precompiling
from installation.stage.pulse import Pulse
from installation.stage.recorder import Recorder
from installation.stage.render_scale import RenderScale
from installation.stage.run_memory import run_memory
from installation.stage.sound import SoundFeed
from installation.status import InboxStatus, StageStatus
from installation.values import Command, Frame, Seconds

__all__ = ["Stage"]

_SWITCH: Seconds = 0.001  # longest delay of a frame by a busy adapter thread; Python's default is 5 ms
_HUD: Seconds = 0.2
_SLACK: Seconds = 0.002
"""Left of a frame's time when it stops waiting for its own picture."""

log = logging.getLogger(__name__)


class Stage:
    """Plays until it is ended.

    Args:
        options: Options of the command line.
        player: The player to run.
        parts: Everything else that it works with.
    """

    def __init__(self, options: StageOptions, player: Player, parts: StageParts) -> None:
        self._options = options
        self._player = player
        self._parts = parts
        self._requests = Requests(parts.link, player, lambda: reports(parts.inputs)) if parts.link else None
        self._hud = Hud(greet=options.mode == "preview", notes=parts.notes)
        canvas = parts.production.venue.canvas
        self._pulse = Pulse(player, parts.link, parts.production.stands_in)
        self._frame_stats = FrameStats(canvas.rate, self._beat)
        self._pacer = Pacer(canvas.rate)
        self._render_scale = RenderScale(canvas.rate, canvas.height)
        self._blocked: Seconds = 0.0
        self._quit = self._restart = False
        self._lamps = StageLamps(player, parts.production, parts.link)
        self._calibration = Calibration(player, parts, self._hud)
        self._hot_reload = HotReload(
            player, parts.production, parts.read, parts.link, self._hud, parts.watch,
            at_once=parts.replayed is not None, repatch=self._calibration.also(self._lamps.repatch),
        )  # fmt: skip
        self._began: Seconds | None = None
        self._contained = Containment()
        first = is_first_stage(parts.link)
        start = parts.link.start if parts.link is not None else Start()
        continues = start.time > 0.0 and (start.restarts > 0 or start.unclean)
        self._sound = SoundFeed(options, player, lambda: self._lamps.venue, first=first, continues=continues)
        self._outlet = Outlet(
            player, parts.link, self._contained, parts.publisher, parts.reach, parts.pictures,
            keeps_hand=not parts.production.rests, sound=self._sound, site=parts.site,
        )  # fmt: skip
        self._safe_mode = parts.link.start.safe_mode if parts.link is not None else ""
        self._hud_at: Seconds = -1.0
        self._playback = Playback(parts.replayed, player.clock) if parts.replayed is not None else None
        live = parts.replayed is None
        self._surfaces = StageSurfaces(player, lambda: parts.devices, self._hud, options, live=live)
        self._sending = Sending(player, parts.outputs, parts.production.venue, off=not live)
        self._mirror = Mirror(player.tree, parts.inputs)
        self._guard_log = GuardLog(player, parts.production.venue)
        self._precompiling = Precompiling(player, self._hud)
        self._score_clock = ScoreClock(options, player, first=first)
        alive = parts.link.start.alive if parts.link is not None else 0.0
        self._schedule_clock = ScheduleClock(options, player, parts.production.venue.place, alive)
        self._remember = run_memory(options, player, parts.production.rests)
        self._recorder = Recorder(options.record, parts.link.start.restarts if parts.link else 0)
        self._handlers = self._verbs()

    def run(self) -> int:
        """Run until the user quits, the time is over, or the keeper is gone. Returns the exit code.

        A stage that plays a fallback asks to be restarted as soon as any file is edited.
        """
        sys.setswitchinterval(_SWITCH)
        try:
            with Sweep() as sweep:
                self.frame()
                log.info("the first picture is shown")
                self._settle()
                while not self._quit:
                    self.frame()
                    self._contained.run("fresh light", self._freshen, None)
                    sweep.step()
                    self._pacer.wait()
        finally:
            for supervisor in self._parts.devices:
                supervisor.stop()
            self._hot_reload.close()
            self._surfaces.close()
            self._calibration.close()
            self._recorder.close()
            self._sound.close()
            if self._playback is not None:
                self._playback.close()
        return RESTART if self._restart else 0

    def _settle(self) -> None:
        """Do everything that must not delay the first picture."""
        parts = self._parts
        self._surfaces.settle()
        for supervisor in parts.devices:
            supervisor.start()
        self._lamps.tell()
        self._outlet.open(time.monotonic())
        gc.collect()
        gc.freeze()  # leaves full collections little to scan

    def frame(self) -> None:
        """Run one frame, without pacing: input, play, present, publish, heartbeat.

        A failure is reported, and the last picture remains; only the first frame must not fail.
        """
        began = time.monotonic()
        if self._began is None:
            self._frame(began)
        elif self._contained.frame(lambda: self._frame(began), began) is None:
            self._survive(began)

    def _frame(self, began: Seconds) -> Frame:
        entries = self._entries(began)
        # From start to start: the sum over frames is real time, whatever each of them took.
        elapsed = None if self._began is None else began - self._began
        self._began = began
        self._lamps.hear(began)
        step = self._player.step(entries, began, elapsed)
        self._contained.run("sending messages", lambda: self._sending.frame(step.frame, began), None)
        self._contained.run("showing values to remotes", lambda: self._mirror.frame(entries, began), None)
        self._guard_log.see(began)
        self._contained.run("lights of controllers", self._surfaces.frame, None)
        self._contained.run("notifying subscribers", lambda: self._note(step, entries), None)
        self._handle(step)
        self._present(began)
        self._outlet.put(step, began, self.status)
        self._frame_stats.mark(step.frame)
        self._scale(time.monotonic() - began - self._blocked, began)
        self._contained.run("saving marks and resting places", lambda: self._remember(began), None)
        self._contained.run("compiling shaders in advance", self._precompiling.frame, None)
        player, versions = self._player, self._parts.versions
        settled = player.quarantine.settled and self._precompiling.over
        if versions and settled and not (self._hud.errors or self._hot_reload.busy):
            versions.see(player.show, (player.shaders, player.effects), self._lamps.venue)
        if self._options.seconds is not None:
            begun = self._parts.link.start.began if self._parts.link is not None else 0.0
            self._quit = self._quit or step.frame.time - begun >= self._options.seconds
        return step.frame

    def _freshen(self) -> None:
        """Give the lamps the colours of this frame's picture, if it is drawn before the next frame is due."""
        if self._parts.link is not None:
            light = self._player.fresh_light(max(self._pacer.rest - _SLACK, 0.0))
            if light is not None:
                self._outlet.light(light)

    def _scale(self, work: Seconds, now: Seconds) -> None:
        if self._playback is None and self._player.picture is not None:
            scale, scene = self._player.picture.scale, self._player.cues.scene.after
            self._parts.inbox.extend(self._render_scale.look(work, scene, now, scale))

    def _survive(self, now: Seconds) -> None:
        """Handle a failed frame: refuse its commands, and send the heartbeat."""
        self._player.quarantine.done()
        self._player.tree.end_frame()
        if self._requests is not None:
            self._requests.settle([], [], "the frame that should have done it failed; see the log")
        self._beat(self._player.frame, now)

    def _beat(self, frame: Frame, now: Seconds) -> None:
        """Send the keeper the heartbeat; without a keeper the stage ends."""
        self._quit = not self._pulse.send(frame, now) or self._quit

    # Input.

    def _entries(self, now: Seconds) -> list[Entry]:
        parts = self._parts
        if parts.window is not None:
            parts.window.poll(parts.inbox.put)
        if self._requests is not None:
            parts.inbox.extend(self._requests.commands())
        parts.inbox.extend(self._outlet.entries(now, safe_mode=bool(self._safe_mode)))
        none: Sequence[Path] = ()
        for path in self._contained.run("reading edited files", lambda: self._hot_reload.changed(now), none):
            parts.inbox.put(Command("reload", (str(path),), now, "files"))
        if self._playback is not None:
            replayed = self._playback.entries(parts.inbox.drain())
            self._quit = self._quit or self._playback.over
            return replayed
        parts.inbox.extend((*self._score_clock.commands(now), *self._schedule_clock.commands(now)))
        self._score_clock.closed = self._schedule_clock.stopped
        parts.inbox.extend(self._player.features())
        return parts.inbox.drain(now)

    def _note(self, step: Step, entries: Sequence[Entry]) -> None:
        """Write the recording, notify subscribers, remember signals for the HUD."""
        self._recorder.note(step.frame, entries)
        if self._requests is not None:
            self._requests.tell_watchers(entries)
        self._hud.listen(entries)
        self._outlet.operator.hear(entries)

    def _handle(self, step: Step) -> None:
        unheard = self._playback.unheard if self._playback is not None else []
        refused = [*step.refused, *((one, "a recording is being played") for one in unheard)]
        unknown = [one for one in step.left if one.verb not in self._handlers]
        told = [*step.told]
        for command in step.left:
            try:
                if command.verb in self._handlers:
                    told.append((command, self._obey(command)))
            except CommandError as error:
                refused.append((command, str(error)))
            except OSError as error:  # a missing folder or a full disk must not end the show
                where = error.filename or command.verb
                refused.append((command, f"{where} cannot be written: {error.strerror or error}"))
            except Exception as error:
                log.exception("%s failed", command.verb)
                refused.append((command, f"{command.verb} failed: {type(error).__name__}: {error}"))
        for command, words in step.told:
            log.info("%s from %s: %s", command.verb, command.source or "nobody", words)
        for command, reason in refused:
            log.warning("%s from %s: %s", command.verb, command.source or "nobody", reason)
            self._player.refusals.note(f"{command.verb} was not carried out", reason)
        if self._requests is not None:
            self._requests.settle(unknown, refused, told=told)

    def _verbs(self) -> Mapping[str, Callable[..., object]]:
        """Return the function of each command for windows and files."""
        return bound(
            (one for one in COMMANDS.values() if one.by is By.STAGE),
            {
                "quit": self._end,
                **self._hud.verbs(lambda: self._outlet.stories.page),
                **self._calibration.verbs(),
                "screenshot": self._screenshot,
                "reload": self._reload,
                "record": self._recorder.toggle,
                "send": self._sending.command,
                "release": self._release,
                "release-hub": self._outlet.release_hub,
                "leave-safe-mode": self._leave_safe_mode,
            },
        )

    def _obey(self, command: Command) -> str:
        """Carry out a command; what it tells of it. Raises CommandError or OSError."""
        words = self._handlers[command.verb](*arguments(command))
        return words if isinstance(words, str) else ""

    def _end(self) -> None:
        self._quit = True

    def _screenshot(self) -> None:
        if self._player.picture is not None:
            self._player.media.must_be_storable()
            self._recorder.screenshot(self._player.show.name, self._player.picture.image())

    def _reload(self, path: str) -> None:
        if self._parts.production.stands_in:
            self._quit = self._restart = True
        else:
            self._hot_reload.take(Path(path))

    def _leave_safe_mode(self) -> None:
        """Open the inputs that safe mode has left out."""
        parts, self._safe_mode = self._parts, ""
        self._hud.notes = tuple(note for note in self._hud.notes if not note.startswith(SAFE_MODE))
        if parts.later is not None and not parts.devices:
            parts.inputs[:], parts.outputs[:] = parts.later()
            self._outlet.renew(time.monotonic())
            self._surfaces.settle()
            for supervisor in parts.devices:
                supervisor.start()

    def _release(self, path: str | None) -> None:
        """Load a file that was in quarantine; the keeper names each by its path."""
        if self._parts.link is not None and path is not None:
            self._parts.link.release(path)
            self._hud.notes = tuple(note for note in self._hud.notes if path not in note)
            self._reload(path)

    def _present(self, began: Seconds) -> None:
        player, picture, window = self._player, self._player.picture, self._parts.window
        if picture is not None:
            if began - self._hud_at >= _HUD:
                self._hud_at = began
                self._hud.sound, cues = self._sound.prompt, player.cues
                causes = player.blackout.causes(player.show, cues.current)
                self._hud.dark = darkness(player.dark, cues.calmed, *causes)
                self._contained.run("the text on the picture", lambda: self._write(picture), None)
            self._lamps.draw()
            self._contained.run("the calibration of the windows", self._calibration.frame, None)
            if window is not None:
                picture.show(window)
                shown = time.monotonic()
                window.present()
                self._blocked = time.monotonic() - shown  # until the display has taken it
            if self._player.quarantine.noted:
                wait.finish(picture.context)  # a new shader fails here, while it is noted
            picture.context.collect()
        self._player.quarantine.done()

    def _write(self, picture: Picture) -> None:
        self._surfaces.words()
        self._hud.write(picture.overlay, self._player.frame.time, self._summary())

    def _summary(self) -> list[str]:
        if not self._hud.shown:
            return []
        standby, link = self._player.cues.standby, self._parts.link
        panel = [*([link.start.panel] if link and link.start.panel else []), *self._outlet.site_words()]
        lamps, full = link.lamps_guard() if link else None, self._hud.full
        return panel + summary(self.status(), standby.words if standby else "-", lamps, full=full)

    def status(self) -> StageStatus:
        """Return the stage's part of ``status``."""
        player = self._player
        cue, standby, inbox = player.cues.current, player.cues.standby, self._parts.inbox
        return StageStatus(
            show=player.show.name,
            cue=cue.id if cue else "",
            cue_name=cue.name if cue else "",
            standby=standby.id if standby else "",
            scene=player.cues.scene.after,
            blackout=player.dark,
            held_by=player.blackout.held_by(player.show),
            asked_by=player.blackout.asked_by(cue),
            panic=player.cues.calmed,
            recording=self._recorder.path,
            interface=player.interface.status(),
            nature=player.room.nature.status(),
            score=player.score.status(),
            schedule=self._schedule_clock.next,
            loop=player.chain.loop.status() if player.chain.loop is not None else None,
            tempo=player.timing.status(),
            macros=player.macros.off(),
            frame=self._frame_stats.report(player.picture.scale if player.picture is not None else 1.0),
            guard=self._guard_log.status(),
            inbox=InboxStatus(taken=inbox.taken, dropped=inbox.dropped),
            errors=self._hud.errors,
            notices=tuple(self._hud.notices.values()),
            media=player.media.status(),
            sound=self._sound.status(time.monotonic()),
            shares=player.shares.status(),
            adapters=reports(self._parts.devices),
            refused=(
                *(one for part in (player, inbox, player.room.nature) for one in part.refusals.report()),
                *refusals(self._parts.devices),
            ),
            safe_mode=self._safe_mode,
            quarantine=at_rest(player.show, {**player.shaders, **player.effects}, self._parts.link),
            contained=self._contained.report(),
        )
