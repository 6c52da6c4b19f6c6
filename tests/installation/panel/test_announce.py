"""The announcement on the network: a panel in one process, a browser of services in another, this one."""

import asyncio
import sys
import time
from pathlib import Path

import pytest
from zeroconf import ServiceBrowser, ServiceStateChange, Zeroconf

from installation.ipc.ports import own_address
from installation.ipc.telemetry import Description, Publisher
from installation.panel.query import Announcer
from installation.parameter.tree import Tree
from tests.installation.panel.running import Panel, until
from tests.parts import lacking

pytestmark = [pytest.mark.device]

OSCQUERY, OSC = "_oscjson._tcp.local.", "_osc._udp.local."


class Seen:
    """The services on the network, by type."""

    def __init__(self, network: Zeroconf) -> None:
        self.names: dict[str, set[str]] = {OSCQUERY: set(), OSC: set()}
        self.browser = ServiceBrowser(network, [OSCQUERY, OSC], handlers=[self.change])

    def change(
        self, zeroconf: Zeroconf, service_type: str, name: str, state_change: ServiceStateChange
    ) -> None:
        assert zeroconf is not None
        if state_change is ServiceStateChange.Removed:
            self.names[service_type].discard(name)
        else:
            self.names[service_type].add(name)

    def like(self, kind: str, words: str) -> list[str]:
        return [name for name in self.names[kind] if words in name]


def test_a_panel_on_the_network_is_announced_and_takes_its_leave(tmp_path: Path) -> None:
    host = own_address("0.0.0.0")
    if host.startswith("127."):
        lacking("a network")
    show = f"show-{tmp_path.parent.name}-{time.monotonic_ns() % 100000}"
    network = Zeroconf(interfaces=[host])
    try:
        seen = Seen(network)
        panel = Panel(tmp_path, host)
        panel.publisher = Publisher(panel.stage, show, (host, 9137))
        try:
            until(lambda: panel.publish(Tree()) or (seen.like(OSCQUERY, show) and seen.like(OSC, show)))
            found = network.get_service_info(OSCQUERY, seen.like(OSCQUERY, show)[0], 5000)
            assert found is not None
            assert (found.port, found.parsed_addresses()) == (panel.port, [host])
            other = network.get_service_info(OSC, seen.like(OSC, show)[0], 5000)
            assert other is not None
            assert other.port == 9137
        finally:
            panel.close()
        until(lambda: not seen.like(OSCQUERY, show))
    finally:
        network.close()


def test_a_panel_of_this_machine_only_is_not_announced(tmp_path: Path) -> None:
    host = own_address("0.0.0.0")
    if host.startswith("127."):
        lacking("a network")
    network = Zeroconf(interfaces=[host])
    try:
        seen = Seen(network)
        panel = Panel(tmp_path)
        panel.publisher = Publisher(panel.stage, "quiet-show", (host, 9137))
        try:
            end = time.monotonic() + 2.5
            while time.monotonic() < end:
                panel.publish(Tree())
                time.sleep(0.05)
            assert not seen.like(OSCQUERY, "quiet-show")
        finally:
            panel.close()
    finally:
        network.close()


def test_without_the_package_nothing_is_announced_and_the_log_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setitem(sys.modules, "zeroconf", None)
    with caplog.at_level("INFO"):
        asyncio.run(Announcer("192.0.2.1", 1, lambda: Description(version=0)).run())
    assert "photophore[discovery]" in caplog.text
