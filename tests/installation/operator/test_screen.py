import errno
from pathlib import Path

import pytest

from installation.commands import COMMANDS
from installation.operator.__main__ import Pace, keep, recall
from installation.operator.model import Model


def test_the_screen_is_drawn_as_often_as_its_share_of_the_processors_allows() -> None:
    cheap, dear = Pace(), Pace()
    for _ in range(200):
        cheap.spent(0.0005)
        dear.spent(10.0)

    assert cheap.period(busy=False) == pytest.approx(1 / 30)
    assert dear.period(busy=False) == pytest.approx(0.25)
    assert dear.period(busy=True) <= dear.period(busy=False)


def test_favourites_and_pins_come_back_and_a_damaged_file_means_none(tmp_path: Path) -> None:
    file = tmp_path / "operator.json"
    first, second, third = Model(), Model(), Model()
    first.favourites |= {"/master", "/b"}
    first.pinned.add("/mouse/x")
    keep(first, file)
    recall(second, file)
    file.write_text('{"favourites": [1, {}], "pinned": "x"')
    recall(third, file)

    assert (second.favourites, second.pinned) == ({"/master", "/b"}, {"/mouse/x"})
    assert (third.favourites, third.pinned) == (set(), set())
    keep(first, tmp_path / "missing" / "operator.json")  # only logged


def test_favourites_that_are_kept_stand_though_the_disk_is_full(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, *_: object, **__: object) -> int:
        self.open("w").close()
        raise OSError(errno.ENOSPC, "No space left on device")

    file = tmp_path / "operator.json"
    first, again = Model(), Model()
    first.favourites.add("/master")
    keep(first, file)
    first.favourites.add("/b")
    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        keep(first, file)
    recall(again, file)

    assert again.favourites == {"/master"}


def test_every_key_of_the_table_is_among_the_bindings_that_f1_shows() -> None:
    from installation.operator.panels.health import bindings

    shown = dict(bindings())

    for spec in COMMANDS.values():
        for key in spec.keys:
            how = {"press": "", "shift": ", with Shift", "twice": ", twice", "hold": ", held"}[key.how]
            assert spec.help in shown[key.name + how]


@pytest.mark.parametrize(("size", "points"), [((1280, 800), 18), ((1920, 1080), 25), ((800, 500), 15)])
def test_letters_grow_with_the_window(size: tuple[int, int], points: int) -> None:
    from installation.operator.theme import font_size

    assert font_size(*size) == pytest.approx(points, abs=1)
