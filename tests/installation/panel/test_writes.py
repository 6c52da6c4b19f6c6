"""Commands that clients write, on their way to a keeper that this test plays."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from installation import osc
from installation.commands import LATE, Role
from installation.ipc.bus import LocalBus, LocalHub
from installation.logs import Refusals
from installation.panel.query.writes import Writer, Writes

HUNG = frozenset({"go", "back"})


class House:
    """Writes of one client, and a keeper whose stage hangs until it is let go."""

    def __init__(self) -> None:
        self.now = 100.0
        self.given: list[tuple[Any, ...]] = []
        self.said: list[str] = []
        self.goes_on = asyncio.Event()
        self.hung = HUNG
        self.writes = Writes(LocalBus(LocalHub()), Refusals("test"), self.order, lambda: self.now)
        self.writer = Writer(
            "10.0.0.1", lambda: Role.OPERATOR, self.said.append, lambda _address, _values: None
        )

    async def order(self, verb: str, arguments: tuple[Any, ...]) -> None:
        if verb in self.hung:
            await self.goes_on.wait()
        self.given.append((verb, *arguments))

    async def write(self, address: str, *values: Any) -> None:
        self.now += 0.001
        self.writes.take(self.writer, osc.encode(address, *values), {})
        await settled()


async def settled() -> None:
    """Let everything that can go on go on."""
    for _ in range(200):
        await asyncio.sleep(0)


def played(work: Callable[[House], Awaitable[None]]) -> None:
    async def run() -> None:
        house = House()
        carrying = asyncio.create_task(house.writes.carry())
        async with asyncio.timeout(20):
            await work(house)
        assert not carrying.done()
        carrying.cancel()

    asyncio.run(run())


def test_panic_and_blackout_go_past_commands_that_wait_for_a_stage_that_hangs() -> None:
    async def work(house: House) -> None:
        for _ in range(40):
            await house.write("/go")
        assert "wait for the keeper already" in house.said[-1]
        await house.write("/blackout", 1)
        await house.write("/panic")
        assert house.given == [("blackout", 1), ("panic",)]

    played(work)


def test_a_go_that_comes_late_is_told_and_not_given() -> None:
    async def work(house: House) -> None:
        for _ in range(3):
            await house.write("/go")
        house.now += LATE
        await house.write("/back")
        house.goes_on.set()
        await settled()
        assert house.given == [("go",), ("back",)]
        assert house.said == [f"a command has waited more than {LATE:g} s for those before it: go"] * 2

    played(work)


def test_a_go_from_before_a_panic_does_not_end_it() -> None:
    async def work(house: House) -> None:
        for address in ("/go", "/go", "/panic", "/back"):
            await house.write(address)
        house.goes_on.set()
        await settled()
        assert house.given == [("panic",), ("go",), ("back",)]
        assert house.said == ["a panic came after a command that would end it: go"]

    played(work)


def test_a_panic_finds_a_place_also_while_the_keeper_is_silent() -> None:
    async def work(house: House) -> None:
        house.hung = HUNG | {"blackout", "panic"}
        for _ in range(40):
            await house.write("/blackout", "toggle")
        await house.write("/panic")
        house.goes_on.set()
        await settled()
        assert house.given[-1] == ("panic",)
        assert house.said[-1] == "32 commands wait for the keeper already: blackout"

    played(work)
