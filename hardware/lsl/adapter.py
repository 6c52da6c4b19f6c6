"""The Lab Streaming Layer input: streams by name, type or source, each at a seat."""

from dataclasses import dataclass
from time import monotonic
from typing import Annotated, Any, Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from hardware.biosensor.bank import KINDS, LEAST_RATE, Kind
from hardware.biosensor.seats import First, Places, SeatSettings
from hardware.biosensor.sensors import SeatedInput
from installation.contract import AdapterError, Reading, Seconds, to_install

__all__ = ["TYPES", "LslInput", "LslSettings", "StreamSpec"]

TYPES: Final[dict[str, Kind]] = {
    "accelerometer": "acc", "acc": "acc", "mocap": "acc", "ecg": "ecg", "ekg": "ecg", "eeg": "eeg",
    "eda": "eda", "gsr": "eda", "hr": "heart", "heartrate": "heart", "ppg": "ppg", "bvp": "ppg", "rr": "rr",
    "rsp": "breath", "resp": "breath", "respiration": "breath", "breath": "breath",
}  # fmt: skip
"""Kind of signal by a stream's type, as devices write it; upper and lower case are one."""

_POLL: Final[Seconds] = 0.02
_LOOK_AGAIN: Final[Seconds] = 1.0
_SILENT: Final[Seconds] = 3.0
"""Without a sample for so long, a stream is looked for anew: a cut cable closes no connection."""
_BUFFER: Final = 2
"""Seconds that are kept between two looks; what is older is of no use to a show."""
_MOST: Final = 4096
_FORGET: Final[Seconds] = 3.0
"""A stream that announces itself no more for so long is gone."""

Floats = NDArray[np.float64]


class StreamSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One stream and where it sits.

    Attributes:
        name: The stream's name; empty matches any.
        type: The stream's type; empty matches any.
        source: The stream's source_id, which names the device; empty matches any. Name two devices of one
            kind by it.
        seat: Number of its seat, from 1.
        channels: What each channel is: `acc`, `breath`, `ecg`, `eda`, `eeg`, `heart`, `ppg`, `rr`, or empty
            to leave it out. Without: what the stream's type says, for all of them.
    """

    name: str = ""
    type: str = ""
    source: str = ""
    seat: Annotated[int, msgspec.Meta(ge=1, le=40)] = 1
    channels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what names no stream, and kinds that are none. Raises ValueError."""
        if not (self.name or self.type or self.source):
            message = "say which: name, type or source"
            raise ValueError(message)
        wrong = [one for one in self.channels if one and one not in KINDS]
        if wrong:
            message = f"channels: {wrong[0]!r} is none of {', '.join(KINDS)}"
            raise ValueError(message)

    @property
    def words(self) -> str:
        """What it is called, for people."""
        return self.source or self.name or self.type


