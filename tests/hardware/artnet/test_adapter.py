import errno
import socket

import msgspec
import numpy as np
import pytest

from hardware.artnet import ArtNetOutput
from hardware.datagram import DatagramSocket
from installation.contract import AdapterError, Counters, Refusals
from tests.hardware.wire import Node, frame, random_levels, settings


@pytest.fixture
def node():
    node = Node()
    yield node
    node.close()


@pytest.fixture
def output(request):
    made = []

    def make(**values):
        output = ArtNetOutput("wall", settings(ArtNetOutput, **values))
        made.append(output)
        output.open()
        return output

    yield make
    for output in made:
        output.close()


@pytest.mark.parametrize("segment", [True, False])
def test_every_universe_arrives_with_its_levels_and_address(node, output, segment):
    levels = random_levels(130)
    span = [{"universe": 1, "count": 130, "address": 250}]
    out = output(port=node.port, send=span, segment=segment)

    out.send(frame(levels), 0.0)
    packets = node.packets()

    assert [len(packet) for packet in packets] == [530] * 130
    assert list(range(250, 380)) == [packet[15] << 8 | packet[14] for packet in packets]
    assert all(packet[18:] == row.tobytes() for packet, row in zip(packets, levels, strict=True))
    assert out.counters.sent == 130


def test_sequence_runs_from_1_to_255_and_skips_0(node, output):
    out = output(port=node.port)
    sequence = []
    for i in range(300):
        out.send(frame(0, i), 0.0)
        sequence += [packet[12] for packet in node.packets()]

    assert [i % 255 + 1 for i in range(300)] == sequence


def test_spans_pick_their_universes_and_unpatched_ones_are_dark(node, output):
    levels = random_levels(3)
    out = output(port=node.port, send=[{"universe": 3, "address": 7}, {"universe": 9, "address": 0}])

    out.send(frame(levels), 0.0)
    there, dark = node.packets()

    assert (there[14], there[18:]) == (7, levels[2].tobytes())
    assert (dark[14], dark[18:]) == (0, bytes(512))


def test_sync_follows_each_frame(node, output):
    out = output(port=node.port, sync=True, send=[{"universe": 1, "count": 3, "address": 0}])

    out.send(frame(random_levels(3)), 0.0)

    assert [len(packet) for packet in node.packets()] == [530, 530, 530, 14]


def test_finish_sends_the_last_look_three_times(node, output):
    out = output(port=node.port)
    out.send(frame(200), 0.0)
    node.packets()

    out.finish(frame(0), 1.0)
    packets = node.packets()

    assert [bytes(512)] * 3 == [packet[18:] for packet in packets]
    assert [packet[12] for packet in packets] == [2, 3, 4]


@pytest.mark.parametrize("segment", [True, False])
def test_a_node_that_is_not_there_is_counted_and_gets_the_next_frame_whole(output, segment):
    node = Node()
    node.close()
    span = [{"universe": 1, "count": 70, "address": 0}]
    out = output(port=node.port, send=span, segment=segment)
    for i in range(3):
        out.send(frame(random_levels(70), i), 0.0)

    assert out.counters.errors > 0
    assert "refused" in out.detail.lower()

    late = Node.__new__(Node)
    late.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    late.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
    late.socket.bind(("127.0.0.1", node.port))
    late.socket.setblocking(False)
    try:
        out.send(frame(random_levels(70, 5), 4), 0.0)
        got = late.packets()
        assert [row.tobytes() for row in random_levels(70, 5)] == [packet[18:] for packet in got]
        out.send(frame(0, 5), 0.0)
        assert "refused" not in out.detail.lower()
    finally:
        late.close()


class Line:
    """A socket whose ``send`` answers from a list: an error number, or None to take it."""

    def __init__(self, answers):
        self.answers = list(answers)
        self.sent = []

    def send(self, data):
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            raise OSError(answer, "told to")
        self.sent.append(bytes(data))

    def setsockopt(self, *options):
        pass


def line(answers, segmented=False):
    made = DatagramSocket("127.0.0.1", 1, "", Counters(), Refusals("node"), segment=2)
    made._socket = Line(answers)
    made.segmented = segmented
    return made


DATA = [memoryview(bytes([i, i])) for i in range(5)]
BLOCK = memoryview(b"".join(DATA))


@pytest.mark.parametrize("number", [errno.ENETUNREACH, errno.EAGAIN, errno.ENOBUFS, errno.EHOSTUNREACH])
def test_expected_trouble_drops_one_datagram_and_the_others_go(number):
    made = line([None, number])

    made.send_each(DATA)

    assert [bytes(DATA[i]) for i in (0, 2, 3, 4)] == made._socket.sent
    assert (made._counters.sent, made._counters.dropped, made._counters.errors) == (4, 1, 1)
    (told,) = made._refusals.report()
    assert (told.source, told.example, told.count) == ("node", "127.0.0.1:1", 1)


