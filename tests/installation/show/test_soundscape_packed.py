"""A soundscape on its way to the sound process."""

import pytest

from installation.show.soundscape import default_soundscape, pack, unpack


def test_what_was_packed_is_the_same_again() -> None:
    soundscape = default_soundscape()
    assert unpack(pack(soundscape)) == soundscape
    assert unpack(b"") == soundscape


@pytest.mark.parametrize("data", [b"{", b"[]", b'{"tuning": 3}', b'{"nobody": 1}', b"7"])
def test_what_is_no_soundscape_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        unpack(data)
