"""Lines of numbers: what is one, whatever comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.serial.lines import LONGEST, LineReader, parse


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (b"512", ("", (512.0,))),
        (b"512,733", ("", (512.0, 733.0))),
        (b"512;733\t-1.5e-3", ("", (512.0, 733.0, -0.0015))),
        (b"pulse 512", ("pulse", (512.0,))),
        (b"eda: 4.25", ("eda", (4.25,))),
        (b"a=1", ("a", (1.0,))),
        (b"/wind/speed 3", ("/wind/speed", (3.0,))),
        (b"pulse", None),
        (b"1,x", None),
        (b"1_000", None),
        (b"nan", None),
        (b"1,inf", None),
        (b"1e300", None),
        (b"\xff\xfe", None),
        (b",,", None),
    ],
)
def test_a_line_is_its_numbers_and_a_name(line: bytes, found: tuple[str, tuple[float, ...]] | None) -> None:
    assert parse(line) == found


@given(st.binary(max_size=2000))
def test_no_bytes_upset_it(data: bytes) -> None:
    reader = LineReader()
    for line in reader.feed(data):
        assert len(line) <= LONGEST
        parse(line)


@given(st.lists(st.integers(-999, 999), min_size=1, max_size=30), st.integers(1, 20))
def test_lines_are_the_same_however_they_are_cut(numbers: list[int], size: int) -> None:
    data = b"begun before\n" + b"".join(b"%d\r\n" % one for one in numbers)
    reader = LineReader()
    found = [line for at in range(0, len(data), size) for line in reader.feed(data[at : at + size])]
    assert found == [b"%d" % one for one in numbers]
