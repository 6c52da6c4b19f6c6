"""Musical time as the player knows it: one frame of beat clock, waiting GOs and loops."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from installation.cue.cuelist import CueList
from installation.cue.find import find, nth
from installation.cue.waiting import LENGTHS, WaitingGo
from installation.errors import CommandError
from installation.logs import Refusals
from installation.parameter.tree import Tree
from installation.player.inbox import MIDI_CLOCK, NOW, Entry
from installation.player.score import BoundScore
from installation.player.timing.chase import Chase
from installation.player.timing.loops import Loops
from installation.player.timing.tempo import QUANTISE, Tempo
from installation.signal import Signals
from installation.status import TempoStatus
from installation.values import Address, Command, Frame, Reading, Seconds

__all__ = ["WAITING", "Timing"]

WAITING: Address = "/tempo/waiting"
"""1 while a GO waits for its beat."""


class Timing:
    """Binds musical time to a player.

    Args:
        tree, signals, cues, score, refusals: Of the player.
        network: Names of the adapters whose readings carry raw OSC addresses.

    Attributes:
        tempo: The beat clock.
        waiting: The GO that waits.
        loops: Gesture loops.
        chase: The score behind a time code.
    """

    def __init__(
        self,
        tree: Tree,
        signals: Signals,
        cues: CueList,
        score: BoundScore,
        refusals: Refusals,
        network: Iterable[str],
    ) -> None:
        self.tempo = Tempo(tree, signals, refusals)
        self.waiting = WaitingGo(cues)
        self.loops = Loops(tree, signals, cues, refusals)
        self.chase = Chase(score.score, cues)
        self._score = score
        self._tree = tree
        self._signals = signals
        self._cues = cues
        self._network = frozenset(network)
        self._waits = signals.declare(WAITING)
        self._asked: Seconds | None = None
        self._frame = Frame(0, 0.0, 0.0)

    @property
    def fields(self) -> Mapping[Address, Callable[[Reading, Seconds], None]]:
        """Who takes the readings that are no signals."""
        return {NOW: self.tempo.hear_now, MIDI_CLOCK: self._hear}

    @property
    def verbs(self) -> Mapping[str, Callable[..., object]]:
        """What carries out the commands of musical time, by name."""
        tempo, loops = self.tempo, self.loops
        return {
            "tap": lambda: tempo.tap(self._asked),
            "nudge": tempo.nudge,
            "resync": lambda: tempo.resync(self._asked),
            "half": lambda: tempo.scale(0.5),
            "double": lambda: tempo.scale(2.0),
            "loop-record": lambda slot, bars: loops.record(
                slot, bars, tempo.beat, self._frame.time, tempo.known
            ),
            "loop-play": lambda slot, on: loops.play(slot, on, tempo.beat, self._frame.time),
            "loop-clear": loops.clear,
        }

    def go(self, now: Seconds) -> bool:
        """GO: play the standby cue, now or on its beat; False if it is too soon or there is none."""
        return self.waiting.go(None, self._quantise, self.tempo.beat, now)

    def take(self, on: str, now: Seconds) -> bool:
        """GO on the next beat or bar, a key of ``LENGTHS``, whatever the show and the cue say of that.

        Raises:
            CommandError: There is no such length.
        """
        if on not in LENGTHS:
            raise CommandError(f"a GO cannot wait for {on!r}; it can for {', '.join(LENGTHS)}")
        return self.waiting.go(None, on, self.tempo.beat, now, whatever=True)

    def go_to(self, cue: str | int, now: Seconds) -> bool:
        """Play a cue by id or by its place from 1, now or on its beat. Raises AddressError."""
        order = self._cues.order.cues
        found = find(order, cue) if isinstance(cue, str) else nth(order, cue)
        return self.waiting.go(found, self._quantise, self.tempo.beat, now)

    def begin(self, frame: Frame, entries: Iterable[Entry]) -> Sequence[Entry]:
        """Before the input of a frame takes effect; return it."""
        given = list(entries)
        self._frame = frame
        self.tempo.begin(frame)
        self.loops.begin(given, self._network)
        return given

    def obeyed(self, command: Command) -> None:
        """Before a command is carried out."""
        self._asked = None if command.source == "route" else command.time or None
        self.loops.obeyed(command)

    def advance(self) -> Frame:
        """After the input of a frame; return the frame with its musical time."""
        if self.chase.advance(self._frame, self.tempo.arrivals):
            self._score.stand()
        frame = self._frame = self.tempo.advance(self._frame)
        self.waiting.advance(frame.beat, frame.time)
        self.loops.advance(frame)
        self._signals.write(self._waits, float(bool(self.waiting.cue)), frame.time)
        return frame

    @property
    def late(self) -> Seconds:
        """Seconds from when the present command is to take effect until this frame; negative: it is ahead."""
        now = self.tempo.arrivals
        return now - self._asked if now is not None and self._asked is not None else 0.0

    @property
    def words(self) -> str:
        """What the GO that waits does, for who gave it; empty if none waits."""
        cue, left = self.waiting.cue, self.waiting.due - self.tempo.beat.position
        return f"cue {cue} plays in {left:.1f} beats; again: now" if cue else ""

    def status(self) -> TempoStatus:
        """What ``status`` says."""
        beat, waiting = self.tempo.beat, self.waiting
        left = max(waiting.due - beat.position, 0.0)
        return TempoStatus(
            bpm=round(beat.bpm, 2),
            meter=beat.meter,
            bar=int(beat.position // beat.meter) + 1,
            beat=int(beat.position % beat.meter) + 1,
            source=self.tempo.source,
            time_code=round(self.chase.rate, 2),
            waiting=waiting.cue,
            waiting_beats=round(left, 2) if waiting.cue else 0.0,
            loops=self.loops.status(),
        )

    def _hear(self, reading: Reading, now: Seconds) -> None:
        values = reading.values
        if len(values) == 3 and values[0] == "quarter-frame" and isinstance(values[2], int | float):
            self.chase.hear(str(values[1]), reading, int(values[2]), now)
        else:
            self.tempo.hear_clock(reading, now)

    @property
    def _quantise(self) -> str:
        parameter = self._tree.parameters()[QUANTISE]
        return parameter.labels[round(float(self._tree.base[self._tree.slot(QUANTISE)]))]
