"""OSC packets in a byte stream: both framings, cut anywhere, hostile."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.osc.framing import (
    FRAMINGS,
    LengthDeframer,
    SlipDeframer,
    deframer,
    framed,
)
from installation.contract import OscError

PACKETS = st.lists(st.binary(min_size=1, max_size=80), max_size=8)


def test_slip_is_that_of_rfc_1055_with_an_end_on_both_sides() -> None:
    assert framed(b"a\xc0b\xdbc", "slip") == b"\xc0a\xdb\xdcb\xdb\xddc\xc0"


def test_length_is_a_big_endian_int32_before_the_packet() -> None:
    assert framed(b"abcd", "length") == b"\0\0\0\x04abcd"


@pytest.mark.parametrize("framing", FRAMINGS)
@given(packets=PACKETS, cuts=st.lists(st.integers(1, 7), min_size=1, max_size=9))
def test_packets_come_out_as_they_went_in_wherever_the_stream_is_cut(framing, packets, cuts) -> None:
    stream = b"".join(framed(one, framing) for one in packets)
    reader, found, at, turn = deframer(framing), [], 0, 0
    while at < len(stream):
        size = cuts[turn % len(cuts)]
        found += reader.feed(stream[at : at + size])
        at, turn = at + size, turn + 1
    assert found == packets
    assert reader.skipped == 0


@given(st.lists(st.binary(max_size=200), max_size=20))
def test_any_bytes_are_bounded_and_give_no_packet_that_is_too_long(pieces) -> None:
    reader = SlipDeframer(longest=32)
    reader.feed(b"\xc0")  # a stream that begins with 0 is one of lengths
    for piece in pieces:
        assert all(0 < len(one) <= 32 for one in reader.feed(piece))
        assert len(reader._open) <= 64
    counted = LengthDeframer(longest=32)
    try:
        for piece in pieces:
            assert all(0 < len(one) <= 32 for one in counted.feed(piece))
            assert len(counted._open) <= 36
    except OscError:
        return


def test_a_packet_that_is_too_long_is_passed_over_up_to_its_end() -> None:
    reader = SlipDeframer(longest=8)
    assert reader.feed(b"\xc0" + 40 * b"x") == []
    assert reader.feed(40 * b"x") == []
    assert reader.feed(b"xx\xc0\xc0good\xc0") == [b"good"]
    assert reader.skipped == 1
    assert reader.feed(b"\xc0123456789\xc0next\xc0") == [b"next"]
    assert reader.skipped == 2


def test_a_size_that_no_packet_has_ends_a_stream_of_lengths() -> None:
    with pytest.raises(OscError, match="size of a packet"):
        LengthDeframer().feed(b"\xc0/x\0\0")  # SLIP, sent to who expects lengths


def test_a_size_at_the_beginning_ends_a_stream_of_slip() -> None:
    with pytest.raises(OscError, match="sizes before the packets"):
        SlipDeframer().feed(framed(b"/x\0\0,\0\0\0", "length"))
    reader = SlipDeframer()
    assert reader.feed(b"") == []
    assert reader.feed(b"/x\0\0,\0") == []
    assert reader.feed(b"\0\0\xc0\0\0\0\0\xc0") == [b"/x\0\0,\0\0\0", b"\0\0\0\0"]
