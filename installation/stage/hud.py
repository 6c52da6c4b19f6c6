"""The text of the HUD: a few lines about the running show, made from plain values."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from installation.clock import time_text
from installation.commands import key_words
from installation.player.inbox import Entry
from installation.render.passes.overlay import Overlay
from installation.stage.clients.page_code import PageCode
from installation.status import (
    FrameStatus,
    GuardStatus,
    InterfaceStatus,
    ScoreStatus,
    StageStatus,
    TempoStatus,
    gathered,
    inviting,
    sharing,
    sounding,
    working,
)
from installation.values import Reading, Seconds

__all__ = ["GREETING", "Hud", "darkness", "summary", "tempo_lines"]

GREETING = "move the mouse   ·   H help   ·   Space next"
_GREETING_FOR: Seconds = 14.0
_KEYS = [" · ".join(key_words()[start : start + 6]) for start in range(0, len(key_words()), 6)]
_SIGNALS = 10
_BAR = 40
_ERRORS = 8


@dataclass(slots=True)
class Hud:
    """The lines shown on the picture.

    Attributes:
        shown: Whether the HUD is shown.
        full: Whether all of it is shown: without, what plays, what is not as it should be, and the keys.
        greet: Whether hints for newcomers may appear.
        sound: What newcomers must read of the sound; empty otherwise.
        dark: Why there is no light, and which key brings it back; empty otherwise.
        notes: Problems from before the start; shown until the first edit without errors.
        broken: Errors in the author's files: by the file or folder that was edited, the file of each error
            and its line of text. Shown until they are corrected there.
    """

    shown: bool = False
    full: bool = False
    greet: bool = True
    sound: str = ""
    dark: str = ""
    notes: tuple[str, ...] = ()
    broken: dict[Path, list[tuple[Path, str]]] = field(default_factory=dict)
    notices: dict[Path, str] = field(default_factory=dict)
    """Notes on edits that were applied, by the file; these are not errors."""
    recent: dict[str, float] = field(default_factory=dict)
    prompts: list[str] = field(default_factory=list)
    """What people must see at once: a controller that came, a control that is being learned."""
    ghosts: list[str] = field(default_factory=list)
    """Controls that wait to be caught."""
    calibrating: list[str] = field(default_factory=list)
    """What of a window's mapping is edited, and the keys for it."""
    page: PageCode = field(default_factory=PageCode)
    """The code of the visitors' page."""

    @property
    def errors(self) -> tuple[str, ...]:
        """All errors, one line each."""
        lines = [line for mistakes in self.broken.values() for _, line in mistakes]
        return tuple(dict.fromkeys([*self.notes, *lines]))

    def verbs(self, page: Callable[[], str]) -> dict[str, Callable[..., object]]:
        """Return the function of each command about it; ``page`` says where the visitors' form is."""
        return {"hud": self.toggle, "page-code": lambda: self.page.toggle(page())}

    def toggle(self) -> None:
        """Show the short HUD, then all of it, then none."""
        self.shown, self.full = not (self.shown and self.full), self.shown and not self.full

    def mended(self, subject: Path) -> None:
        """Clear the errors of a file, or of all files of a folder, after reading it without errors."""
        self.notes = ()
        self.broken.pop(subject, None)
        self.notices.pop(subject, None)
        for edited, mistakes in list(self.broken.items()):
            self.broken[edited] = [one for one in mistakes if one[0] != subject]

    def listen(self, entries: Iterable[Entry]) -> None:
        """Remember incoming signals, except readings of people and features of our own picture."""
        for entry in entries:
            if (
                isinstance(entry, Reading)
                and entry.source != "picture"
                and not entry.private
                and entry.values
            ):
                value = entry.values[0]
                if isinstance(value, (int, float)):
                    self.hear(entry.address, float(value))

    def hear(self, address: str, value: float) -> None:
        """Remember an incoming signal, to show the newest ones."""
        self.recent.pop(address, None)
        self.recent[address] = value
        while len(self.recent) > _SIGNALS:
            self.recent.pop(next(iter(self.recent)))

    def write(self, overlay: Overlay, now: Seconds, status: Sequence[str]) -> None:
        """Put the lines and the code for phones on the picture; arguments as of ``lines``."""
        overlay.write(self.lines(now, status), self.page.modules)

    def lines(self, now: Seconds, status: Sequence[str]) -> list[str]:
        """Return the lines at show time ``now``; ``status`` is used if the HUD is shown."""
        errors = [f"!{line}" for line in self.errors[:_ERRORS]]
        if len(self.errors) > _ERRORS:
            errors.append(f"!... and {len(self.errors) - _ERRORS} more")
        errors += list(self.notices.values())[:_ERRORS]
        if not self.shown:
            new = self.greet and now < _GREETING_FOR and not (errors or self.calibrating)
            greeting = [GREETING] if new else []
            if self.greet and self.dark:
                greeting = [self.dark]
            told = greeting + ([self.sound] if self.sound else []) + self.prompts + errors
            return [*self.calibrating, *self.page.lines, *told]
        asked = [*self.calibrating, *self.page.lines, *([self.dark] if self.dark else []), *self.prompts]
        if not self.full:
            return [*asked, *status, *_KEYS, *self.ghosts, *errors]
        signals = [f"  {address}  {value:.3f}" for address, value in reversed(self.recent.items())]
        heard = ["signals, newest first:", *signals] if signals else ["no signals yet"]
        return [*asked, *status, *_KEYS, *self.ghosts, *heard, *errors]


