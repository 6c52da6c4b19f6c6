"""``photophore render``: renders a show to a film or to pictures, frame-exact, as fast as possible."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from hardware.biosensor import Crowd, MixedCrowd
from installation.cli.play import parse_size
from installation.cli.render.audio import FilmEars
from installation.cli.render.film import ContactSheet, Sink, Wave, check_name, open_sink
from installation.cli.render.progress import show_progress
from installation.cli.render.sound import open_track
from installation.clock import GivenClock, ManualClock
from installation.errors import PhotophoreError
from installation.ipc.options import StageOptions
from installation.player.arguments import clamped
from installation.player.build import build_player
from installation.player.inbox import Entry
from installation.player.macros.parameters import CROWD
from installation.player.player import Player
from installation.player.production import Production, read_production
from installation.player.score import first_place
from installation.player.sound.drive import Drives
from installation.render.gl.context import Context
from installation.signal.record import Recorded, open_replay
from installation.signal.trace import trace_line
from installation.sound.hearing import FileHearing
from installation.sound.offline import Floats, Track
from installation.values import DEFAULT_VENUE, Command, Frame, Reading, Scalar, Seconds

__all__ = ["Job", "parse_setting", "render_job"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Options of the command line; see the verb."""

    show: str | None
    venue: str | None
    scene: str | None
    cue: str | None
    shader: Path | None
    input: str | None
    out: Path | None
    seconds: float
    fps: float
    size: str
    seed: int
    settings: tuple[str, ...]
    replay: Path | None
    trace: Path | None
    sheet: Path | None
    score: str = ""
    speed: float = 1.0
    date: str = ""
    people: int = 0
    audio: Path | None = None
    sound: bool = True
    sound_only: Path | None = None

    @property
    def drawn(self) -> bool:
        """Whether there is a picture."""
        return self.out is not None or self.sheet is not None


def parse_setting(text: str) -> Command:
    """Parse ``/address=0.5`` or ``/address=0.2,0.8`` as a command.

    Raises:
        PhotophoreError: It is not of that form.
    """
    address, equals, values = text.partition("=")
    if not equals or not address.startswith("/"):
        message = f"--set {text}: expected /ADDRESS=VALUE, e.g. /master=0.5"
        raise PhotophoreError(message)
    return Command("set", (address, *[_scalar(value) for value in values.split(",")]), 0.0, "command line")


def _scalar(text: str) -> Scalar:
    try:
        return float(text)
    except ValueError:
        return text.strip()


def render_job(job: Job) -> int:
    """Render. Returns the exit code. Raises PhotophoreError: for wrong words, before anything opens."""
    if job.out is not None:
        check_name(job.out)
    settings = [parse_setting(text) for text in job.settings]
    options = _options(job)
    production = read_production(options)
    recording = open_replay(job.replay) if job.replay else None
    clock = GivenClock() if recording else ManualClock(1 / job.fps)
    total = max(1, round(job.seconds * job.fps))
    with ExitStack() as stack:
        context = Context.create(parse_size(job.size)) if job.drawn else None
        if context is not None:
            stack.callback(context.release)
        player = build_player(production, options, clock, context, repeatable=True)
        everything = job.trace is not None
        ears = FilmEars(job.audio, job.seconds, player, everything=everything) if job.audio else None
        outputs = _Outputs(job, production, player, total, stack)
        outputs.file = ears.file if ears is not None else None
        crowd = MixedCrowd(partial(_crowd, job), job.people) if job.people else None
        progress = show_progress(total)
        for index in range(total):
            entries = _entries(player, job, options, index, recording, clock, settings)
            if entries is None:
                break
            step_time = clock.dt if isinstance(clock, GivenClock) else 1 / job.fps
            entries += _walk(crowd, player, step_time, index / job.fps)
            if ears is not None:
                entries += ears.entries(index / job.fps)
            step = player.step(entries, index / job.fps)
            if step.refused:
                raise PhotophoreError("; ".join(reason for _, reason in step.refused))
            if index == 0:
                _tell_clamped(player, settings)
            outputs.take(step.frame, index / job.fps)
            next(progress)
        outputs.finish()
        _tell_black(player)
        if player.picture is not None:
            player.picture.release()
    for made in filter(None, (job.out, job.sound_only, job.sheet, job.trace)):
        print(made)
    return 0


