"""PortAudio: one list of devices for the whole process, and streams that are polled, never waited for.

PortAudio does not notice that devices come and go: it must be ended and begun again, and for that no stream
may be open. ``Library`` knows all open streams. Whoever finds that the list is old asks for a new one
(``renew``); the holders of other streams see that (``wanted_back``), close them, and open them again.

Streams are polled (``Pa_GetStreamWriteAvailable``) because a blocking write never returns from a server that
hangs, and because on PulseAudio a blocking read spins until the first samples come.
"""

import contextlib
import logging
import threading
from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from installation.errors import AdapterError, to_install
from installation.sound import RATE
from installation.sound.devices.libpulse import ServerDevices, listed
from installation.sound.devices.names import DEFAULT, SERVER_API, Device, Inventory, Way, choose
from installation.sound.devices.served import Served

__all__ = ["EXTRA", "PORTAUDIO", "SERVER", "Input", "Library", "Output", "missing"]

EXTRA: Final = to_install("photophore[sound]")
"""What installs the libraries of sound."""
SERVER: Final = "start PulseAudio or PipeWire, or plug in a device"
"""What to do where there is no output."""
PORTAUDIO: Final = "sudo apt-get install -y libportaudio2 libasound2-plugins"
"""What installs PortAudio and its way to sound servers on Debian."""

Block = NDArray[np.float32]

_PAIR: Final = 2
_TO_SERVER: Final = ("default", "pulse", "pipewire")
"""ALSA's ways to a sound server."""

log = logging.getLogger(__name__)


def missing() -> str:
    """Return what is missing for audio devices, and how to install it; empty if nothing is."""
    try:
        import sounddevice  # noqa: F401
    except ImportError:
        return f"sound needs more packages: {EXTRA}"
    except OSError as error:  # its PortAudio is not there
        return f"{error}; on Debian: {PORTAUDIO}"
    return ""


class Output:
    """An open output.

    Args:
        stream: Started stream of sounddevice.
        device: Its device.
        channels: Channels in use.
        release: Called once when it was closed.
    """

    def __init__(self, stream: Any, device: Device, channels: int, release: Callable[[], None]) -> None:
        self.device, self.channels = device, channels
        self._stream = stream
        self._release = release
        self.capacity = max(1, int(stream.write_available))
        """Samples that its buffer holds."""

    def room(self) -> int:
        """Return the samples that can be written now. Raises AdapterError if the device is lost."""
        return int(_asked(lambda: self._stream.write_available, self.device))

    def write(self, block: Block) -> bool:
        """Write a block ``(channels, samples)`` for which there is room.

        Returns:
            True if the output had run empty before.

        Raises:
            AdapterError: The device is lost.
        """
        interleaved = np.ascontiguousarray(block.T, dtype=np.float32)
        return bool(_asked(lambda: self._stream.write(interleaved), self.device))

    def close(self) -> None:
        """Close it at once; what is in its buffer is lost. Harmless when called again."""
        _close(self._stream)
        release, self._release = self._release, _nothing
        release()


class Input:
    """An open input; arguments as of ``Output``."""

    def __init__(self, stream: Any, device: Device, channels: int, release: Callable[[], None]) -> None:
        self.device, self.channels = device, channels
        self._stream = stream
        self._release = release

    def ready(self) -> int:
        """Return the samples that can be read now. Raises AdapterError if the device is lost."""
        return int(_asked(lambda: self._stream.read_available, self.device))

    def read(self, samples: int) -> tuple[Block, bool]:
        """Return so many samples, ``(channels, samples)``, and whether some were lost before them.

        Raises:
            AdapterError: The device is lost.
        """
        data, lost = _asked(lambda: self._stream.read(samples), self.device)
        return np.ascontiguousarray(data.T), bool(lost)

    def close(self) -> None:
        """Close it. Harmless when called again."""
        _close(self._stream)
        release, self._release = self._release, _nothing
        release()


def _nothing() -> None:
    """Do nothing."""


def _asked(call: Callable[[], Any], device: Device) -> Any:
    """Return what the library returns; its errors become AdapterError."""
    import sounddevice

    try:
        return call()
    except (sounddevice.PortAudioError, AdapterError) as error:
        message = f"{device.name} was lost: {_words(error)}"
        raise AdapterError(message) from error


def _close(stream: Any) -> None:
    import sounddevice

    for end in (stream.abort, stream.close):
        try:
            end(ignore_errors=True)
        except sounddevice.PortAudioError:  # nothing more can be done for it
            continue


def _words(error: Exception) -> str:
    """Return PortAudio's message without its codes."""
    text = str(error).partition(" [PaErrorCode")[0]
    given: tuple[Any, ...] = error.args
    host = given[2] if len(given) > 2 else ()  # host API, its code, its text
    detail = str(host[2]) if isinstance(host, tuple) and len(host) > 2 else ""
    return f"{text} ({detail})" if detail else text


