"""Draws shaders in a separate process, so that a shader that hangs or crashes the driver does no harm.

The child is this module run as a program: it reads one file name per line from stdin and writes one JSON line
for each. The parent enforces a time limit per file and starts a new child after a failure.
"""

import contextlib
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

import msgspec

from installation.errors import GraphicsError, ShaderError
from installation.values import Finding, Seconds, Where

if TYPE_CHECKING:  # only the child imports OpenGL
    from installation.render.isf_host.host import Host

__all__ = ["FRAMES", "LIMIT_S", "SIZE", "Drawn", "draw_all", "verdict"]

SIZE = (320, 180)
"""Size of the test picture in pixels."""

FRAMES = 4
"""Frames drawn per shader: enough to use feedback between passes once."""

LIMIT_S: Seconds = 30.0
"""Time limit per file; software GL compiles large shaders in under 3 s."""


class Drawn(msgspec.Struct, frozen=True):
    """Result for one file: ``done``, ``unavailable`` (no OpenGL here), ``repatched`` or ``crashed``."""

    path: str
    state: str
    ms: float = 0.0
    findings: tuple[Finding, ...] = ()
    detail: str = ""


class _Child:
    """One drawing process and its output lines."""

    def __init__(self) -> None:
        command = [sys.executable, "-m", __name__]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        if self._process.stdin is None or self._process.stdout is None:
            message = "the drawing process has no pipes"
            raise OSError(message)
        self._stdin, self._stdout = self._process.stdin, self._process.stdout
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        self._reader = threading.Thread(target=self._read, name="drawing", daemon=True)
        self._reader.start()

    def draw(self, path: Path, limit: Seconds) -> Drawn:
        """Draw one file."""
        with contextlib.suppress(OSError):  # it has died: the empty reply reports it
            self._stdin.write(os.fsencode(path) + b"\n")
            self._stdin.flush()
        try:
            line = self._lines.get(timeout=limit)
        except queue.Empty:
            return Drawn(str(path), "hung", ms=limit * 1000)
        if not line:
            return Drawn(str(path), "crashed", detail=_ending(self._process.wait()))
        return msgspec.json.decode(line, type=Drawn)

    def close(self) -> None:
        """Kill the process, whatever it is doing."""
        self._process.kill()
        self._process.wait()
        self._reader.join()
        for stream in (self._stdin, self._stdout):
            with contextlib.suppress(OSError):
                stream.close()

    def _read(self) -> None:
        for line in self._stdout:
            self._lines.put(line)
        self._lines.put(b"")


def draw_all(paths: Sequence[Path], limit: Seconds = LIMIT_S) -> Iterator[Drawn]:
    """Compile each file and draw a few frames of it. Yields results in order.

    Args:
        paths: ISF files without newlines in their names.
        limit: Time limit per file in seconds; twice that for the first of a process, which opens OpenGL.
    """
    child: _Child | None = None
    try:
        for path in paths:
            fresh = child is None
            child = child or _Child()
            drawn = child.draw(path, limit * 2 if fresh else limit)
            yield drawn
            if drawn.state in ("hung", "crashed"):
                child.close()
                child = None
    finally:
        if child is not None:
            child.close()


def verdict(drawn: Drawn) -> tuple[Finding, ...]:
    """Return the findings about a file that was drawn, or could not be."""
    where = Where(drawn.path)
    if drawn.state == "hung":
        hint = "it may contain an endless loop; photophore would quarantine it"
        return (Finding(where, f"drawing took longer than {drawn.ms / 1000:g} s", hint),)
    if drawn.state == "crashed":
        hint = "it crashes the graphics driver; remove parts until it draws"
        return (Finding(where, f"the process that drew it ended with {drawn.detail}", hint),)
    if drawn.state == "unavailable":
        return (*_parse_findings(drawn), Finding(where, f"was not drawn: {drawn.detail}", "", "warning"))
    return drawn.findings


def _parse_findings(drawn: Drawn) -> tuple[Finding, ...]:
    from installation.isf import parse

    try:
        parse(Path(drawn.path))
    except ShaderError as error:
        return error.findings
    return ()


def _ending(code: int) -> str:
    return f"signal {-code}" if code < 0 else f"exit status {code}"


def _serve(stdin: IO[bytes], stdout: IO[bytes]) -> None:
    """Run the child: open OpenGL once, then draw file after file."""
    host, reason = None, ""
    try:
        from installation.render.gl.context import Context
        from installation.render.isf_host.host import Host

        host = Host(Context.create(SIZE))
    except (GraphicsError, ImportError) as error:
        reason = str(error)
    for line in stdin:
        path = Path(os.fsdecode(line.rstrip(b"\n")))
        drawn = _draw(host, path) if host else Drawn(str(path), "unavailable", detail=reason)
        stdout.write(msgspec.json.encode(drawn) + b"\n")
        stdout.flush()


def _draw(host: "Host", path: Path) -> Drawn:
    from installation.isf import parse
    from installation.render.gl import wait
    from installation.values import Frame

    start = time.perf_counter()
    findings: tuple[Finding, ...] = ()
    try:
        shader = parse(path)
        findings = shader.warnings
        renderer = host.load(shader, SIZE)
        findings += renderer.warnings
        try:
            for index in range(FRAMES):
                renderer.draw(Frame(index, index / 30, 1 / 30 if index else 0.0))
            wait.finish(host.context)
        finally:
            renderer.release()
            host.context.collect()
    except ShaderError as error:
        findings += error.findings
    return Drawn(str(path), "done", (time.perf_counter() - start) * 1000, findings)


if __name__ == "__main__":
    # A driver may print; redirect its output to stderr, away from our lines.
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    _serve(sys.stdin.buffer, answers)
