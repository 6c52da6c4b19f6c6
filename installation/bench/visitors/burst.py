"""The visitors' page: 500 phones, each of its own address, that all send a story within a second.

The page runs as a process of its own, on this disk; the phones are connections of this process. Each has
its form open, sends it, and follows to the page with its code. Measured is the time from the first byte sent
to the last of that page. A bound and no peer: what phones wait for is not a matter of other programs.
"""

import asyncio
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

from installation.bench import Row
from installation.errors import PhotophoreError
from installation.guestbook import Guestbook, folder
from installation.guestbook.tokens import Tokens
from installation.ipc.link import ALIVE

__all__ = ["burst", "run"]

_PHONES: Final = 500
_WITHIN: Final = 1.0
_BOUND: Final = 250.0
_ROUNDS: Final = 3
_SEED: Final = 7
_AT_ONCE: Final = 50


def run() -> Sequence[Row]:
    """Return the time within which 99 of 100 phones have their code, and how many stories were lost."""
    rounds = [burst(_PHONES, _WITHIN) for _ in range(_ROUNDS)]
    times = sorted((one[0] for one in rounds), key=lambda one: one[int(0.99 * len(one))])[_ROUNDS // 2]
    lost = sum(one[1] for one in rounds)
    p50, p99 = times[len(times) // 2], times[int(0.99 * len(times))]
    name = f"visitors: {_PHONES} phones within {_WITHIN:g} s"
    return [
        Row(
            f"{name}, p99 in ms", p99, _BOUND, None, "ms", "bound", p99, f"<= {_BOUND:g}", p99 <= _BOUND,
            f"p50 {p50:.0f} ms, slowest {times[-1]:.0f} ms",
        ),
        Row(f"{name}, stories lost", float(lost), 0.0, None, "", "bound", float(lost), "0", lost == 0),
    ]  # fmt: skip


def burst(phones: int, within: float) -> tuple[list[float], int]:
    """Let phones send, each at a moment of its own within so many seconds.

    Returns:
        Sorted times in milliseconds, and how many of the stories that were sent are not in the book.

    Raises:
        PhotophoreError: The page cannot be started, or a phone is refused.
    """
    with tempfile.TemporaryDirectory() as state:
        process = subprocess.Popen(
            [sys.executable, "-m", "installation.visitors", json.dumps({"port": 0, "backups": 0})],
            env=os.environ | {"PHOTOPHORE_STATE": state, ALIVE: ""},
            stderr=subprocess.PIPE,
        )
        try:
            port = _port(process)
            token = Tokens(folder(Path(state))).now(time.time())
            times = asyncio.run(_all(port, token, phones, within))
            kept = {one.story.text for one in Guestbook(folder(Path(state))).stories()}
        finally:
            process.terminate()
            process.communicate(timeout=10)
    return sorted(times), sum(_text(i) not in kept for i in range(phones))


def _port(process: "subprocess.Popen[bytes]") -> int:
    said = b""
    while process.stderr is not None and (line := process.stderr.readline()):
        said += line
        found = re.search(rb"http://\S+:(\d+)/", line)
        if found:
            return int(found[1])
    message = f"the visitors' page did not start: {said.decode(errors='replace')}"
    raise PhotophoreError(message)


def _text(number: int) -> str:
    return f"This is what phone {number} has left."


@dataclass(slots=True)
class _Phone:
    """A phone with an open form."""

    number: int
    port: int
    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    key: str = ""

    async def ask(self, path: str, body: str = "") -> tuple[int, str, str]:
        """Send a request; return status, where it leads, and the page."""
        head = f"{'POST' if body else 'GET'} {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
        if body:
            head += f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        self.writer.write(f"{head}\r\n{body}".encode())
        told = (await self.reader.readuntil(b"\r\n\r\n")).decode()
        length = int(re.findall(r"(?i)content-length: (\d+)", told)[0])
        leads = re.findall(r"(?i)location: (\S+)", told)
        page = (await self.reader.readexactly(length)).decode()
        return int(told.split()[1]), leads[0] if leads else "", page

    async def leave(self, home: str, wait: float) -> float:
        """Send the form after a while; return the milliseconds until the code is there."""
        await asyncio.sleep(wait)
        body = urlencode({"key": self.key, "text": _text(self.number), "strokes": ""})
        began = time.perf_counter()
        status, leads, page = await self.ask(home, body)
        if status == 303:
            status, _, page = await self.ask(leads)
        took = 1000.0 * (time.perf_counter() - began)
        if status != 200 or 'id="code"' not in page:
            message = f"phone {self.number} was refused with {status}"
            raise PhotophoreError(message)
        self.writer.close()
        return took


async def _all(port: int, token: str, phones: int, within: float) -> list[float]:
    chance, limit = random.Random(_SEED), asyncio.Semaphore(_AT_ONCE)
    waits = [chance.random() * within for _ in range(phones)]
    home = f"/{token}"

    async def take_out(number: int) -> _Phone:
        async with limit:
            source = f"127.0.{1 + number // 250}.{1 + number % 250}"
            opened = await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0), limit=1 << 20)
            phone = _Phone(number, port, *opened)
            _, _, page = await phone.ask(home)
            phone.key = re.findall(r'name="key" value="([^"]+)"', page)[0]
            return phone

    ready = await asyncio.gather(*(take_out(i) for i in range(phones)))
    return list(
        await asyncio.gather(*(one.leave(home, wait) for one, wait in zip(ready, waits, strict=True)))
    )
