"""The OSC codec: what clients send comes out whole, and no bytes at all can hurt it."""

import math
import struct
from datetime import datetime, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pythonosc.osc_message import OscMessage
from pythonosc.osc_message_builder import OscMessageBuilder

from installation import osc
from installation.errors import OscError

NOW = 1_800_000_000.0
floats32 = st.floats(width=32, allow_nan=False, allow_infinity=False)
texts = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=40)
typed = st.one_of(
    st.tuples(st.just("i"), st.integers(-(1 << 31), (1 << 31) - 1)),
    st.tuples(st.just("h"), st.integers(-(1 << 63), (1 << 63) - 1)),
    st.tuples(st.just("f"), floats32),
    st.tuples(st.just("d"), st.floats(allow_nan=False, allow_infinity=False)),
    st.tuples(st.just("s"), texts),
    st.tuples(st.just("b"), st.binary(min_size=1, max_size=40)),
    st.tuples(st.just("r"), st.integers(0, (1 << 32) - 1)),
    st.tuples(st.just("m"), st.tuples(*[st.integers(0, 255)] * 4)),
    st.just(("T", True)),
    st.just(("F", False)),
    st.just(("N", None)),
)
addresses = st.from_regex(r"/[a-z0-9_]{1,12}(/[a-z0-9_]{1,8}){0,3}", fullmatch=True)


def nested(depth: int) -> bytes:
    packet = osc.encode("/x", 1)
    for _ in range(depth):
        packet = osc.bundle(packet)
    return packet


def raw(address: bytes, tags: bytes, body: bytes = b"") -> bytes:
    def pad(text: bytes) -> bytes:
        return text + b"\0" * (4 - len(text) % 4)

    return pad(address) + pad(tags) + body


HOSTILE = {
    "empty": b"",
    "one byte": b"/",
    "not OSC": b"GET / HTTP/1.1\r\n\r\n",
    "all zero": b"\0" * 1500,
    "all ones": b"\xff" * 65_507,
    "larger than any datagram": b"/" * 70_000,
    "address without an end": b"/" + b"a" * 1_499,
    "address that is not UTF-8": raw(b"/\xff\xfe", b",i", b"\0\0\0\1"),
    "control characters in the address": raw(b"/a\x1b[2J", b",i", b"\0\0\0\1"),
    "tags without a comma": raw(b"/a", b"if", b"\0" * 8),
    "argument missing": raw(b"/a", b",ff", b"\0\0\0\0"),
    "bytes left over": raw(b"/a", b",f", b"\0" * 8),
    "a type tag that python-osc skips without its bytes": raw(b"/a", b",cif", b"\0" * 12),
    "the symbol tag": raw(b"/a", b",Sif", b"abc\0" + b"\0" * 8),
    "blob longer than the packet": raw(b"/a", b",b", b"\x7f\xff\xff\xff" + b"x" * 8),
    "blob of negative length": raw(b"/a", b",b", b"\xff\xff\xff\xfc" + b"x" * 8),
    "string without an end": raw(b"/a", b",s", b"x" * 16),
    "array that does not close": raw(b"/a", b",[f", b"\0\0\0\0"),
    "array that closes twice": raw(b"/a", b",[f]]", b"\0\0\0\0"),
    "arrays in arrays in arrays": raw(b"/a", b"," + b"[" * 200 + b"]" * 200),
    "60,000 arguments": raw(b"/a", b"," + b"T" * 60_000),
    "NaN": raw(b"/a", b",f", struct.pack(">f", math.nan)),
    "infinity": raw(b"/a", b",d", struct.pack(">d", math.inf)),
    "eight stars that stall python-osc for 23 s": raw(b"/*a*a*a*a*a*a*a*ab", b",i", b"\0\0\0\1"),
    "eleven stars in a row": raw(b"/scene/***********!", b",i", b"\0\0\0\1"),
    "pattern whose bracket does not close": raw(b"/a[b", b",i", b"\0\0\0\1"),
    "bundle without a time tag": b"#bundle\0\0\0\0\1",
    "bundle element that lies about its length": b"#bundle\0" + bytes(8) + b"\0\0\xff\xfc/a\0\0",
    "bundle element of no length": b"#bundle\0" + bytes(8) + bytes(40),
    "bundle nested 3,249 deep": b"".join(
        b"#bundle\0" + bytes(8) + (65_000 - 20 * i).to_bytes(4, "big") for i in range(3_249)
    ),
    "bundle nested 5 deep": nested(5),
    "bundle of 65 messages": osc.bundle(*[osc.encode("/x", 1)] * 65),
    "bundle with one bad message": osc.bundle(osc.encode("/x", 1), raw(b"/y", b",c", b"\0\0\0\1")),
    "bundle of many arguments": osc.bundle(*[osc.encode("/x", *[1.0] * 250)] * 3),
    "bundle of much text": osc.bundle(*[osc.encode("/x", "t" * 6_000)] * 3),
}


