"""Values told to a remote over UDP."""

import socket
import time
from collections.abc import Iterator

import msgspec
import pytest

from hardware.osc import OscInput, OscSettings, feedback
from hardware.osc.feedback import REPEAT, Feedback, endpoint
from installation import osc
from installation.contract import Counters, Message, Reading
from installation.devices import SurfaceSupervisor


@pytest.fixture
def remote() -> Iterator[socket.socket]:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as made:
        made.bind(("127.0.0.1", 0))
        made.settimeout(10.0)
        yield made


def address(remote: socket.socket) -> str:
    return f"127.0.0.1:{remote.getsockname()[1]}"


def heard(remote: socket.socket) -> tuple[str, tuple[object, ...]]:
    (one,) = osc.decode(remote.recv(65_536))
    return one.address, one.arguments


def quiet(remote: socket.socket) -> bool:
    remote.settimeout(0.05)
    try:
        remote.recv(65_536)
    except TimeoutError:
        return True
    finally:
        remote.settimeout(10.0)
    return False


def test_an_osc_adapter_with_feedback_is_a_surface_and_tells_what_it_is_shown(remote) -> None:
    settings = msgspec.convert({"port": 0, "feedback": address(remote)}, OscSettings)
    adapter = OscInput("osc", settings)
    assert adapter.mirrors
    assert not OscInput("osc", msgspec.convert({"port": 0}, OscSettings)).mirrors
    surface = SurfaceSupervisor(adapter, lambda _readings: None)
    surface.start()
    surface.show([Message("/master", (0.5,)), Message("/scene/one/tint", (0.0, 0.5, 1.0, 1.0))])
    assert heard(remote) == ("/master", (0.5,))
    assert heard(remote) == ("/scene/one/tint", (0.0, 0.5, 1.0, 1.0))
    assert f"feedback to {address(remote)}" in surface.report().detail
    surface.stop(10.0)


def test_each_value_is_told_again_because_datagrams_get_lost(remote) -> None:
    made = Feedback(address(remote), Counters())
    made.open()
    made.show([Message("/a", (1.0,)), Message("/b", (2.0,))], 100.0)
    made.show([Message("/a", (3.0,))], 104.0)
    assert [heard(remote) for _ in range(3)] == [("/a", (1.0,)), ("/b", (2.0,)), ("/a", (3.0,))]
    made.tend(100.0 + REPEAT - 0.1)
    assert quiet(remote)
    made.tend(100.0 + REPEAT)
    assert heard(remote) == ("/b", (2.0,))
    assert quiet(remote)
    made.tend(104.0 + REPEAT)
    assert heard(remote) == ("/a", (3.0,))
    made.close()


def test_what_the_remote_moves_is_not_repeated_with_its_old_value(remote) -> None:
    made = Feedback(address(remote), Counters())
    made.open()
    made.show([Message("/a", (1.0,))], 100.0)
    assert heard(remote) == ("/a", (1.0,))
    made.hear([Reading("/a", (0.3,), 0.0, "osc"), Reading("/else", (1,), 0.0, "osc")], 105.0)
    made.tend(100.0 + REPEAT)
    assert quiet(remote)
    made.close()


def test_a_thousand_values_are_repeated_a_few_at_a_time(remote) -> None:
    counters = Counters()
    made = Feedback(address(remote), counters)
    made.open()
    for number in range(1000):
        made.show([Message(f"/{number}", (1.0,))], 100.0)
    before = counters.sent
    made.tend(200.0)
    assert counters.sent - before == feedback._AT_ONCE
    made.close()


def test_a_remote_that_is_away_breaks_nothing_and_loses_no_first_value_later() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.bind(("127.0.0.1", 0))
        where = probe.getsockname()
    made = Feedback(f"127.0.0.1:{where[1]}", Counters())
    made.open()
    end = time.monotonic() + 10
    while "nobody listens" not in made.detail and time.monotonic() < end:
        made.show([Message("/a", (1.0,))], 0.0)
        time.sleep(0.01)
    assert "nobody listens" in made.detail
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as remote:
        remote.bind(where)
        remote.settimeout(10.0)
        made.show([Message("/a", (2.0,))], 1.0)
        assert heard(remote) == ("/a", (2.0,))
    made.close()


@pytest.mark.parametrize(
    "text", ["tablet:9000", "127.0.0.1", "127.0.0.1:0", "127.0.0.1:99999", ":1", "1.2.3.4:x"]
)
def test_a_place_that_is_none_is_refused_with_an_example(text) -> None:
    with pytest.raises(ValueError, match=r"write e\.g\. 192"):
        endpoint(text)
    with pytest.raises(msgspec.ValidationError, match="feedback"):
        msgspec.convert({"feedback": text}, OscSettings)


def test_both_kinds_of_addresses_are_read() -> None:
    assert endpoint("192.168.1.30:9000") == ("192.168.1.30", 9000)
    assert endpoint("[fe80::1]:9000") == ("fe80::1", 9000)
