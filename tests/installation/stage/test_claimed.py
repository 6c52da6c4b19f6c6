"""A preview beside another program that holds its ports."""

import socket

import msgspec
import pytest

from hardware.osc import OscInput, OscSettings
from hardware.serial import SerialInput, SerialSettings
from installation.errors import PhotophoreError
from installation.stage.main import _claimed


def test_a_preview_takes_the_next_ports_for_datagrams_and_streams_and_a_show_stops_with_the_reason() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        taken = other.getsockname()[1]
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            free = probe.getsockname()[1]
        settings = msgspec.convert({"port": free, "tcp_port": taken}, OscSettings)
        with pytest.raises(PhotophoreError, match=f"tcp 127.0.0.1:{taken} is in use by"):
            _claimed("run", OscInput("osc", settings), first=True)
        found = _claimed("preview", OscInput("osc", settings), first=True)
        assert isinstance(found, OscInput)
        assert found.tcp_port > taken
        assert found.port - free == found.tcp_port - taken
        found.close()


def test_a_port_that_is_a_name_is_left_to_its_supervisor() -> None:
    adapter = SerialInput("line", msgspec.convert({"port": "/dev/none"}, SerialSettings))
    assert _claimed("run", adapter, first=True) is adapter
