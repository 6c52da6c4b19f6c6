import errno
import itertools
import sys
import uuid

import msgspec
import pytest

from hardware.sacn import SacnOutput, codec
from tests.hardware.wire import Node, frame, random_levels, settings

TICK = 1 / 44


@pytest.fixture
def node():
    node = Node()
    yield node
    node.close()


@pytest.fixture
def output():
    made = []

    def make(**values):
        output = SacnOutput("wall", settings(SacnOutput, **values))
        made.append(output)
        output.open()
        return output

    yield make
    for output in made:
        output.close()


@pytest.mark.parametrize("segment", [True, False])
def test_every_universe_arrives_with_its_levels_and_number(node, output, segment):
    levels = random_levels(100)
    out = output(port=node.port, send=[{"universe": 1, "count": 100, "address": 200}], segment=segment)

    out.send(frame(levels), 0.0)
    packets = node.packets()

    assert list(range(200, 300)) == [int.from_bytes(packet[113:115], "big") for packet in packets]
    assert all(packet[126:] == row.tobytes() for packet, row in zip(packets, levels, strict=True))


def test_sequence_counts_round(node, output):
    out = output(port=node.port)
    sequence = []
    for i in range(300):
        out.send(frame(0, i), 0.0)
        sequence += [packet[111] for packet in node.packets()]

    assert [(i + 1) % 256 for i in range(300)] == sequence


def test_finish_sends_the_look_and_then_the_end_with_the_sequence_going_on(node, output):
    out = output(port=node.port, send=[{"universe": 1, "count": 2, "address": 5}])
    out.send(frame(random_levels(2)), 0.0)
    node.packets()

    out.finish(frame(random_levels(2, 9)), 1.0)
    packets = node.packets()
    fifth = [packet for packet in packets if packet[114] == 5]

    assert len(packets) == 12
    assert [packet[112] for packet in fifth] == [0, 0, 0, 0x40, 0x40, 0x40]
    assert [packet[111] for packet in fifth] == [2, 3, 4, 5, 6, 7]
    assert fifth[0][126:] == random_levels(2, 9)[0].tobytes()


def test_a_stream_that_starts_again_after_its_end_is_no_longer_marked(node, output):
    out = output(port=node.port, preview=True)
    out.finish(frame(0), 0.0)
    node.packets()

    out.send(frame(1), 1.0)

    assert [packet[112] for packet in node.packets()] == [0x80]


def test_continuous_output_repeats_every_frame(node, output):
    out = output(port=node.port)
    for i in range(44):
        out.send(frame(3, i), i * TICK)

    assert len(node.packets()) == 44


def test_suppression_sends_three_and_then_a_sign_of_life_within_a_second(node, output):
    out = output(port=node.port, suppress=True)
    times = []
    for i in range(220):
        out.send(frame(3, i), i * TICK)
        times += [i * TICK] * len(node.packets())

    assert times[:3] == [0.0, TICK, 2 * TICK]
    gaps = [b - a for a, b in itertools.pairwise(times[2:])]
    assert gaps
    assert all(0.8 <= gap <= 1.0 for gap in gaps)


def test_suppression_sends_a_change_at_once_and_leaves_the_others_alone(node, output):
    out = output(port=node.port, suppress=True, send=[{"universe": 1, "count": 3, "address": 1}])
    levels = random_levels(3)
    for i in range(5):
        out.send(frame(levels, i), i * TICK)
    node.packets()

    changed = levels.copy()
    changed[1, 0] ^= 255
    out.send(frame(changed, 5), 5 * TICK)
    packets = node.packets()

    assert [(packet[114], packet[111]) for packet in packets] == [(2, 4)]
    assert packets[0][126:] == changed[1].tobytes()


def test_what_was_suppressed_goes_out_whole_after_the_device_was_lost(node, output):
    out = output(port=node.port, suppress=True)
    for i in range(5):
        out.send(frame(3, i), i * TICK)
    node.packets()
    out.close()
    out.open()

    out.send(frame(3, 6), 6 * TICK)

    assert len(node.packets()) == 1


def test_identity_lasts_and_differs_between_adapters():
    first, again = (SacnOutput("wall", settings(SacnOutput)) for _ in range(2))
    other = SacnOutput("floor", settings(SacnOutput))

    assert first.cid == again.cid
    assert first.cid != other.cid


def test_a_given_identity_is_on_the_wire(node, output):
    cid = "00112233-4455-6677-8899-aabbccddeeff"
    out = output(port=node.port, cid=cid, priority=180, source_name="Fjord")
    out.send(frame(0), 0.0)
    packet = node.packets()[0]

    assert packet[22:38] == uuid.UUID(cid).bytes
    assert packet[108] == 180
    assert packet[44:50] == b"Fjord\0"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"host": "", "bind": ""}, "bind"),
        ({"send": [{"universe": 1, "address": 0}]}, "universe 0"),
        ({"priority": 201}, "200"),
        ({"cid": "me"}, "UUID"),
        ({"source_name": ""}, "length"),
    ],
)
def test_bad_settings_say_what_is_wrong(values, message):
    with pytest.raises(msgspec.ValidationError, match=message):
        settings(SacnOutput, **values)