class LslSettings(SeatSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about Lab Streaming Layer.

    Attributes:
        streams: Which streams are heard, and at which seat each is.
        first: Number of the person at the first seat, 1 to 40.
        seats: Where each sensor is, as x, y in the picture, 0..1, y up: one person each.
    """

    streams: Annotated[tuple[StreamSpec, ...], msgspec.Meta(min_length=1, max_length=64)]
    first: First = 1
    seats: Places = ((0.5, 0.3),)

    def __post_init__(self) -> None:
        """Refuse streams without a seat. Raises ValueError."""
        super().__post_init__()
        far = next((one for one in self.streams if one.seat > len(self.seats)), None)
        if far is not None:
            message = f"streams: {far.words} is at seat {far.seat}, and there are {len(self.seats)} `seats`"
            raise ValueError(message)


@dataclass(slots=True)
class _Line:
    """One open stream."""

    inlet: Any
    rate: float
    kinds: dict[str, list[int]]
    heard: Seconds
    begun: bool = False
    """What came first has waited somewhere, and is left out."""


class LslInput(SeatedInput):
    """Hears streams of the Lab Streaming Layer: EEG, ECG, PPG, skin, breath, heart rates, accelerometers.

    Streams come and go: each is looked for until it is there, and again when it is lost.
    """

    kind = "lsl"
    home = "stage"
    extra = "lsl"
    modules = ("pylsl",)
    Settings = LslSettings
    settings: LslSettings

    def __init__(self, name: str, settings: LslSettings) -> None:
        super().__init__(name, settings)
        self._lsl: Any = None
        self._resolver: Any = None
        self._lines: dict[int, _Line] = {}
        self._next_look: Seconds = 0.0

    @property
    def detail(self) -> str:
        """How many streams are connected, which are not, and on how many people there is a sensor."""
        wanted = self.settings.streams
        lines = dict(self._lines)
        missing = ", ".join(one.words for at, one in enumerate(wanted) if at not in lines)
        looks = f", looks for {missing}" if missing and self._lsl is not None else ""
        return f"{len(lines)} of {len(wanted)} streams{looks}, {self._worn}"

    def open(self) -> None:
        """Begin to look for the streams. Raises AdapterError without the library."""
        if self._lsl is not None:
            return
        try:
            import pylsl
        except (ImportError, RuntimeError, OSError) as error:  # the wheel for ARM brings no liblsl
            reason = f"Lab Streaming Layer cannot be used: {str(error).splitlines()[0]}"
            hint = f"{to_install('photophore[lsl]')}; on ARM install liblsl, too"
            raise AdapterError(reason, hint) from error
        self._lsl = pylsl
        self._resolver = pylsl.ContinuousResolver(forget_after=_FORGET)
        self._next_look = 0.0

    def close(self) -> None:
        """Leave all streams and forget everybody."""
        for number in tuple(self._lines):
            self._lose(number)
        self._resolver = self._lsl = None
        super().close()

    def _gather(self, timeout: Seconds) -> list[Reading]:
        if self._lsl is None:
            raise AdapterError("is not open", "call open first")
        now = monotonic()
        if now >= self._next_look:
            self._next_look = now + _LOOK_AGAIN
            self._connect(now)
        end = now + timeout
        while not self._pull() and monotonic() < end:
            if self._woken.wait(min(_POLL, max(end - monotonic(), 0.0))):
                break
        return []

    def _connect(self, now: Seconds) -> None:
        """Open the streams that are missing and have been found."""
        for number, line in tuple(self._lines.items()):
            if now - line.heard > _SILENT:
                self._lose(number)
        missing = [at for at in range(len(self.settings.streams)) if at not in self._lines]
        found = self._resolver.results() if missing else []
        for number in missing:
            spec = self.settings.streams[number]
            fits = [one for one in found if _fits(spec, one) and self._is_numbers(spec, one)]
            if len(fits) > 1 and len({one.source_id() for one in fits}) > 1:
                self.refusals.note(
                    f"{len(fits)} streams fit {spec.words}", fits[1].source_id()[:40], "name it by `source`"
                )
            if fits:
                self._begin(number, spec, fits[0])

    def _is_numbers(self, spec: StreamSpec, info: Any) -> bool:
        """Whether a stream has numbers; one of text, as markers are, is noted and left out."""
        if int(info.channel_format()) not in (self._lsl.cf_string, self._lsl.cf_undefined):
            return True
        where = f"{spec.words}: {info.name()}, {info.source_id()}"[:60]
        self.refusals.note("a stream of text, not of numbers", where, "name another by `source`")
        return False

    def _begin(self, number: int, spec: StreamSpec, info: Any) -> None:
        """Open one stream, and leave out what has waited in it."""
        rate, count = float(info.nominal_srate()), int(info.channel_count())
        try:
            kinds = _kinds(spec, str(info.type()), count, rate)
        except ValueError as error:
            self.refusals.note(f"a stream of no use: {error}", spec.words, "see hardware/lsl/README.md")
            return
        # It connects by itself when it is first pulled from, and nobody waits for that.
        inlet = self._lsl.StreamInlet(info, max_buflen=_BUFFER, max_chunklen=1, recover=False)
        self._lines[number] = _Line(inlet, rate, kinds, monotonic())

    def _lose(self, number: int) -> None:
        self._lines.pop(number).inlet.close_stream()

    def _pull(self) -> bool:
        """Hand what has come to the bank; returns whether there was anything."""
        some = False
        for number, line in tuple(self._lines.items()):
            try:
                samples, _ = line.inlet.pull_chunk(timeout=0.0, max_samples=_MOST)
            except self._lsl.util.LostError:
                self._lose(number)
                continue
            if not len(samples):
                continue
            some, now = True, monotonic()
            line.heard = now
            if not line.begun and line.rate > 0.0:
                line.begun = True
                line.inlet.flush()
                continue
            table = np.asarray(samples, np.float64).T
            self.counters.received += table.shape[1]
            seat = self.settings.streams[number].seat - 1
            for kind, rows in line.kinds.items():
                part = table[rows]
                if not np.isfinite(part).all():
                    self.counters.dropped += 1
                    self.refusals.note(f"{kind} that is no number", self.settings.streams[number].words)
                    continue
                wide = kind == "eeg" or kind == "acc"
                self._feed(seat, kind, line.rate, part if wide else part[0], now)
        return some


def _fits(spec: StreamSpec, info: Any) -> bool:
    wanted = ((spec.name, info.name()), (spec.type, info.type()), (spec.source, info.source_id()))
    return all(not want or want == have for want, have in wanted)


def _kinds(spec: StreamSpec, type_: str, count: int, rate: float) -> dict[str, list[int]]:
    """Return the rows of each kind. Raises ValueError where the stream cannot be read so."""
    said = spec.channels or (TYPES.get(type_.lower(), ""),) * count
    if len(said) != count:
        message = f"it has {count} channels, and `channels` has {len(said)}"
        raise ValueError(message)
    kinds: dict[str, list[int]] = {}
    for row, kind in enumerate(said):
        if kind:
            kinds.setdefault(kind, []).append(row)
    if not kinds:
        message = f"its type {type_!r} says nothing; state its `channels`"
        raise ValueError(message)
    for kind, rows in kinds.items():
        if rate < LEAST_RATE.get(kind, 0.0):
            message = f"{kind} needs {LEAST_RATE[kind]:g} samples a second, not {rate:g}"
            raise ValueError(message)
        if kind == "acc" and len(rows) < 3:
            message = "acc needs three axes"
            raise ValueError(message)
        kinds[kind] = rows if kind == "eeg" else rows[:3] if kind == "acc" else rows[:1]
    return kinds
