"""The BrainFlow input: one board at one seat, by the name that BrainFlow gives it."""

from dataclasses import dataclass
from time import monotonic
from typing import Annotated, Any, Final, Literal

import msgspec
import numpy as np

from hardware.biosensor.bank import LEAST_RATE
from hardware.biosensor.seats import First, Places, SeatSettings
from hardware.biosensor.sensors import SeatedInput
from installation.contract import AdapterError, Reading, Seconds, to_install

__all__ = ["BrainFlowInput", "BrainFlowSettings", "Signal"]

Signal = Literal["acc", "ecg", "eda", "eeg", "ppg"]

_POLL: Final[Seconds] = 0.02
_SILENT: Final[Seconds] = 5.0
"""Without a sample for so long a board is closed and opened again: BrainFlow itself says nothing of it."""
_KEPT: Final = 45_000
"""Samples in BrainFlow's own buffer: a minute of the fastest boards."""
_RANGE: Final = {"acc": 3, "ecg": 1, "eda": 1, "ppg": 1}
"""Rows that are used of each kind; of EEG, all."""
_FIELDS: Final[dict[str, str]] = {
    "acc": "accel_channels", "ecg": "ecg_channels", "eda": "eda_channels", "eeg": "eeg_channels",
    "ppg": "ppg_channels",
}  # fmt: skip
_PARAMETERS: Final = (
    "serial_port", "mac_address", "ip_address", "ip_port", "ip_protocol", "other_info", "timeout",
    "serial_number", "file", "file_aux", "file_anc",
)  # fmt: skip
_ALL: Final[tuple[Signal, ...]] = ("acc", "eda", "eeg", "ppg")


