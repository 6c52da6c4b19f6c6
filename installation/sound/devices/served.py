"""Streams of one named device of a sound server, channel for channel; their methods are those of sounddevice.

The server is told to mix nothing: the first channel of a stream is the first of the device, whatever it is
called. It may not move a stream either: a device that was unplugged is lost, and taken up again when it is
back, instead of being heard from another that nobody named.
"""

import ctypes
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from installation.errors import AdapterError
from installation.sound import BLOCK, RATE
from installation.sound.devices.libpulse import BufferAttributes, ChannelMap, Connection, SampleSpec
from installation.values import Seconds

__all__ = ["Served"]

_FLOAT32: Final = 5
"""``PA_SAMPLE_FLOAT32LE``."""
_SAMPLE: Final = 4
_ANY: Final = 0xFFFFFFFF
_NO_REMAP, _NO_REMIX, _DO_NOT_MOVE, _ADJUST_LATENCY = 0x10, 0x20, 0x200, 0x2000
_FLAGS: Final = _NO_REMAP | _NO_REMIX | _DO_NOT_MOVE | _ADJUST_LATENCY
_READY, _FAILED, _TERMINATED = 2, 3, 4
"""States of a stream."""

Block = NDArray[np.float32]


class Served:
    """One stream.

    Args:
        name: What the server calls the device.
        output: Whether it is played to; else it is listened to.
        used: Channels that are written or read.
        positions: What the server calls the channels of the device; those beyond ``used`` are silent.
        latency: Seconds of sound that its buffer is to hold.

    Raises AdapterError when it cannot be opened, and from each method when it was lost.
    """

    def __init__(
        self, name: str, *, output: bool, used: int, positions: tuple[int, ...], latency: Seconds
    ) -> None:
        channels = len(positions)
        self._used, self._channels = used, channels
        self._frame = _SAMPLE * channels
        self._held = bytearray()
        self._lost = False
        self._dry = -1
        self._connection = connection = Connection()
        self._library = library = connection.library
        spec = SampleSpec(_FLOAT32, RATE, channels)
        places = ChannelMap(channels, (ctypes.c_int * 32)(*positions))
        size = round(latency * RATE) * self._frame
        try:
            with connection.locked():
                self._stream = ctypes.c_void_p(
                    library.pa_stream_new(
                        connection.context, b"photophore", ctypes.byref(spec), ctypes.byref(places)
                    )
                )
                if not self._stream:
                    raise AdapterError(connection.error())
                # It begins with the first block: a buffer that has no room for one more is not always full.
                first = BLOCK * self._frame
                buffer = ctypes.byref(BufferAttributes(_ANY, size, first, _ANY, size // 4))
                if output:
                    asked = library.pa_stream_connect_playback(
                        self._stream, name.encode(), buffer, _FLAGS, None, None
                    )
                else:
                    asked = library.pa_stream_connect_record(self._stream, name.encode(), buffer, _FLAGS)
            if asked < 0:
                raise AdapterError(connection.error())
            connection.wait(self._ready, "the sound server does not answer")
        except AdapterError:
            self.close()
            raise

    def _ready(self) -> bool:
        """Whether it is open; the lock is held. Raises AdapterError if it failed."""
        state = self._library.pa_stream_get_state(self._stream)
        if state in (_FAILED, _TERMINATED):
            raise AdapterError(self._connection.error())
        return bool(state == _READY)

    def _check(self) -> None:
        if not self._ready():
            raise AdapterError("its stream has ended")

    @property
    def write_available(self) -> int:
        """Samples that can be written now."""
        with self._connection.locked():
            self._check()
            return int(self._library.pa_stream_writable_size(self._stream)) // self._frame

    def write(self, samples: Block) -> bool:
        """Write samples ``(n, used)``; True if it had run empty before."""
        if self._used < self._channels:
            whole = np.zeros((len(samples), self._channels), np.float32)
            whole[:, : self._used] = samples
            samples = whole
        data = samples.tobytes()
        with self._connection.locked():
            self._check()
            written = self._library.pa_stream_write(
                self._stream, data, ctypes.c_size_t(len(data)), None, ctypes.c_int64(0), 0
            )
            dry = int(self._library.pa_stream_get_underflow_index(self._stream))
        if written < 0:
            raise AdapterError(self._connection.error())
        late, self._dry = dry != self._dry, dry
        return late

    @property
    def read_available(self) -> int:
        """Samples that can be read now."""
        data, size = ctypes.c_void_p(), ctypes.c_size_t()
        with self._connection.locked():
            self._check()
            while self._library.pa_stream_readable_size(self._stream):
                got = self._library.pa_stream_peek(self._stream, ctypes.byref(data), ctypes.byref(size))
                if got < 0 or not size.value:
                    break
                if data.value is None:  # a hole: the server had nothing for that time
                    self._held += bytes(size.value)
                    self._lost = True
                else:
                    self._held += ctypes.string_at(data.value, size.value)
                self._library.pa_stream_drop(self._stream)
        return len(self._held) // self._frame

    def read(self, samples: int) -> tuple[Block, bool]:
        """Return so many samples, ``(samples, used)``, and whether some were lost before them."""
        size = samples * self._frame
        data = np.frombuffer(bytes(self._held[:size]), np.float32).reshape(-1, self._channels)
        del self._held[:size]
        lost, self._lost = self._lost, False
        return data[:, : self._used], lost

    def abort(self, *, ignore_errors: bool = True) -> None:
        """Do nothing: it plays until it is closed."""

    def close(self, *, ignore_errors: bool = True) -> None:
        """End it. Harmless when called again."""
        del ignore_errors  # it raises none
        stream: Any = getattr(self, "_stream", None)
        if stream:
            self._stream = ctypes.c_void_p()
            with self._connection.locked():
                self._library.pa_stream_disconnect(stream)
                self._library.pa_stream_unref(stream)
        self._connection.close()
