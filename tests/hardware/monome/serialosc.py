"""A serialosc with devices, on real UDP ports of 127.0.0.1, as monome.org describes its protocol.

python-osc reads and writes its messages, which shares nothing with our codec. Devices keep 16 levels of
lights, as the real ones do; a test presses their keys.
"""

import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

__all__ = ["Grid", "Serialosc"]

HOST = "127.0.0.1"


def encode(address: str, *values: int | str) -> bytes:
    builder = OscMessageBuilder(address)
    for value in values:
        builder.add_arg(value)
    return bytes(builder.build().dgram)


class Port:
    """One UDP port with a thread that takes what comes."""

    def __init__(self, take: Callable[[str, list[Any]], None], port: int = 0) -> None:
        self.link = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.link.bind((HOST, port))
        self.link.settimeout(0.05)
        self.number = int(self.link.getsockname()[1])
        self._take = take
        self._ending = False
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def send(self, port: int, address: str, *values: int | str) -> None:
        self.link.sendto(encode(address, *values), (HOST, port))

    def close(self) -> None:
        self._ending = True
        self._thread.join()
        self.link.close()

    def _run(self) -> None:
        while not self._ending:
            try:
                data = self.link.recv(65_536)
            except TimeoutError:
                continue
            message = OscMessage(data)
            self._take(message.address, list(message.params))


class Grid:
    """A device: 16 by 16 keys with lights, and four knobs with rings."""

    def __init__(self, name: str, kind: str) -> None:
        self.name, self.kind = name, kind
        self.prefix, self.target = "/monome", 0
        self.levels = [[0] * 16 for _ in range(16)]
        self.rings: dict[int, list[int]] = {}
        self.seen: list[tuple[str, list[Any]]] = []
        self.born = time.monotonic()
        self.news = threading.Condition()
        self.port = Port(self._take)

    def press(self, x: int, y: int, down: int) -> None:
        """Tell that the key at column ``x`` and row ``y`` went down (1) or up (0)."""
        self.port.send(self.target, f"{self.prefix}/grid/key", x, y, down)

    def turn(self, number: int, steps: int) -> None:
        """Tell that a ring's knob was turned by so many of its 1024 steps; negative to the left."""
        self.port.send(self.target, f"{self.prefix}/enc/delta", number, steps)

    def until(self, done: Callable[[], bool], patience: float = 40.0) -> float:
        """Wait for the lights; seconds from the plugging to that."""
        with self.news:
            assert self.news.wait_for(done, patience), self.seen
            return time.monotonic() - self.born

    def _take(self, address: str, values: list[Any]) -> None:
        with self.news:
            self.seen.append((address, values))
            if address == "/sys/port":
                self.target = values[0]
            elif address == "/sys/prefix":
                self.prefix = values[0]
            elif address == f"{self.prefix}/grid/led/level/map":
                left, top, *levels = values
                assert len(levels) == 64
                for index, level in enumerate(levels):
                    self.levels[top + index // 8][left + index % 8] = level
            elif address == f"{self.prefix}/ring/map":
                number, *levels = values
                assert len(levels) == 64
                self.rings[number] = levels
            self.news.notify_all()


class Serialosc:
    """The program itself. It tells of a change once, and then wants to be asked again."""

    def __init__(self, port: int = 0) -> None:
        self.grids: list[Grid] = []
        self._waiting: set[int] = set()
        self.port = Port(self._take, port)

    def plug(self, name: str, kind: str) -> Grid:
        """Plug a device in: it is listed, and whoever has asked is told once."""
        grid = Grid(name, kind)
        self.grids.append(grid)
        self._tell("/serialosc/add", grid)
        return grid

    def unplug(self, grid: Grid, *, told: bool = True) -> None:
        """Take a device away; without ``told`` as if nobody had noticed."""
        self.grids.remove(grid)
        grid.port.close()
        if told:
            self._tell("/serialosc/remove", grid)

    def close(self) -> None:
        """Close all ports."""
        self.port.close()
        for grid in self.grids:
            grid.port.close()

    def _tell(self, address: str, grid: Grid) -> None:
        waiting, self._waiting = self._waiting, set()
        for port in waiting:
            self.port.send(port, address, grid.name, grid.kind, grid.port.number)

    def _take(self, address: str, values: list[Any]) -> None:
        host, port = values
        assert host == HOST
        if address == "/serialosc/list":
            for grid in self.grids:
                self.port.send(port, "/serialosc/device", grid.name, grid.kind, grid.port.number)
        elif address == "/serialosc/notify":
            self._waiting.add(port)
