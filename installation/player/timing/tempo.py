"""The beat clock bound to parameters, signals, commands and MIDI clocks."""

import logging
from collections.abc import Collection
from typing import Final

import numpy as np

from installation.errors import CommandError
from installation.logs import Refusals
from installation.parameter import Kind, Parameter, Tree
from installation.player.timing.follow import Followers
from installation.signal import Signals
from installation.tempo import HIGHEST, LOWEST, Accents, BeatClock, Tap
from installation.values import METER, TEMPO, Address, Beat, Frame, Reading, Seconds

__all__ = ["BPM", "PARAMETERS", "QUANTISE", "SIGNALS", "Tempo"]

BPM: Final[Address] = "/tempo/bpm"
METER_OF_BAR: Final[Address] = "/tempo/meter"
SOURCE: Final[Address] = "/tempo/source"
QUANTISE: Final[Address] = "/tempo/quantise"

INTERNAL, MIDI = 1, 2
"""Values of ``SOURCE``; 0 is automatic."""

PARAMETERS: Final = (
    Parameter(
        BPM, Kind.FLOAT, (TEMPO,), (LOWEST,), (HIGHEST,), "bpm", "Tempo",
        "Beats a minute; a clock that is followed writes it",
    ),
    Parameter(METER_OF_BAR, Kind.INT, (float(METER),), (1.0,), (16.0,), "beats", "Meter", "Beats of a bar"),
    Parameter(
        SOURCE, Kind.CHOICE, (0.0,), (0.0,), (2.0,), "", "Source of the tempo",
        "auto follows a MIDI clock once its transport has started; midi follows one that only ticks, too",
        values=(0, INTERNAL, MIDI), labels=("auto", "internal", "midi"),
    ),
    Parameter(
        QUANTISE, Kind.CHOICE, (0.0,), (0.0,), (5.0,), "", "Quantised GO",
        "What a GO waits for, where its cue does not say",
        values=(0, 1, 2, 3, 4, 5), labels=("off", "beat", "bar", "2 bars", "4 bars", "8 bars"),
    ),
)  # fmt: skip

SIGNALS: Final[tuple[Address, ...]] = (BPM, "/tempo/beat", "/tempo/bar", "/tempo/count")
"""Tempo in bpm, place in the beat and in the bar (0..1), number of bars."""

RISE: Final[Address] = "/tempo/rise"
DOWNBEAT: Final[Address] = "/tempo/downbeat"
ACCENT: Final[Address] = "/tempo/accent"
EVENTS: Final[tuple[Address, ...]] = (RISE, DOWNBEAT, ACCENT)
"""1 in the frame in which a beat, a bar, or an accent of light begins; else 0."""

_LONGEST_NUDGE: Final = 0.5
_RESUMES: Final[Seconds] = 15.0
"""How long after a restart a clock of the same tempo is the one that was followed."""
_SHOWN: Final = 0.05
"""Beats a minute by which a followed clock has to differ from what the parameter says."""

log = logging.getLogger(__name__)