class Ether:
    """A socket that writes down what is sent to which address."""

    def __init__(self):
        self.sent = []

    def sendto(self, data, address):
        self.sent.append((bytes(data), address))


def test_multicast_goes_to_the_group_of_each_universe_and_announces_itself_every_ten_seconds():
    out = SacnOutput("wall", settings(SacnOutput, host="", bind="127.0.0.1", source_name="Fjord"))
    ether = out._line._socket = Ether()
    times = []
    for i in range(44 * 21):
        out.send(frame(1, i), i * TICK)
        times += [i * TICK for data, (host, _) in ether.sent if host == "239.255.250.214"]
        groups = {address for data, address in ether.sent if len(data) == codec.SIZE}
        ether.sent.clear()
        assert groups == {("239.255.0.1", 5568)}

    assert [round(time) for time in times] == [0, 10, 20]


def test_an_unreachable_network_is_counted_and_the_others_still_go():
    out = SacnOutput("wall", settings(SacnOutput, host="", bind="127.0.0.1"))

    class Broken(Ether):
        def sendto(self, data, address):
            if len(data) == codec.SIZE:
                raise OSError(errno.ENETUNREACH, "Network is unreachable")
            super().sendto(data, address)

    ether = out._line._socket = Broken()
    out.send(frame(1), 0.0)

    assert len(ether.sent) == 1
    assert (out.counters.dropped, out.counters.errors) == (1, 1)


def test_a_goodbye_to_some_universes_leaves_the_others_alone_and_the_next_one_goes_on(node, output):
    before = output(port=node.port, send=[{"universe": 1, "count": 3, "address": 1}])
    before.send(frame(3, 0), 0.0)
    node.packets()
    after = SacnOutput(
        before.name, settings(SacnOutput, port=node.port, send=[{"universe": 1, "address": 2}])
    )
    after.resume(before)

    gone = before.places - after.places
    before.finish(frame(3, 1), 0.0, only=gone)
    packets = node.packets()

    assert len(gone) == 2
    assert [packet[114] for packet in packets] == [1, 3] * 6
    assert [bool(packet[112] & 0x40) for packet in packets] == [False] * 6 + [True] * 6
    assert [packet[111] for packet in packets[::2]] == list(range(2, 8))
    after.open()
    after.send(frame(1, 2), 0.0)
    (packet,) = node.packets()
    after.close()
    assert (packet[114], packet[111]) == (2, 2)


def test_each_instance_and_each_adapter_has_a_cid_of_its_own_that_lasts(node):
    first, second = uuid.uuid4(), uuid.uuid4()
    cids = {}
    for instance in (first, second):
        for name in ("wall", "floor"):
            out = SacnOutput(name, settings(SacnOutput, port=node.port))
            out.identify(instance)
            out.open()
            out.send(frame(0), 0.0)
            (packet,) = node.packets()
            out.close()
            cids[instance, name] = packet[22:38]
            assert packet[22:38] == out.cid.bytes
    assert len(set(cids.values())) == 4
    again = SacnOutput("wall", settings(SacnOutput, port=node.port))
    again.identify(first)
    assert again.cid.bytes == cids[first, "wall"]


def test_a_cid_that_the_venue_states_is_kept(node):
    cid = "00112233-4455-6677-8899-aabbccddeeff"
    out = SacnOutput("wall", settings(SacnOutput, port=node.port, cid=cid))
    out.identify(uuid.uuid4())
    assert str(out.cid) == cid


@pytest.mark.skipif(sys.platform != "linux", reason="abstract sockets are Linux's")
def test_another_program_that_sends_the_same_universe_there_is_told_of_while_it_does(node, output, caplog):
    first = output(port=node.port, send=[{"universe": 1, "count": 2, "address": 5}])
    second = output(port=node.port, send=[{"universe": 1, "count": 2, "address": 6}])
    elsewhere = output(port=node.port, send=[{"universe": 1, "count": 2, "address": 50}])
    for now, out in enumerate((first, second, elsewhere)):
        assert "another program" not in out.detail
        out.send(frame(2, 0), float(now))
    assert "another program" not in first.detail + elsewhere.detail
    assert "sends universe 6 there as well" in second.detail
    assert "sends universe 6 there as well" in caplog.text
    first.close()
    second.send(frame(2, 0), 10.0)
    assert "another program" not in second.detail
