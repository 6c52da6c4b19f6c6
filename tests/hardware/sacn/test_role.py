"""sACN universes that several machines send: the leader's priority is higher, until it is silent."""

import socket
from collections.abc import Iterator

import numpy as np
import pytest

from hardware.sacn import SacnOutput, SacnSettings
from hardware.sacn.adapter import LEADS, STANDS_BY
from installation.contract import LightFrame, UniverseSpan

PRIORITY = 108
"""Octet of the priority in a data packet (ANSI E1.31, table 4-1)."""


@pytest.fixture
def receiver() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(5.0)
        yield made


def output(receiver: socket.socket, **more: object) -> SacnOutput:
    spans = (UniverseSpan(universe=1, address=1),)
    settings = SacnSettings(send=spans, host="127.0.0.1", port=receiver.getsockname()[1], **more)  # type: ignore[arg-type]
    return SacnOutput("lamps", settings)


def sent(one: SacnOutput, receiver: socket.socket, now: float) -> int:
    one.send(LightFrame(0, now, np.zeros((1, 512), np.uint8)), now)
    return receiver.recv(1024)[PRIORITY]


def test_the_leader_sends_110_and_falls_back_when_it_is_not_told_again(receiver: socket.socket) -> None:
    one = output(receiver, shared=True)
    one.open()
    assert sent(one, receiver, 0.0) == STANDS_BY == 100
    one.take_role(leads=True, now=1.0)
    assert sent(one, receiver, 1.0) == LEADS == 110
    assert sent(one, receiver, 3.9) == LEADS
    assert sent(one, receiver, 4.1) == STANDS_BY
    one.take_role(leads=True, now=5.0)
    assert sent(one, receiver, 5.0) == LEADS
    one.take_role(leads=False, now=5.1)
    assert sent(one, receiver, 5.1) == STANDS_BY
    assert "priority 100" in one.detail
    one.close()


def test_a_new_role_is_sent_at_once_where_unchanged_frames_are_left_out(receiver: socket.socket) -> None:
    one = output(receiver, shared=True, suppress=True)
    one.open()
    for _ in range(3):
        sent(one, receiver, 0.0)
    one.send(LightFrame(0, 0.01, np.zeros((1, 512), np.uint8)), 0.01)
    receiver.settimeout(0.05)
    with pytest.raises(TimeoutError):
        receiver.recv(1024)
    receiver.settimeout(5.0)
    one.take_role(leads=True, now=0.1)
    assert sent(one, receiver, 0.1) == LEADS
    one.close()


def test_universes_that_are_not_shared_keep_their_priority(receiver: socket.socket) -> None:
    one = output(receiver, priority=150)
    one.open()
    one.take_role(leads=True, now=0.0)
    assert sent(one, receiver, 0.0) == 150
    one.close()
    with pytest.raises(ValueError, match="priority"):
        output(receiver, shared=True, priority=120)
