"""What a show's soundscape follows is looked for among its signals and parameters."""

from pathlib import Path

import pytest

from installation.errors import ShowError
from tests.installation.player.test_player import make

TABLE = """format = 1
[tuning]
season = "{season}"
[[follow]]
to = "crowd/density"
from = "{always}"
[[scene.one.follow]]
to = "water/density"
from = "{scene}"
"""
GOOD = {"season": "/nature/season", "always": "/bodies/count", "scene": "/scene/one/glow"}


@pytest.mark.parametrize(
    ("key", "wrong", "place", "near"),
    [
        ("season", "/nature/saeson", "3:10", "/nature/season"),
        ("always", "/bodies/cuont", "6:8", "/bodies/count"),
        ("scene", "/scene/one/glwo", "9:8", "/scene/one/glow"),
    ],
)
def test_an_unknown_source_is_told_at_its_place_with_the_nearest_name(
    small_show: Path, key: str, wrong: str, place: str, near: str
) -> None:
    file = small_show / "soundscape.toml"
    file.write_text(TABLE.format(**GOOD | {key: wrong}))
    with pytest.raises(ShowError) as caught:
        make(small_show)
    (said,) = map(str, caught.value.findings)
    assert said.startswith(f"{file}:{place}: no signal and no parameter {wrong}")
    assert near in said


def test_signals_of_the_room_of_the_show_and_of_anybody_outside_are_known(small_show: Path) -> None:
    head = small_show / "show.toml"
    head.write_text(head.read_text() + '\n[signal.breath]\nkind = "noise"\nrate = 1.0\n')
    for source in ("/ears/level", "/signal/breath", "/osc/anything", "/voice/level", "/answer/1"):
        (small_show / "soundscape.toml").write_text(TABLE.format(**GOOD | {"always": source}))
        make(small_show)
