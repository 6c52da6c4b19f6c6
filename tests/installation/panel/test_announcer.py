"""What the announcement does when the package that speaks to the network fails; nothing goes out here."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, ClassVar

import pytest

pytest.importorskip("zeroconf", reason="the extra `discovery` is not installed")

import zeroconf
import zeroconf.asyncio

from installation.ipc.telemetry import Description
from installation.panel.query import Announcer, announce


class Network:
    """As much of the package as is used; ``fails`` raises where a test wants it to."""

    made = 0
    registered: ClassVar[list[str]]
    fails: ClassVar[Callable[[str], None]]

    def __init__(self, **_more: Any) -> None:
        type(self).made += 1
        self.fails("open")

    async def async_register_service(self, info: Any, **_more: Any) -> Awaitable[None]:
        self.registered.append(info.name)
        return asyncio.sleep(0)

    async def async_unregister_service(self, _info: Any) -> None:
        self.fails("unregister")

    async def async_unregister_all_services(self) -> None:
        self.fails("goodbye")

    async def async_close(self) -> None:
        """Nothing is open."""


def announced(monkeypatch: pytest.MonkeyPatch, fails: Callable[[str], None]) -> tuple[type[Network], bool]:
    """Announce a show, then another one; returns the network, and whether announcing still went on."""

    class Fake(Network):
        registered: ClassVar[list[str]] = []

    Fake.fails = staticmethod(fails)  # type: ignore[assignment]
    monkeypatch.setattr(zeroconf.asyncio, "AsyncZeroconf", Fake)
    monkeypatch.setattr(announce, "_LOOK", 0.001)
    monkeypatch.setattr(announce, "_RETRY", 0.001)
    names = ["one"]

    async def work() -> bool:
        def about() -> Description:
            return Description(version=1, name=names[-1])

        task = asyncio.create_task(Announcer("192.0.2.1", 9138, about).run())
        await asyncio.sleep(0.1)
        names.append("two")
        await asyncio.sleep(0.1)
        going = not task.done()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return going

    return Fake, asyncio.run(work())


def test_a_goodbye_that_fails_does_not_end_the_announcing(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(what: str) -> None:
        if what != "open":
            raise zeroconf.NotRunningException

    network, going = announced(monkeypatch, fails)
    assert going
    assert any(name.startswith("Photophore two.") for name in network.registered)
    assert "Photophore one._oscjson._tcp.local. cannot be taken back: NotRunningException" in caplog.text


def test_an_error_of_the_package_is_told_once_and_it_is_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(what: str) -> None:
        if what == "open":
            raise zeroconf.Error("no way out")

    network, going = announced(monkeypatch, fails)
    assert going
    assert network.made > 2
    assert caplog.text.count("OSCQuery cannot be announced on the network: no way out") == 1
