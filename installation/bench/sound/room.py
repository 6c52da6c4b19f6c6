"""A sound server with a null sink, a sound process that plays into it, and what its monitor hears."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO, Final

import numpy as np
from numpy.typing import NDArray

from installation.sound import RATE

__all__ = ["Listener", "SoundProcess", "missing", "server", "spent_by"]

_PATIENCE: Final = 30.0


def missing() -> str:
    """Return what is missing for a measurement in real time; empty if nothing is."""
    for program in ("pulseaudio", "pactl", "parec"):
        if shutil.which(program) is None:
            return program
    return next((one for one in ("sounddevice", "signalflow") if find_spec(one) is None), "")


@contextmanager
def server() -> Iterator[dict[str, str]]:
    """Start a sound server of its own; yields the environment of its clients."""
    with ExitStack() as stack:
        folder = Path(tempfile.mkdtemp(prefix="snd-"))  # short: the path of a socket is bounded
        stack.callback(shutil.rmtree, folder, ignore_errors=True)
        (folder / "run").mkdir(mode=0o700)
        (folder / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
        environment = os.environ | {
            "HOME": str(folder),
            "XDG_RUNTIME_DIR": str(folder / "run"),
            "XDG_CONFIG_HOME": str(folder),
            "JACK_NO_START_SERVER": "1",
        }
        command = [
            "pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no",
            "--disallow-exit", "-L", "module-native-protocol-unix",
            "-L", f"module-null-sink sink_name=photo rate={RATE} channels=2",
        ]  # fmt: skip
        quiet = subprocess.DEVNULL
        process = subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet)
        stack.callback(_end, process)
        until = time.monotonic() + _PATIENCE
        while not _answers(environment):
            if time.monotonic() > until:
                raise RuntimeError("the sound server does not answer")
            time.sleep(0.05)
        yield environment


def _answers(environment: dict[str, str]) -> bool:
    done = subprocess.run(["pactl", "info"], env=environment, capture_output=True, check=False)
    return done.returncode == 0


def _end(process: "subprocess.Popen[bytes]") -> None:
    with suppress(ProcessLookupError):
        process.send_signal(signal.SIGCONT)
    process.terminate()
    try:
        process.wait(5.0)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def spent_by(pid: int) -> float:
    """Return the processor seconds of a process so far."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii")
    fields = text.rpartition(")")[2].split()  # proc(5): utime and stime, after the name in brackets
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class SoundProcess:
    """The program's own sound process.

    Args:
        environment: From ``server``.
        folder: Where the bus is.
    """

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        given = environment | {"PHOTOPHORE_RUN": str(folder), "PHOTOPHORE_STATE": str(folder)}
        self._process = subprocess.Popen([sys.executable, "-m", "installation.sound"], env=given)

    @property
    def spent(self) -> float:
        """Processor seconds so far."""
        return spent_by(self._process.pid)

    def pause(self, paused: bool) -> None:
        """Stop it, or let it go on."""
        self._process.send_signal(signal.SIGSTOP if paused else signal.SIGCONT)

    def close(self) -> None:
        """End it."""
        _end(self._process)


class Listener:
    """Records the monitor, and knows when each sample was there.

    Args:
        environment: From ``server``.
    """

    def __init__(self, environment: dict[str, str]) -> None:
        command = ["parec", "--latency-msec=5", "--format=float32le", f"--rate={RATE}", "--channels=2"]
        self._process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE)
        assert self._process.stdout is not None  # noqa: S101 - it was asked for
        self._pipe: IO[bytes] = self._process.stdout
        self._parts: list[bytes] = []
        self._offsets: list[float] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        count = 0
        while data := self._pipe.read1(65536):  # type: ignore[attr-defined]
            count += len(data)
            self._offsets.append(time.monotonic() - count / 8 / RATE)
            self._parts.append(data)

    def close(self) -> tuple[NDArray[np.float32], float]:
        """End; return the samples ``(n, 2)``, and the monotonic second of the first, as soon as they came."""
        _end(self._process)
        self._thread.join()
        self._pipe.close()
        data = b"".join(self._parts)
        samples = np.frombuffer(data[: len(data) // 8 * 8], np.float32).reshape(-1, 2)
        return samples, min(self._offsets, default=0.0)