def test_a_socket_that_is_of_no_use_takes_nothing_from_what_was_sent_before():
    made = line([errno.EAGAIN, errno.EBADF])

    with pytest.raises(AdapterError):
        made.send_each(DATA)

    assert made._counters.sent == 0


def test_a_refusal_swallows_nothing():
    made = line([None, errno.ECONNREFUSED])

    made.send_each(DATA)

    assert [bytes(data) for data in DATA] == made._socket.sent
    assert (made._counters.sent, made._counters.dropped, made._counters.errors) == (5, 0, 1)


def test_a_dead_socket_raises_what_happened_and_what_to_do():
    made = line([errno.EBADF])

    with pytest.raises(AdapterError, match=r"127\.0\.0\.1:1.*look at"):
        made.send_each(DATA)


@pytest.mark.parametrize("number", [errno.EINVAL, errno.EIO, errno.EMSGSIZE])
def test_an_interface_that_cannot_segment_gets_the_packets_one_by_one(number):
    made = line([number], segmented=True)

    made.send_block(BLOCK, DATA)

    assert [bytes(data) for data in DATA] == made._socket.sent
    assert made.segmented is False
    assert (made._counters.sent, made._counters.dropped) == (5, 0)


def test_a_lost_run_of_segments_is_counted_whole():
    made = line([errno.ENETUNREACH], segmented=True)

    made.send_block(BLOCK, DATA)

    assert (made._counters.sent, made._counters.dropped, made._counters.errors) == (0, 5, 1)


def test_broadcast_must_be_said():
    quiet = ArtNetOutput("wall", settings(ArtNetOutput, host="255.255.255.255"))

    with pytest.raises(AdapterError, match="broadcast = true"):
        quiet.open()


def test_a_foreign_source_address_says_so():
    foreign = ArtNetOutput("wall", settings(ArtNetOutput, bind="192.0.2.1"))

    with pytest.raises(AdapterError, match=r"192\.0\.2\.1"):
        foreign.open()


def test_sending_before_open_raises():
    with pytest.raises(AdapterError, match="not open"):
        ArtNetOutput("wall", settings(ArtNetOutput)).send(frame(0), 0.0)


def test_open_and_close_twice_is_harmless(node, output):
    out = output(port=node.port, send=[{"universe": 1, "address": 0}])
    link = out._line._socket
    out.open()
    assert out._line._socket is link  # the same socket, not a second one
    out.send(frame(random_levels(1)), 0.0)
    assert len(node.packets()) == 1

    out.close()
    out.close()
    assert link.fileno() == -1
    with pytest.raises(AdapterError, match="not open"):
        out.send(frame(random_levels(1)), 1.0)

    out.open()  # and again
    out.send(frame(random_levels(1)), 2.0)
    assert len(node.packets()) == 1


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"host": "lamp.local"}, "numeric"),
        ({"bind": "eth0"}, "numeric"),
        ({"send": []}, "length"),
        ({"send": [{"universe": 1, "address": 32767, "count": 2}]}, "32768"),
        ({"send": [{"universe": 1, "address": 3}, {"universe": 2, "address": 3}]}, "twice"),
        ({"speed": 1}, "speed"),
    ],
)
def test_bad_settings_say_what_is_wrong(values, message):
    with pytest.raises(msgspec.ValidationError, match=message):
        settings(ArtNetOutput, **values)


def test_a_frame_is_copied_and_may_change_afterwards(node, output):
    out = output(port=node.port)
    levels = np.full((1, 512), 7, np.uint8)
    out.send(frame(levels), 0.0)
    levels[:] = 9

    assert bytes([7] * 512) == node.packets()[0][18:]


def test_a_universe_that_is_no_longer_sent_to_us_goes_dark(node, output):
    out = output(port=node.port, send=[{"universe": 1, "count": 2, "address": 0}])
    out.send(frame(random_levels(2)), 0.0)
    node.packets()

    out.send(frame(random_levels(1)), 0.1)

    assert [packet[18:] == bytes(512) for packet in node.packets()] == [False, True]


def test_a_last_look_for_some_port_addresses_leaves_the_others_alone(node, output):
    before = output(port=node.port, send=[{"universe": 1, "count": 2, "address": 4}])
    before.send(frame(2, 0), 0.0)
    first = node.packets()[0][12]
    after = ArtNetOutput(
        "other", settings(ArtNetOutput, port=node.port, send=[{"universe": 1, "address": 5}])
    )
    after.resume(before)
    before.finish(frame(np.zeros((2, 512), np.uint8)), 0.0, only=before.places - after.places)

    packets = node.packets()
    assert [packet[14] for packet in packets] == [4, 4, 4]
    assert not any(any(packet[18:]) for packet in packets)
    after.open()
    after.send(frame(2, 1), 0.0)
    assert [packet[12] for packet in node.packets()] == [first % 255 + 1]
    after.close()
