"""The client library of PulseAudio, which PipeWire serves too: a connection, and the list of devices.

PortAudio reaches a sound server only by ALSA's device ``pulse``, which shows none of its outputs by name and
tells the server to mix channels as it likes. This library is there wherever that device is.
"""

import ctypes
import ctypes.util
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any, Final, TypeAlias

import msgspec

from installation.errors import AdapterError
from installation.sound.devices.names import SERVER_API, Device, Way
from installation.values import Seconds

__all__ = [
    "BufferAttributes",
    "ChannelMap",
    "Connection",
    "SampleSpec",
    "ServerDevices",
    "connected",
    "listed",
]

_PATIENCE: Final[Seconds] = 2.0
"""A server answers within milliseconds; one that hangs is left alone."""
_POLL: Final[Seconds] = 0.002
_READY, _FAILED, _TERMINATED = 4, 5, 6
"""States of a context."""
_NO_AUTOSPAWN: Final = 1
_RUNNING: Final = 0
_INDEX: Final = 10_000
"""Numbers of the server's devices begin here, above PortAudio's."""


class SampleSpec(ctypes.Structure):
    """``pa_sample_spec``."""

    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


class ChannelMap(ctypes.Structure):
    """``pa_channel_map``."""

    _fields_ = (("channels", ctypes.c_uint8), ("map", ctypes.c_int * 32))


class BufferAttributes(ctypes.Structure):
    """``pa_buffer_attr``; all in bytes."""

    _fields_ = tuple(
        (name, ctypes.c_uint32) for name in ("maxlength", "tlength", "prebuf", "minreq", "fragsize")
    )


class _Info(ctypes.Structure):
    """The beginning of ``pa_sink_info`` and of ``pa_source_info``, which is the same."""

    _fields_ = (
        ("name", ctypes.c_char_p),
        ("index", ctypes.c_uint32),
        ("description", ctypes.c_char_p),
        ("spec", SampleSpec),
        ("map", ChannelMap),
    )


class _ServerInfo(ctypes.Structure):
    """The beginning of ``pa_server_info``."""

    _fields_ = (
        *((name, ctypes.c_char_p) for name in ("user", "host", "version", "server")),
        ("spec", SampleSpec),
        ("output", ctypes.c_char_p),
        ("input", ctypes.c_char_p),
    )


_LISTS: Final = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(_Info), ctypes.c_int, ctypes.c_void_p)
_TELLS: Final = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.POINTER(_ServerInfo), ctypes.c_void_p)
_POINTERS: Final = (
    "threaded_mainloop_new", "threaded_mainloop_get_api", "context_new", "stream_new",
    "context_get_sink_info_list", "context_get_source_info_list", "context_get_server_info",
)  # fmt: skip


@cache
def _library() -> Any:
    """The library; None where it is not installed."""
    name = ctypes.util.find_library("pulse") or "libpulse.so.0"
    try:
        found = ctypes.CDLL(name)
    except OSError:
        return None
    for one in _POINTERS:
        getattr(found, f"pa_{one}").restype = ctypes.c_void_p
    found.pa_strerror.restype = ctypes.c_char_p
    found.pa_stream_writable_size.restype = found.pa_stream_readable_size.restype = ctypes.c_size_t
    found.pa_stream_get_underflow_index.restype = ctypes.c_int64
    return found


class ServerDevices(msgspec.Struct, frozen=True, kw_only=True):
    """What a sound server has.

    Attributes:
        devices: Its outputs and inputs; what listens to an output (a monitor) comes last.
        positions: What it calls their channels, by the number of the device.
        output, input: Numbers of its default devices; -1 for none.
    """

    devices: tuple[Device, ...] = ()
    positions: dict[int, tuple[int, ...]] = {}
    output: int = -1
    input: int = -1


_Row: TypeAlias = tuple[str, str, tuple[int, ...], int]
"""Name, title, positions of the channels, rate."""