@pytest.mark.parametrize("packet", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_packet_is_one_osc_error(packet: bytes) -> None:
    with pytest.raises(OscError):
        osc.decode(packet)


@settings(max_examples=600, deadline=None)
@given(st.binary(max_size=400))
@example(b"/a\0\0,b\0\0\xff\xff\xff\xff")
def test_any_bytes_give_messages_or_an_osc_error(data: bytes) -> None:
    for packet in (data, b"/" + data, b"/a\0\0," + data, b"#bundle\0" + data):
        try:
            messages = osc.decode(packet)
        except OscError:
            continue
        assert all(message.address.startswith("/") for message in messages)


@settings(max_examples=300, deadline=None)
@given(addresses, st.lists(typed, max_size=8), st.data())
def test_damaged_packets_give_messages_or_an_osc_error(
    address: str, arguments: list[tuple[str, object]], data: st.DataObject
) -> None:
    packet = bytearray(
        osc.encode(address, *(v for _, v in arguments), types="".join(t for t, _ in arguments))
    )
    for _ in range(data.draw(st.integers(1, 4))):
        packet[data.draw(st.integers(0, len(packet) - 1))] = data.draw(st.integers(0, 255))
    try:
        osc.decode(bytes(packet))
        osc.decode(osc.bundle(bytes(packet)))
    except OscError:
        pass


@settings(deadline=None)
@given(addresses, st.lists(typed, max_size=8))
def test_what_is_encoded_decodes_to_itself_and_equals_python_osc_bytes(
    address: str, arguments: list[tuple[str, object]]
) -> None:
    types = "".join(tag for tag, _ in arguments)
    packet = osc.encode(address, *(value for _, value in arguments), types=types)
    builder = OscMessageBuilder(address)
    for tag, value in arguments:
        builder.add_arg(value, tag)
    assert packet == builder.build().dgram
    (message,) = osc.decode(packet)
    assert message == osc.Message(address, tuple(value for _, value in arguments), types, 0.0)
    assert OscMessage(packet).params == list(message.arguments)


def test_types_are_guessed_and_lists_become_arrays() -> None:
    packet = osc.encode("/a", 1, 1 << 40, 0.5, "hi", b"xy", True, False, None, [1, [2.0]])
    (message,) = osc.decode(packet)
    assert message.types == "ihfsbTFN[i[f]]"
    assert message.arguments == (1, 1 << 40, 0.5, "hi", b"xy", True, False, None, (1, (2.0,)))


def test_scalars_flatten_arrays_and_leave_out_what_cannot_drive_anything() -> None:
    message = osc.Message("/a", (1, (0.5, ("x",)), None, b"blob", True), "i[f[s]]NbT")
    assert message.scalars == (1, 0.5, "x", True)


def test_impulse_arrives_as_true_though_python_osc_does_not_know_it() -> None:
    (message,) = osc.decode(osc.encode("/hit", True, 7, types="Ii"))
    assert (message.arguments, message.types) == ((True, 7), "Ii")


def test_empty_blob_passes() -> None:
    assert osc.decode(osc.encode("/a", b""))[0].arguments == (b"",)


def test_time_tag_argument_is_unix_seconds() -> None:
    packet = osc.encode("/a", NOW + 0.25, 0.0, types="tt")
    assert osc.decode(packet)[0].arguments == (NOW + 0.25, 0.0)
    date, fraction = OscMessage(packet).params[0]
    assert date + timedelta(seconds=fraction / 2**32) == datetime(2027, 1, 15, 8, 0, 0, 250_000)


def test_message_without_type_tags_is_a_message_without_arguments() -> None:
    assert osc.decode(b"/go\0") == [osc.Message("/go")]


def test_bundles_are_flattened_in_order_and_inner_ones_never_come_before_outer_ones() -> None:
    a, b, c = (osc.encode(address, 1) for address in ("/a", "/b", "/c"))
    early = osc.bundle(b, at=NOW - 10)
    late = osc.bundle(c, at=NOW + 1.5)
    messages = osc.decode(osc.bundle(a, early, late, at=NOW + 0.5), now=NOW)
    assert [(m.address, round(m.time, 6)) for m in messages] == [("/a", 0.5), ("/b", 0.5), ("/c", 1.5)]


def test_time_tag_of_tomorrow_is_reported_and_nothing_waits() -> None:
    (message,) = osc.decode(osc.bundle(osc.encode("/a", 1), at=NOW + 86_400), now=NOW)
    assert message.time == pytest.approx(86_400)


@pytest.mark.parametrize("at", [None, NOW - 3_600, NOW])
def test_time_tag_of_now_or_the_past_is_due_now(at: float | None) -> None:
    (message,) = osc.decode(osc.bundle(osc.encode("/a", 1), at=at), now=NOW)
    assert message.time == 0


def test_time_tags_stay_right_when_ntp_seconds_wrap_in_2036() -> None:
    before_wrap = 2_085_978_495.5
    packet = osc.bundle(osc.encode("/a", 1), at=before_wrap + 1)
    assert packet[8:12] == b"\0\0\0\0"
    assert osc.decode(packet, now=before_wrap)[0].time == pytest.approx(1.0)
    assert osc.decode(packet, now=before_wrap + 2)[0].time == 0


def test_limits_can_be_tightened() -> None:
    with pytest.raises(OscError, match="at most 16"):
        osc.decode(osc.encode("/long/address/here", 1), osc.Limits(packet=16))


@pytest.mark.parametrize(
    ("arguments", "types"),
    [
        ((1,), "ii"),
        ((1, 2), "i"),
        (("x",), "f"),
        ((1 << 40,), "i"),
        ((1,), "q"),
        ((object(),), None),
        ((1,), "m"),
    ],
)
def test_encode_refuses_values_that_do_not_fit(arguments: tuple[object, ...], types: str | None) -> None:
    with pytest.raises(OscError):
        osc.encode("/a", *arguments, types=types)
