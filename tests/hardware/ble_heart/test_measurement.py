"""The Heart Rate Measurement, by byte vectors made from the service's specification (1.0, section 3.1)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.ble_heart import MEASUREMENT, SERVICE, Measurement, parse


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("00 48", Measurement(72, None, None, ())),  # 8 bits, contact not supported
        ("01 2c 01", Measurement(300, None, None, ())),  # 16 bits, little-endian
        ("02 48", Measurement(72, None, None, ())),  # the contact bit without the bit that it is known
        ("04 48", Measurement(72, False, None, ())),
        ("06 48", Measurement(72, True, None, ())),
        ("08 48 e8 03", Measurement(72, None, 1000, ())),
        ("10 3c 00 04", Measurement(60, None, None, (1000.0,))),  # 1024 / 1024 s
        ("16 48 41 03 55 03", Measurement(72, True, None, (833 * 1000 / 1024, 853 * 1000 / 1024))),
        ("1f 48 00 10 00 00 02 00 01", Measurement(72, True, 16, (500.0, 250.0))),
        ("10 48", Measurement(72, None, None, ())),  # intervals are announced, and none has come
        ("e0 48", Measurement(72, None, None, ())),  # reserved bits say nothing
        ("00 48 ff ff", Measurement(72, None, None, ())),  # what no flag announces is left out
    ],
)
def test_each_field_is_where_the_flags_say(data: str, found: Measurement) -> None:
    assert parse(bytes.fromhex(data)) == found


@pytest.mark.parametrize("data", ["", "00", "01 48", "08 48 01", "10 48 01", "1f 48 00 10"])
def test_what_is_too_short_for_its_flags_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match="measurement"):
        parse(bytes.fromhex(data))


@given(st.binary(max_size=64))
def test_no_bytes_upset_it(data: bytes) -> None:
    try:
        found = parse(data)
    except ValueError:
        return
    assert 0 <= found.bpm <= 65_535
    assert all(0.0 <= one < 64_000.0 for one in found.intervals)


def test_the_numbers_of_service_and_characteristic_are_those_that_are_assigned() -> None:
    assert (SERVICE[4:8], MEASUREMENT[4:8]) == ("180d", "2a37")
    assert SERVICE[8:] == MEASUREMENT[8:] == "-0000-1000-8000-00805f9b34fb"