class Connection:
    """A connection to the server of this user, with a thread of the library's.

    Raises AdapterError if there is none or it does not answer.
    """

    def __init__(self) -> None:
        self.library = _library()
        if self.library is None:
            raise AdapterError("libpulse is not installed")
        self._loop = ctypes.c_void_p(self.library.pa_threaded_mainloop_new())
        api = ctypes.c_void_p(self.library.pa_threaded_mainloop_get_api(self._loop))
        self.context = ctypes.c_void_p(self.library.pa_context_new(api, b"photophore"))
        self._open = True
        connecting = self.library.pa_context_connect(self.context, None, _NO_AUTOSPAWN, None) >= 0
        self.library.pa_threaded_mainloop_start(self._loop)
        try:
            if not connecting:
                raise AdapterError(f"there is no sound server: {self.error()}")
            self.wait(self._connected, "the sound server does not answer")
        except AdapterError:
            self.close()
            raise

    def _connected(self) -> bool:
        state = self.library.pa_context_get_state(self.context)
        if state in (_FAILED, _TERMINATED):
            raise AdapterError(f"there is no sound server: {self.error()}")
        return bool(state == _READY)

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the library's thread; every call for the connection needs that."""
        self.library.pa_threaded_mainloop_lock(self._loop)
        try:
            yield
        finally:
            self.library.pa_threaded_mainloop_unlock(self._loop)

    def error(self) -> str:
        """Return the last error in words."""
        number = self.library.pa_context_errno(self.context)
        return str(self.library.pa_strerror(number).decode(errors="replace"))

    def wait(self, ready: Callable[[], bool], late: str) -> None:
        """Wait until something is so, asked with the lock held. Raises AdapterError if it takes too long."""
        end = time.monotonic() + _PATIENCE
        while True:
            with self.locked():
                if ready():
                    return
            if time.monotonic() > end:
                raise AdapterError(late)
            time.sleep(_POLL)

    def ask(self, question: str, answer: Any) -> None:
        """Ask the server, and wait until ``answer`` was called with all that it says."""
        with self.locked():
            operation = ctypes.c_void_p(getattr(self.library, f"pa_{question}")(self.context, answer, None))
        if not operation:
            raise AdapterError(f"the sound server cannot be asked: {self.error()}")
        try:
            self.wait(
                lambda: self.library.pa_operation_get_state(operation) != _RUNNING,
                "the sound server does not answer",
            )
        finally:
            with self.locked():
                self.library.pa_operation_cancel(operation)  # nothing calls back later
                self.library.pa_operation_unref(operation)

    def close(self) -> None:
        """End it. Harmless when called again."""
        if not self._open:
            return
        self._open = False
        with self.locked():
            self.library.pa_context_disconnect(self.context)
            self.library.pa_context_unref(self.context)
        self.library.pa_threaded_mainloop_stop(self._loop)
        self.library.pa_threaded_mainloop_free(self._loop)


@contextmanager
def connected() -> Iterator[Connection]:
    """A connection for a moment."""
    connection = Connection()
    try:
        yield connection
    finally:
        connection.close()


def listed() -> ServerDevices:
    """Return what the sound server has; nothing if there is none, or it does not answer."""
    try:
        with connected() as connection:
            return _listed(connection)
    except AdapterError:
        return ServerDevices()


def _listed(connection: Connection) -> ServerDevices:
    found: dict[Way, list[_Row]] = {"output": [], "input": []}
    chosen: list[bytes | None] = []

    def tells(_context: Any, info: Any, _data: Any) -> None:
        if info:
            chosen.extend((info.contents.output, info.contents.input))

    connection.ask("context_get_server_info", _TELLS(tells))
    questions: tuple[tuple[Way, str], ...] = (("output", "sink"), ("input", "source"))
    for way, kind in questions:

        def lists(_context: Any, info: Any, end: int, _data: Any, to: Any = found[way]) -> None:
            if end == 0 and info:
                one = info.contents
                name, title = (text.decode(errors="replace") for text in (one.name, one.description))
                to.append((name, title, tuple(one.map.map[: one.map.channels]), one.spec.rate))

        connection.ask(f"context_get_{kind}_info_list", _LISTS(lists))
    return _devices(found, chosen)


def _devices(found: dict[Way, list[_Row]], chosen: list[bytes | None]) -> ServerDevices:
    defaults = [(one or b"").decode(errors="replace") for one in chosen] or ["", ""]
    devices: list[Device] = []
    places: dict[int, tuple[int, ...]] = {}
    numbers = {"output": -1, "input": -1}
    rows = [(way, *one) for way, some in found.items() for one in some]
    titles = [(way, title) for way, _, title, _, _ in rows]
    for way, name, title, positions, rate in sorted(rows, key=lambda row: row[1].endswith(".monitor")):
        index = _INDEX + len(devices)
        channels = len(positions)
        outputs, inputs = (channels, 0) if way == "output" else (0, channels)
        shown = f"{title} ({name})" if titles.count((way, title)) > 1 else title
        device = Device(
            index=index, name=shown, api=SERVER_API, outputs=outputs, inputs=inputs, rate=rate, alias=name
        )
        devices.append(device)
        places[index] = positions
        if name == defaults[way == "input"]:
            numbers[way] = index
    return ServerDevices(
        devices=tuple(devices),
        positions=places,
        output=numbers["output"],
        input=numbers["input"],
    )
