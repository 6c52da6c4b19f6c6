"""The soundscape on its way to the sound process."""

import pytest

from installation.show.soundscape import FollowSpec, PartSpec, Soundscape, default_soundscape, pack, unpack


def test_it_arrives_as_it_was_sent() -> None:
    follow = FollowSpec("tide/tide", "/nature/tide", (0.0, 2.0), (1.0, 0.0), 3.0)
    part = PartSpec("one", 1.0, 0.5, {"bells": 1.0}, {"bells/tone": 0.2}, (follow,))
    for one in (
        Soundscape(follow=(follow,), scenes={"one": part}, states={"drift": part}),
        default_soundscape(),
    ):
        assert unpack(pack(one)) == one
    assert unpack(b"") == default_soundscape()


@pytest.mark.parametrize("data", [b"{}", b"[]", b"nope", b'{"tuning": {"scale": [1], "x": 2}}'])
def test_anything_else_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"soundscape|malformed"):
        unpack(data)