class BrainFlowSettings(SeatSettings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a venue file says about a board that BrainFlow drives.

    Attributes:
        board: Its name as in BrainFlow's list, without ``_BOARD``: ``ganglion``, ``muse-2``, ``emotibit``,
            ``synthetic``, ``playback-file``, ``streaming``.
        signals: What is used of it: `acc`, `ecg`, `eda`, `eeg`, `ppg`. An ECG on the inputs for EEG is `ecg`.
        rows: Rows of the board's data in place of those that BrainFlow names: ``{ ecg = [3] }``.
        commands: Sent to the board before it streams, as its maker says.
        serial_port: As BrainFlow's parameter of that name.
        mac_address: As BrainFlow's parameter of that name.
        serial_number: As BrainFlow's parameter of that name: two boards of one kind are told apart by it.
        ip_address: As BrainFlow's parameter of that name; of ``streaming`` the multicast group.
        ip_port: As BrainFlow's parameter of that name.
        ip_protocol: As BrainFlow's parameter of that name.
        other_info: As BrainFlow's parameter of that name.
        timeout: Seconds that BrainFlow looks for the board; 0 is its own default.
        file: Recording that ``playback-file`` plays, again and again.
        file_aux, file_anc: Recordings of the board's auxiliary and ancillary data, where it has such.
        master: Which board that recording, or that stream, is of.
        full: Upper end of the range of its PPG; 0 if it is not known.
        first: Number of the person who wears it, 1 to 40.
        seats: Where that person is, as x, y in the picture, 0..1, y up: one.
    """

    board: str
    signals: Annotated[tuple[Signal, ...], msgspec.Meta(min_length=1)] = _ALL
    rows: dict[Signal, tuple[Annotated[int, msgspec.Meta(ge=0, le=1023)], ...]] = msgspec.field(
        default_factory=dict
    )
    commands: tuple[str, ...] = ()
    serial_port: str = ""
    mac_address: str = ""
    serial_number: str = ""
    ip_address: str = ""
    ip_port: Annotated[int, msgspec.Meta(ge=0, le=65_535)] = 0
    ip_protocol: Annotated[int, msgspec.Meta(ge=0, le=2)] = 0
    other_info: str = ""
    timeout: Annotated[int, msgspec.Meta(ge=0, le=600)] = 0
    file: str = ""
    file_aux: str = ""
    file_anc: str = ""
    master: str = ""
    full: Annotated[float, msgspec.Meta(ge=0.0, le=1e12)] = 0.0
    first: First = 1
    seats: Places = ((0.5, 0.3),)

    def __post_init__(self) -> None:
        """Refuse more than one seat, and recordings of no board. Raises ValueError."""
        super().__post_init__()
        if len(self.seats) != 1:
            message = "seats: a board is on one person; write an adapter for each board"
            raise ValueError(message)
        if _spelled(self.board) in ("PLAYBACK_FILE", "STREAMING") and not self.master:
            message = f"board {self.board} needs `master`: the board that it was recorded or sent from"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class _Part:
    """One kind of signal of a board: in which of its data sets, how fast, in which rows."""

    preset: int
    kind: Signal
    rate: float
    rows: tuple[int, ...]


class BrainFlowInput(SeatedInput):
    """Reads a board through BrainFlow: EEG, ECG, PPG, skin, movement of who wears it."""

    kind = "brainflow"
    home = "stage"
    extra = "brainflow"
    modules = ("brainflow",)
    Settings = BrainFlowSettings
    settings: BrainFlowSettings

    def __init__(self, name: str, settings: BrainFlowSettings) -> None:
        super().__init__(name, settings, settings.full or float("inf"))
        self._shim: Any = None
        self._error: type[Exception] = Exception
        self._parts: list[_Part] = []
        self._heard: Seconds = 0.0

    @property
    def detail(self) -> str:
        """Which board, what it gives, and whether somebody wears it."""
        given = ", ".join(f"{part.kind} {part.rate:g}/s" for part in tuple(self._parts))
        return ", ".join(filter(None, (f"board {self.settings.board}", given, self._worn)))

    def open(self) -> None:
        """Connect to the board and let it stream. Raises AdapterError."""
        if self._shim is not None:
            return
        try:
            from brainflow import board_shim, exit_codes
        except (ImportError, OSError) as error:
            hint = f"{to_install('photophore[brainflow]')}; its wheel has no library for ARM Linux"
            raise AdapterError(f"BrainFlow cannot be used: {error}", hint) from error
        self._error = exit_codes.BrainFlowError
        board_shim.BoardShim.disable_board_logger()
        shim, parts = self._connected(board_shim)
        try:
            shim.prepare_session()
            for command in self.settings.commands:
                shim.config_board(command)
            if _spelled(self.settings.board) == "PLAYBACK_FILE":
                shim.config_board("loopback_true")
            shim.start_stream(_KEPT)
        except self._error as error:
            _release(shim, self._error)
            raise AdapterError(
                f"board {self.settings.board}: {error}", "is it on, near, and used by nothing else?"
            ) from error
        self._shim, self._parts, self._heard = shim, parts, monotonic()

    def _connected(self, flow: Any) -> tuple[Any, list[_Part]]:
        """Return the board, not yet open, and what is used of it. Raises AdapterError."""
        wanted = self.settings
        board = _number(flow, wanted.board)
        parameters = flow.BrainFlowInputParams()
        for key in _PARAMETERS:
            setattr(parameters, key, getattr(wanted, key))
        master = _number(flow, wanted.master) if wanted.master else board
        if wanted.master:
            parameters.master_board = master
        parts = self._describe(flow.BoardShim, master)
        if not parts:
            given = ", ".join(wanted.signals)
            raise AdapterError(f"board {wanted.board} has none of {given}", "name others in `signals`")
        return flow.BoardShim(board, parameters), parts

    def _describe(self, shim: Any, board: int) -> list[_Part]:
        """Return where each wanted signal is; of one that is in several data sets, the first."""
        parts: dict[Signal, _Part] = {}
        for preset in sorted(shim.get_board_presets(board)):
            description = shim.get_board_descr(board, preset)
            rate = float(description["sampling_rate"])
            for kind in self.settings.signals:
                rows = self.settings.rows.get(kind) or tuple(description.get(_FIELDS[kind], ()))
                rows = rows[: _RANGE.get(kind, len(rows))]
                beyond = any(row >= int(description["num_rows"]) for row in rows)
                if rows and not beyond and kind not in parts and rate >= LEAST_RATE[kind]:
                    parts[kind] = _Part(int(preset), kind, rate, rows)
        return list(parts.values())

    def close(self) -> None:
        """Let the board go and forget who wore it."""
        shim, self._shim = self._shim, None
        if shim is not None:
            _release(shim, self._error)
        self._parts = []
        super().close()

    def _gather(self, timeout: Seconds) -> list[Reading]:
        shim = self._shim
        if shim is None:
            raise AdapterError("is not open", "call open first")
        end = monotonic() + timeout
        while not self._pull(shim) and monotonic() < end:
            if self._woken.wait(min(_POLL, max(end - monotonic(), 0.0))):
                break
        if monotonic() - self._heard > _SILENT:
            why = f"board {self.settings.board} has sent nothing for {_SILENT:g} s"
            raise AdapterError(why, "look at its battery and its distance")
        return []

    def _pull(self, shim: Any) -> bool:
        """Hand what has come to the bank; returns whether there was anything."""
        some = False
        for preset in dict.fromkeys(part.preset for part in self._parts):
            try:
                data = shim.get_board_data(preset=preset)
            except self._error as error:
                raise AdapterError(f"board {self.settings.board}: {error}", "look at it") from error
            count = data.shape[1]
            if not count:
                continue
            some, now = True, monotonic()
            self._heard = now
            self.counters.received += count
            for part in self._parts:
                if part.preset != preset:
                    continue
                found = np.asarray(data[list(part.rows)], np.float64)
                wide = part.kind in ("eeg", "acc")
                self._feed(0, part.kind, part.rate, found if wide else found[0], now)
        return some


def _spelled(name: str) -> str:
    """Return a board's name as BrainFlow spells it, without its ending."""
    return name.upper().replace("-", "_").replace(" ", "_").removesuffix("_BOARD")


def _number(flow: Any, name: str) -> int:
    """Return the number of a board. Raises AdapterError."""
    known = {one.name.replace("_BOARD", ""): int(one.value) for one in flow.BoardIds}
    found = known.get(_spelled(name))
    if found is None or _spelled(name) == "NO":
        near = [one for one in known if _spelled(name)[:4] in one] or sorted(known)
        names = ", ".join(one.lower().replace("_", "-") for one in near[:6])
        raise AdapterError(f"BrainFlow knows no board {name!r}", f"boards are {names}, ...")
    return found


def _release(shim: Any, failure: type[Exception]) -> None:
    """Stop a board; what fails on the way is of no use to anybody any more."""
    for act in (shim.stop_stream, shim.release_session):
        try:
            act()
        except failure:
            continue
