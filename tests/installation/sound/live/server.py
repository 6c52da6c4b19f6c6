"""A real sound server with a null sink, and what is heard on its monitor: no sound card is needed."""

import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.parts import lacking, require
from tests.waiting import until

__all__ = ["RATE", "Recorder", "SoundServer", "home", "until"]

RATE = 48_000
PATIENCE = 60.0
"""Seconds after which a test gives up waiting; it never decides what is right."""


@contextmanager
def home() -> Iterator[dict[str, str]]:
    """The environment of a user whose only audio device is the sound server, which does not run yet."""
    require("pulseaudio", "parec")
    try:
        import sounddevice  # noqa: F401
    except (ImportError, OSError):
        lacking("PortAudio")
    folder = Path(tempfile.mkdtemp(prefix="snd-"))  # short: the path of a socket is bounded
    (folder / "run").mkdir(mode=0o700)
    (folder / "pulse").mkdir()
    (folder / "pulse" / "client.conf").write_text("autospawn = no\n")
    (folder / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
    try:
        yield os.environ | {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "XDG_CONFIG_HOME": str(folder),
            "JACK_NO_START_SERVER": "1",
        }
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class SoundServer:
    """PulseAudio with one null sink of two channels.

    Args:
        environment: From ``home``.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        command = [
            "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
            "--disallow-exit", "-L", "module-native-protocol-unix",
            "-L", f"module-null-sink sink_name=photo format=float32le rate={RATE} channels=2",
        ]  # fmt: skip
        self._process = subprocess.Popen(
            command,
            env=self._environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        until(self._answers, "the sound server answers")

    def _answers(self) -> bool:
        asked = subprocess.run(["pactl", "info"], env=self._environment, capture_output=True, check=False)
        return asked.returncode == 0

    def plug(self, name: str, channels: int, title: str = "") -> str:
        """Add a null sink whose channels are ``aux0`` and so on; return the number of its module."""
        places = ",".join(f"aux{one}" for one in range(channels))
        words = [f"sink_name={name}", "format=float32le", f"rate={RATE}", f"channels={channels}"]
        words += [f"channel_map={places}", f"sink_properties=device.description={title or name}"]
        return self._pactl("load-module", "module-null-sink", *words)

    def unplug(self, module: str) -> None:
        """Take a sink away."""
        self._pactl("unload-module", module)

    def prefer(self, name: str) -> None:
        """Make a sink the default one."""
        self._pactl("set-default-sink", name)

    def _pactl(self, *words: str) -> str:
        done = subprocess.run(
            ["pactl", *words], env=self._environment, capture_output=True, text=True, check=True
        )
        return done.stdout.strip()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal."""
        assert self._process is not None
        os.killpg(self._process.pid, number)  # it has a child

    def kill(self) -> None:
        """Kill it as a crash would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None


class Recorder:
    """Records the monitor of the null sink, by a program of the sound server.

    Args:
        environment: From ``home``.
        file: Where the samples go.
        sink: Whose monitor; that of the first one by default.
        channels: Of the sink.
    """

    def __init__(
        self, environment: dict[str, str], file: Path, sink: str = "photo", channels: int = 2
    ) -> None:
        self._file, self._channels = file, channels
        self._output = file.open("wb")
        command = ["parec", "--latency-msec=10", "--format=float32le", f"--rate={RATE}"]
        command += [f"--device={sink}.monitor", f"--channels={channels}"]
        if sink != "photo":
            command.append("--channel-map=" + ",".join(f"aux{one}" for one in range(channels)))
        self._process = subprocess.Popen(
            command, env=environment, stdout=self._output, stderr=subprocess.DEVNULL
        )

    def heard(self) -> NDArray[np.float32]:
        """All samples so far, ``(n, channels)``."""
        return self._shaped(self._file.read_bytes())

    def newest(self, samples: int = 4800) -> NDArray[np.float32]:
        """The newest samples, ``(n, channels)``; fewer at the beginning."""
        with self._file.open("rb") as file:
            file.seek(max(0, self.mark() - samples) * 4 * self._channels)
            return self._shaped(file.read(samples * 4 * self._channels))

    def _shaped(self, data: bytes) -> NDArray[np.float32]:
        frame = 4 * self._channels
        return np.frombuffer(data[: len(data) // frame * frame], np.float32).reshape(-1, self._channels)

    def mark(self) -> int:
        """Number of samples so far."""
        return self._file.stat().st_size // (4 * self._channels)

    def close(self) -> None:
        """End it."""
        self._process.kill()
        self._process.wait()
        self._output.close()