class _Outputs:
    """Everything that a job writes.

    Args:
        job: The job.
        production: What is played.
        player: Plays it.
        total: Number of frames.
        stack: Closes the files.

    Attributes:
        file: The sound file that the show hears, for the film to sound like it; None for none.
    """

    file: FileHearing | None = None

    def __init__(
        self, job: Job, production: Production, player: Player, total: int, stack: ExitStack
    ) -> None:
        self._player = player
        self._heard: tuple[Track, Drives] | None = None
        if job.sound_only is not None or (job.out is not None and job.sound):
            self._heard = open_track(production, player, job.fps, job.seed)
        if self._heard is not None:
            stack.callback(self._heard[0].close)
        self._sink = self._open(job)
        if self._sink is not None:
            stack.enter_context(self._sink)
        self._sheet = ContactSheet(job.sheet, total) if job.sheet else None
        self._trace = stack.enter_context(job.trace.open("w", encoding="utf-8")) if job.trace else None

    def take(self, frame: Frame, at: Seconds) -> None:
        """Write what the player shows and says in this frame, which begins ``at`` seconds into the film."""
        player = self._player
        if player.picture is not None:
            pixels = player.picture.image()
            if self._sink is not None:
                self._sink.add(pixels)
            if self._sheet is not None:
                self._sheet.add(pixels, frame.time)
            player.picture.context.collect()
        if self._heard is not None and self._sink is not None:
            track, drives = self._heard
            self._sink.hear(self._with_file(track.add(drives.of(at))))
        if self._trace is not None:
            self._trace.write(_line(player, frame) + "\n")

    def finish(self) -> None:
        """Write what comes after the last frame."""
        if self._heard is not None and self._sink is not None:
            self._sink.hear(self._with_file(self._heard[0].finish()))
        if self._sheet is not None:
            self._sheet.save()

    def _with_file(self, samples: Floats) -> Floats:
        return samples if self.file is None else self.file.mixed(samples)

    def _open(self, job: Job) -> Sink | None:
        if job.sound_only is None:
            return open_sink(job.out, job.fps, sound=self._heard is not None) if job.out else None
        if self._heard is None:
            message = f"--sound-only {job.sound_only}: there is no sound to write"
            raise PhotophoreError(message)
        print("without a picture there are no flashes, so no bell rings for one", file=sys.stderr)
        return Wave(job.sound_only)


def _entries(
    player: Player,
    job: Job,
    options: StageOptions,
    index: int,
    recording: Iterator[Recorded] | None,
    clock: object,
    settings: Sequence[Command],
) -> list[Entry] | None:
    """Return the input of this frame; None at the end of the recording."""
    commands: list[Entry] = []
    if index == 0:
        # A film of a show plays its score, unless it begins elsewhere.
        place = first_place(options, player.show, by_itself=True)
        commands += [Command("score", (place, job.speed), 0.0, "command line")] if place else []
        commands += settings
    if recording is None:
        return [*player.features(), *commands]
    recorded = next(recording, None)
    if recorded is None:
        return None
    if isinstance(clock, GivenClock):
        clock.dt = recorded.dt
    # A film is rendered at full size, whatever the recorded render scale.
    played = [one for one in recorded.inbox if not isinstance(one, Command) or one.verb != "render-scale"]
    return [*played, *commands]


def _options(job: Job) -> StageOptions:
    return StageOptions(
        mode="run",
        show=job.show or "",
        venue=job.venue or DEFAULT_VENUE,
        scene=job.scene or "",
        cue=job.cue or "",
        shader=str(job.shader or ""),
        input=job.input or "",
        score=job.score,
        speed=job.speed,
        date=job.date,
        size=parse_size(job.size),
        seed=job.seed,
        replay=str(job.replay or ""),
        headless=True,
    )


def _crowd(job: Job, count: int, more: int) -> Crowd:
    return Crowd(count, job.seed + more, walking=0.7, follow=0.7)


def _walk(crowd: MixedCrowd | None, player: Player, dt: Seconds, now: Seconds) -> list[Reading]:
    if crowd is None:
        return []
    phase, rate = (player.signals.get(f"/neuro/invitation/{name}") or 0.0 for name in ("phase", "rate"))
    crowd.see(phase, rate / 60.0)
    crowd.mix(player.tree.get_shown(CROWD)[0])
    crowd.advance(dt)
    return crowd.readings(now, "people")


def _line(player: Player, frame: Frame) -> str:
    cue = player.cues.current
    return trace_line(
        frame, player.signals, player.tree, player.guard_trace(),
        scene=player.cues.scene.after, cue=cue.id if cue else "",
    )  # fmt: skip


def _tell_clamped(player: Player, settings: Sequence[Command]) -> None:
    for command in settings:
        address, *values = command.arguments
        note = clamped(player.tree, str(address), values)
        if note:
            print(f"--set: {note}", file=sys.stderr)


def _tell_black(player: Player) -> None:
    """Say which inputs were black: their file is lost, or they are live."""
    for one in player.media.status():
        if one.state == "lost":
            print(f"{one.input}: {one.source} was black: {one.reason}", file=sys.stderr)
        elif one.kind in ("camera", "stream"):
            print(f"{one.input}: the {one.kind} is black in films; use a video", file=sys.stderr)