def darkness(blackout: bool, panic: bool, held_by: str = "", asked_by: str = "") -> str:
    """Return why there is no light, and what brings it back; empty without blackout and panic.

    Args:
        blackout: Whether one is active.
        panic: Whether one is active.
        held_by: Signals whose routes hold the blackout, which no key ends.
        asked_by: The cue that asks for it.
    """
    if asked_by:
        return f"black, as cue {asked_by} asks   ·   B brings the light back before"
    if held_by:
        return f"blackout   ·   a route from {held_by} holds it"
    if blackout:
        return "blackout   ·   B brings the light back"
    return "panic   ·   Space brings the light back" if panic else ""


def score_line(score: ScoreStatus) -> str:
    """Return the position in the score, as text with a progress bar."""
    done = int(_BAR * score.time / score.length) if score.length else 0
    bar = "=" * done + ">" + "-" * (_BAR - 1 - done)
    clock = f"{time_text(score.time)} / {time_text(score.length)}"
    act = f"   act {score.act}" if score.act else ""
    stands = "" if score.running else "   stopped"
    speed = f"   x{score.speed:g}" if score.speed != 1.0 else ""
    return f"score [{bar}] {clock}{act}{speed}{stands}"


def tempo_lines(tempo: TempoStatus) -> list[str]:
    """Return tempo, beat, what waits for it, and gesture loops, as text."""
    dots = "".join("o" if beat == tempo.beat else "." for beat in range(1, tempo.meter + 1))
    waits = f"   GO {tempo.waiting} in {tempo.waiting_beats:.1f} beats" if tempo.waiting else ""
    lines = [f"tempo {tempo.bpm:.1f} [{dots}] bar {tempo.bar}   {tempo.source}{waits}"]
    loops = [f"{slot} {words}" for slot, words in tempo.loops.items()]
    return [*lines, "loops " + "   ".join(loops)] if loops else lines


def interface_lines(interface: InterfaceStatus) -> list[str]:
    """Return the state, who is in the room, the shared state and what comes of an invitation, as text."""
    lines = [
        f"interface {interface.state}   for {interface.since:.0f} s   {gathered(interface)}",
    ]
    if interface.sensed:
        names = ("coherence", "arousal", "calm")
        lines.append("   ".join(f"{name} {getattr(interface, name):.2f}" for name in names))
    if interface.invitation:
        lines.append(f"invites to {inviting(interface.invitation)}")
    return lines


def summary(
    said: StageStatus, standby: str, lamps: GuardStatus | None = None, *, full: bool = True
) -> list[str]:
    """Return a summary of the running show in a few lines.

    Args:
        said: The stage's part of ``status``.
        standby: Id and name of the cue that the next GO plays.
        lamps: Status of the lamps' guard; None without lamps.
        full: Whether all is told; otherwise what plays, how it goes, and what is not as it should be.
    """
    frame = said.frame or FrameStatus()
    cue = f"{said.cue or '-'} {said.cue_name if said.cue_name != said.cue else ''}".strip()
    lines = [f"{said.show}   scene {said.scene}   cue {cue}   standby {standby}"]
    if said.interface:
        lines += interface_lines(said.interface) if full else interface_lines(said.interface)[:1]
    if said.score:
        lines.append(score_line(said.score))
    lines.append(
        f"{frame.fps:.1f} fps   p99 {frame.p99_ms:.1f} ms   late {frame.late}"
        + (f"   scenes at {100 * frame.scale:.0f} %" if frame.scale < 1.0 else "")
    )
    lines += _guards(said.guard or GuardStatus(), lamps, full=full)
    if said.recording:
        lines.append(f"recording to {said.recording}")
    tempo = said.tempo
    if tempo and (full or tempo.source != TempoStatus().source or tempo.waiting or tempo.loops):
        lines += tempo_lines(tempo)
    if full:
        lines += _told_in_full(said)
    if said.sound and (full or said.sound.state != "up" or said.sound.muted):
        lines.append(f"sound {sounding(said.sound)}")
    if said.macros:
        lines.append("macros   " + "   ".join(f"{name} {value:.2f}" for name, value in said.macros.items()))
    if said.inbox and said.inbox.dropped:
        lines.append(f"too much input: {said.inbox.dropped} dropped")
    return lines + [
        f"{one.name}: {one.state}  {one.detail}" for one in said.adapters if full or one.state != "up"
    ]


def _guards(picture: GuardStatus, lamps: GuardStatus | None, *, full: bool) -> list[str]:
    """Return a line on the guards; none from the short HUD while both are idle."""
    if not (full or picture.active or (lamps is not None and lamps.active)):
        return []
    return [f"guard {working(picture)}" + (f"   lamps' guard {working(lamps)}" if lamps else "")]


def _told_in_full(said: StageStatus) -> list[str]:
    """Return lines on the feedback loops and the fair share."""
    lines = []
    if said.loop:
        stirs = f"   stirring ({said.loop.reason})" if said.loop.reseed > 0 else ""
        lines.append(f"loop gain {said.loop.gain:.2f}   exponent {said.loop.exponent:+.2f} 1/s{stirs}")
    if said.shares:
        lines.append(sharing(said.shares)[0])
    return lines
