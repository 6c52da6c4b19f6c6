"""What the program writes into a file of a person."""

from pathlib import Path

import pytest

from installation.control.file import learned, undone
from installation.errors import ShowError
from installation.show.controls import ControlSpec
from installation.values import Where

NOWHERE = Where("")

MINE = """format = 1
# the big one
[[control]]
from = "/midi/x/cc/1"   # left hand
to = "/master"
takeover = "jump"

# drums
[[control]]
from = "/midi/x/note/9"
to = "/go"
"""


def spec(source: str, target: str, **more: object) -> ControlSpec:
    return ControlSpec(source, target, NOWHERE, **more)  # type: ignore[arg-type]


def test_a_file_is_begun(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "controls.toml"

    done = learned(path, spec("/midi/x/cc/3", "/scene/one/glow", how="relative", encoding="twos", low=0.2))

    assert path.read_text().endswith(
        'format = 1\n\n[[control]]\nfrom = "/midi/x/cc/3"\nto = "/scene/one/glow"\nhow = "relative"\n'
        'encoding = "twos"\nlow = 0.2\n'
    )
    undone(done)
    assert not path.exists()


def test_comments_and_order_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "controls.toml"
    path.write_text(MINE)

    first = learned(path, spec("/midi/x/cc/3", "/scene/one/glow"))

    assert path.read_text() == MINE + '\n[[control]]\nfrom = "/midi/x/cc/3"\nto = "/scene/one/glow"\n'
    second = learned(
        path, spec("/midi/x/cc/1", "/scene/two/glow"), [spec("/midi/x/cc/1", "/master", takeover="jump")]
    )
    assert path.read_text().startswith(
        'format = 1\n# the big one\n[[control]]\nfrom = "/midi/x/cc/1"   # left hand\n'
        'to = "/scene/two/glow"\n\n# drums\n[[control]]\n'
    )
    undone(second)
    undone(first)
    assert path.read_text() == MINE


def test_undo_leaves_what_was_edited_since(tmp_path: Path) -> None:
    path = tmp_path / "controls.toml"
    path.write_text(MINE)
    done = learned(path, spec("/midi/x/cc/1", "/scene/two/glow"), [spec("/midi/x/cc/1", "/master")])
    path.write_text(path.read_text().replace("# drums", "# the kick drum"))

    undone(done)

    text = path.read_text()
    assert "# the kick drum" in text
    assert 'to = "/master"' in text
    assert "/scene/two/glow" not in text


def test_what_lies_on_top_takes_along_what_it_shares(tmp_path: Path) -> None:
    path = tmp_path / "controls.toml"

    learned(path, spec("/midi/x/cc/1", "/b"), copied=[spec("/midi/x/cc/1", "/a")])

    assert path.read_text().count('from = "/midi/x/cc/1"') == 2


def test_a_file_with_errors_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "controls.toml"
    for text in (
        "format = 1\n[[control]\n",
        "format = 1\ncontrol = 3\n",
        'format = 1\n[[control]]\nx = "/a"\n',
    ):
        path.write_text(text)
        with pytest.raises(ShowError, match=r"controls\.toml"):
            learned(path, spec("/midi/x/cc/3", "/scene/one/glow"))
        assert path.read_text() == text
