"""The fast path: the same values as the codec, or nothing."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation import osc
from installation.errors import OscError

plain = st.one_of(
    st.tuples(st.just("i"), st.integers(-(1 << 31), (1 << 31) - 1)),
    st.tuples(st.just("h"), st.integers(-(1 << 63), (1 << 63) - 1)),
    st.tuples(st.just("f"), st.floats(width=32, allow_nan=False, allow_infinity=False)),
    st.tuples(st.just("d"), st.floats(-1e300, 1e300)),
    st.just(("T", True)),
    st.just(("F", False)),
)


def learned(*packets: bytes) -> osc.FastPath:
    fast = osc.FastPath()
    for packet in packets:
        fast.learn(packet, osc.decode(packet)[0])
    return fast


@settings(deadline=None)
@given(
    st.lists(plain, min_size=1, max_size=6),
    st.from_regex(r"/[a-z]{0,4}([a-z]|\{[a-z]{1,3},[a-z]{0,3}\})", fullmatch=True),
)
def test_reads_what_the_codec_decodes(arguments: list[tuple[str, object]], address: str) -> None:
    types = "".join(tag for tag, _ in arguments)
    packet = osc.encode(address, *(value for _, value in arguments), types=types)
    fast = learned(packet)
    read = fast.read(packet)
    assert read is None or read == (address, osc.decode(packet)[0].arguments)
    if "," not in address:
        assert read is not None


@settings(deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_are_read_as_the_codec_does_or_not_at_all(tail: bytes) -> None:
    fast = learned(osc.encode("/a", 0.5), osc.encode("/a", 1, True), osc.encode("/b", True))
    for packet in (tail, b"/a\0\0,f\0\0" + tail, b"/a\0\0,iT\0" + tail, b"/b\0\0,T\0\0" + tail):
        read = fast.read(packet)
        if read is not None:
            (message,) = osc.decode(packet)
            assert read == (message.address, message.arguments)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_a_float_that_is_not_finite_is_left_to_the_codec_which_refuses_it(value: float) -> None:
    fast = learned(osc.encode("/a", 0.5))
    packet = osc.encode("/a", value)
    assert fast.read(packet) is None
    with pytest.raises(OscError):
        osc.decode(packet)


def test_what_is_not_plain_is_not_learned() -> None:
    packets = [osc.encode("/a", "text"), osc.encode("/a", [1.0]), osc.encode("/a"), osc.encode("/a", None)]
    assert len(learned(*packets)) == 0
    packet = osc.bundle(osc.encode("/a", 1.0))
    fast = osc.FastPath()
    fast.learn(packet, osc.decode(packet)[0])
    assert len(fast) == 0


def test_table_is_bounded_and_forgets_the_oldest() -> None:
    fast = osc.FastPath(capacity=2)
    packets = [osc.encode(f"/{name}", 1.0) for name in "abc"]
    for packet in packets:
        fast.learn(packet, osc.decode(packet)[0])
    assert len(fast) == 2
    assert [fast.read(packet) is not None for packet in packets] == [False, True, True]