class Tempo:
    """Keeps the beat.

    Args:
        tree: Has ``PARAMETERS``.
        signals: Where the beat is told.
        refusals: Told what is refused.

    Attributes:
        beat: Musical time of the last frame.
        source: Where the tempo comes from: ``default`` while nobody has set it, ``set``, ``tap``, ``midi``
            and the port, which is ``held`` while its ticks are missing, or ``free`` after it was lost.
    """

    def __init__(self, tree: Tree, signals: Signals, refusals: Refusals) -> None:
        self.clock = BeatClock()
        self.beat = Beat()
        self.source = "default"
        self._tree = tree
        self._signals = signals
        self._refusals = refusals
        self._followers = Followers(refusals)
        self._tap, self._routed_tap = Tap(), Tap()
        self._accents = Accents()
        self._now: Seconds | None = None
        self._frame = Frame(0, 0.0, 0.0)
        self._routed = 0.0
        """Beats a minute that routes of public signals added in the last frame."""
        self._base = float(tree.base[tree.slot(BPM)])
        signals.hide((BPM,))  # listed as a parameter
        self._told = np.array([signals.declare(address) for address in SIGNALS], np.intp)
        self._events = np.array([signals.declare(address) for address in EVENTS], np.intp)
        for index in self._events.tolist():
            signals.write(index, 0.0, 0.0)
        self._fired: set[Address] = set()
        self._resumed: Seconds = 0.0
        self._site: tuple[float, float, Seconds] | None = None
        self._site_joins = False

    @property
    def arrivals(self) -> Seconds | None:
        """When the frame began, on the clock of arrivals; None if it was not told."""
        return self._now

    @property
    def known(self) -> bool:
        """Whether somebody has set the tempo, so that bars mean something."""
        return self.source != "default"

    def begin(self, frame: Frame) -> None:
        """Before the input of a frame takes effect."""
        slot = self._tree.slot(BPM)
        self._frame, self._now = frame, None
        # The clock is told to everybody, so it does not follow a private signal.
        hidden = self._tree.hidden.item(slot)
        self._routed = 0.0 if hidden else float(self._tree.effective[slot] - self._tree.base[slot])

    def resume(self, bases: Collection[Address]) -> None:
        """After a restart: if the tempo was restored, take up a clock of it though no start was heard."""
        self._resumed = _RESUMES if BPM in bases else 0.0

    # ---- what comes in -----------------------------------------------------------------------------------

    def hear_now(self, reading: Reading, _now: Seconds) -> None:
        """Take the time of the frame, on the clock of arrivals."""
        self._now = reading.time

    def hear_clock(self, reading: Reading, now: Seconds) -> None:
        """Take one message of a MIDI clock, at show time ``now``."""
        self._followers.hear(reading, now)

    def follow_site(self, bpm: float, position: float, since: Seconds) -> None:
        """Follow the beat of the hub that leads a site, while no clock of our own is followed.

        Args:
            bpm: Its tempo; 0: nobody has set one there, and ours goes on by itself.
            position: Beats since its downbeat of bar 0.
            since: Seconds from that until this frame.
        """
        self._site_joins = self._site_joins or self._site is None
        self._site = (bpm, position, self._frame.time - since) if LOWEST <= bpm <= HIGHEST else None

    def tap(self, asked: Seconds | None) -> None:
        """Take one tap of the tempo; from the second on it sets the tempo and the beat. Raises CommandError.

        Args:
            asked: When, on the clock of arrivals; None is now.
        """
        self._refuse_while_followed("tap")
        age = self._age(asked)
        # Not by show time, which loses some where a frame takes long; a route knows no other.
        bpm = self._routed_tap.tap(self._frame.time) if asked is None else self._tap.tap(asked)
        if bpm is not None:
            self._write(bpm)
            self.source, self._followers.lost = "tap", ""
            self.clock.align((age - self._frame.dt) * bpm / 60.0)

    def nudge(self, milliseconds: float | None) -> None:
        """Make the beat come earlier by so many milliseconds, later if negative; also beside a clock."""
        beats = (10.0 if milliseconds is None else milliseconds) / 1000.0 * self.beat.bpm / 60.0
        self.clock.pull(min(max(beats, -_LONGEST_NUDGE), _LONGEST_NUDGE))

    def resync(self, asked: Seconds | None) -> None:
        """Make the moment of the command the first downbeat of a phrase."""
        late = (self._age(asked) - self._frame.dt) * self.beat.bpm / 60.0
        self.clock.downbeat(self.beat.meter, late)

    def scale(self, factor: float) -> None:
        """Double or halve the tempo; of a followed clock, the ratio to it. Raises CommandError."""
        if self._followers.current is not None:
            if not self._followers.scale(factor):
                raise CommandError("a followed clock can be a quarter to four times as fast")
            return
        bpm = self._base * factor
        if not LOWEST <= bpm <= HIGHEST:
            message = f"{bpm:g} bpm is out of range: {LOWEST:g} to {HIGHEST:g}"
            raise CommandError(message)
        self._write(bpm)
        self.source = "set" if self.source == "default" else self.source

    # ---- one frame ---------------------------------------------------------------------------------------

    def advance(self, frame: Frame) -> Frame:
        """Advance by one frame, after its input; return the frame with its musical time."""
        tree, followers = self._tree, self._followers
        meter = round(float(tree.base[tree.slot(METER_OF_BAR)]))
        choice = round(float(tree.base[tree.slot(SOURCE)]))
        slot = tree.slot(BPM)
        base, set_by_hand = float(tree.base[slot]), tree.base[slot] != self._base
        self._resumed = max(self._resumed - frame.dt, 0.0)
        expected = base if self._resumed else None
        followed = followers.advance(frame.time, choice == MIDI, choice == INTERNAL, expected)
        if followed is None:
            bpm, target = min(max(base + self._routed, LOWEST), HIGHEST), None
            if set_by_hand:
                self.source, followers.lost = "set", ""
            elif followers.lost:
                self.source = f"free ({followers.lost} lost)"
            if self._site is not None and choice != INTERNAL:
                bpm, target = self._site_beat(frame, meter)
        else:
            bpm, target = followers.bpm or self.beat.bpm, None
            if set_by_hand and abs(base - bpm) > 0.5:
                self._refusals.note(
                    "the tempo follows a clock", f"{BPM} {base:g}", f"set {SOURCE} to internal"
                )
            target = followers.place(self._now, frame, bpm, meter, self.clock)
            self._write(bpm, _SHOWN)
            self.source = followers.words
        self._base = float(tree.base[slot])
        self.clock.advance(frame.dt, bpm, target)
        position = self.clock.position
        self.beat = Beat(position, bpm, meter)
        self._tell(frame, position, bpm, meter)
        return Frame(frame.index, frame.time, frame.dt, self.beat)

    def _site_beat(self, frame: Frame, meter: int) -> tuple[float, float]:
        """Return the tempo of the hub that leads, and where its beat is."""
        bpm, position, at = self._site or (TEMPO, 0.0, frame.time)
        target = position + (frame.time - at) * bpm / 60.0
        if self._site_joins:
            self._site_joins = False
            self.clock.locate(target - frame.dt * bpm / 60.0, meter)
        self._write(bpm, _SHOWN)
        self.source = "site"
        return bpm, target

    def _tell(self, frame: Frame, position: float, bpm: float, meter: int) -> None:
        signals, told, bars = self._signals, self._told, position / meter
        signals.values[told] = bpm, position % 1.0, bars % 1.0, float(np.floor(bars))
        signals.times[told] = signals.times[self._events] = frame.time
        signals.confidence[told] = 1.0
        for address in self._fired:
            self._fire(address, 0.0, frame)
        fired = set()
        for beat in self.clock.begun:
            at = [RISE]
            at += [DOWNBEAT] if beat % meter == 0 else []
            at += [ACCENT] if self._accents.falls(beat, bpm, frame.time) else []
            for address in at:
                if address in fired:  # two in one frame are two rises
                    self._fire(address, 0.0, frame)
                self._fire(address, 1.0, frame)
            fired |= set(at)
        self._fired = fired

    def _fire(self, address: Address, value: float, frame: Frame) -> None:
        self._signals.receive(Reading(address, (value,), 0.0), frame.time)

    def _age(self, asked: Seconds | None) -> Seconds:
        """Seconds from a command to the frame; 0 where the frame's time was not told."""
        if asked is None or self._now is None:
            return 0.0
        return min(max(self._now - asked, 0.0), 1.0)

    def _write(self, bpm: float, least: float = 0.0) -> None:
        slot = self._tree.slot(BPM)
        if abs(bpm - float(self._tree.base[slot])) > least:
            self._tree.set(BPM, (bpm,))  # as a hand does, so that it outlives a restart
        self._base = float(self._tree.base[slot])

    def _refuse_while_followed(self, verb: str) -> None:
        if self._followers.current is not None:
            message = f"{verb}: the tempo follows a clock ({self._followers.words}); set {SOURCE} to internal"
            raise CommandError(message)