class Library:
    """PortAudio in this process. May be used from several threads.

    It is loaded when it is used first, since that already asks the sound server, which may hang. Every method
    raises AdapterError if it is not installed.

    Attributes:
        renewed: How often the list was renewed.
        spent: Whether a stream was lost that this process cannot close, see ``lose``.
    """

    def __init__(self) -> None:
        self._loaded: Any = None
        self._server: ServerDevices | None = None
        self._lock = threading.Lock()
        self._open = 0
        self._wanted_back = False
        self.renewed = 0
        self.spent = False

    @property
    def _sounddevice(self) -> Any:
        """The library; the first call loads it."""
        if self._loaded is None:
            absent = missing()
            if absent:
                raise AdapterError(absent)
            import sounddevice

            self._loaded = sounddevice
        return self._loaded

    @property
    def wanted_back(self) -> bool:
        """Whether all streams are to be closed, so that the list can be renewed."""
        return self._wanted_back

    def renew(self) -> bool:
        """Renew the list of devices, now or once all streams are closed; True if it was done now."""
        with self._lock:
            self._wanted_back = self._open > 0
            if not self._wanted_back:
                self._again()
            return not self._wanted_back

    def _again(self) -> None:
        self._wanted_back = False
        self._server = None
        self.renewed += 1
        with contextlib.suppress(self._sounddevice.PortAudioError):  # it was not running
            self._sounddevice._terminate()  # noqa: SLF001 - its documentation names this way
        try:
            self._sounddevice._initialize()  # noqa: SLF001
        except self._sounddevice.PortAudioError as error:
            message = f"the sound system cannot be asked: {_words(error)}"
            raise AdapterError(message) from error

    def _closed(self) -> None:
        with self._lock:
            self._open -= 1
            if self._wanted_back and not self._open:
                try:
                    self._again()
                except AdapterError as error:  # whoever opens the next stream tries again, and fails with it
                    log.warning("%s", error)

    def lose(self, stream: Output | Input) -> None:
        """Close a stream whose device was lost.

        Not that of a JACK server that has gone: to close it ends the process now and then (SIGSEGV in
        ``jack_deactivate``, libjack 1.9.21). Then this process is ``spent``, and another is to go on.
        """
        if stream.device.of_jack:
            self.spent = True
        else:
            stream.close()

    @property
    def streams(self) -> int:
        """Number of open streams."""
        return self._open

    def inventory(self) -> Inventory:
        """Return the devices as of the last renewal."""
        with self._lock:
            return self._inventory()

    def _inventory(self) -> Inventory:
        try:
            apis = self._sounddevice.query_hostapis()
            given = self._sounddevice.query_devices()
        except self._sounddevice.PortAudioError as error:
            return Inventory(problem=f"the devices cannot be listed: {_words(error)}")
        devices = tuple(
            Device(
                index=one["index"],
                name=one["name"],
                api=apis[one["hostapi"]]["name"],
                outputs=one["max_output_channels"],
                inputs=one["max_input_channels"],
                rate=one["default_samplerate"],
            )
            for one in given
        )
        into, out = self._sounddevice.default.device
        if self._server is None:
            self._server = listed()
        if int(out) < 0:  # there is no ALSA device that leads to the server
            out = self._server.output
        if int(into) < 0:
            into = self._server.input
        # First, since a card of that name that a server has cannot be opened beside it.
        return Inventory(devices=(*self._server.devices, *devices), output=int(out), input=int(into))

    def output(self, wanted: str, channels: int, latency: float) -> Output | None:
        """Open an output and start it.

        Args:
            wanted: Its name, see ``choose``.
            channels: Channels that are wanted; a device that has fewer is opened with those.
            latency: Seconds of sound that its buffer is to hold.

        Returns:
            None if the machine has no output.

        Raises:
            AdapterError: It does not exist, or it cannot be opened.
        """
        opened = self._stream("output", wanted, channels, latency)
        return Output(*opened, self._closed) if opened is not None else None

    def input(self, wanted: str, most: int, latency: float) -> Input | None:
        """Open an input with at most ``most`` channels; else as ``output``."""
        opened = self._stream("input", wanted, most, latency)
        return Input(*opened, self._closed) if opened is not None else None

    def _stream(self, way: Way, wanted: str, channels: int, latency: float) -> tuple[Any, Device, int] | None:
        with self._lock:
            if self._wanted_back:
                raise AdapterError("the list of devices is being renewed")
            found = self._inventory()
            if found.problem:
                raise AdapterError(found.problem)
            device = choose(wanted, found, way)
            if device is None:
                return None
            if wanted == DEFAULT and channels > _PAIR and way == "output":
                device = self._default_of_server(found, device)
            used = min(channels, device.channels(way))
            stream = self._started(way, device, used, latency)
            self._open += 1
            return stream, device, used

    def _default_of_server(self, found: Inventory, device: Device) -> Device:
        """Return the server's own default output in place of ALSA's way to it, which mixes channels."""
        if device.api != "ALSA" or device.name not in _TO_SERVER or self._server is None:
            return device
        return next((one for one in found.devices if one.index == self._server.output), device)

    def _served(self, way: Way, device: Device, channels: int, latency: float) -> Served:
        positions = (self._server or ServerDevices()).positions[device.index]
        output = way == "output"
        try:
            return Served(device.alias, output=output, used=channels, positions=positions, latency=latency)
        except AdapterError as error:
            message = f"{device.name} cannot be opened: {error}"
            raise AdapterError(message) from error

    def _started(self, way: Way, device: Device, channels: int, latency: float) -> Any:
        if device.api == SERVER_API:
            return self._served(way, device, channels, latency)
        kinds = {"output": self._sounddevice.OutputStream, "input": self._sounddevice.InputStream}
        stream = None
        try:
            stream = kinds[way](
                samplerate=RATE, channels=channels, dtype="float32", device=device.index, latency=latency
            )
            stream.start()
        except (self._sounddevice.PortAudioError, ValueError) as error:
            if stream is not None:
                _close(stream)
            message = f"{device.name} cannot be opened: {_words(error)}"
            raise AdapterError(message) from error
        return stream
