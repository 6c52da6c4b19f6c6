import os
import tomllib
from pathlib import Path

import pytest

from installation.parameter import Kind, Parameter, Tree, morph, recall, save, snapshot, write_atomically
from tests.installation.parameter.test_tree import EVERY, number


def moved() -> Tree:
    tree = Tree(EVERY)
    tree.set("/f", (0.1 + 0.2,))
    tree.set("/i", (7,))
    tree.set("/b", (1,))
    tree.set("/choice", (9,))
    tree.set("/point", (-1 / 3, 1e-7))
    return tree


def test_a_snapshot_recalled_gives_the_same_bases() -> None:
    tree, other = moved(), Tree(EVERY)

    assert recall(other, snapshot(tree)) == []
    assert other.base.tolist() == tree.base.tolist()


def test_a_snapshot_holds_bases_below_a_prefix_and_no_events() -> None:
    tree = Tree(
        [number("/scene/x/a"), number("/scene/xy"), Parameter("/scene/x/e", Kind.EVENT, (0,), (0,), (1,))]
    )
    tree.effective[:] = 1

    assert snapshot(tree, "/scene/x") == {"/scene/x/a": (0,)}


def test_recall_sets_what_exists_and_reports_the_rest() -> None:
    tree = Tree([number("/a"), number("/b")])
    problems = recall(tree, {"/a": 0.5, "/c": 0.5, "/b": "loud"})

    assert tree.get_base("/a") == (0.5,)
    assert len(problems) == 2
    assert "/c" in problems[0]


def test_a_saved_preset_reads_back_to_the_same_bits(tmp_path: Path) -> None:
    tree, path = moved(), tmp_path / "presets" / "dusk.toml"
    save(tree, path, snapshot(tree))
    data = tomllib.loads(path.read_text())

    assert data["format"] == 1
    assert data["set"]["/b"] is True
    assert data["set"]["/choice"] == 9
    other = Tree(EVERY)
    assert recall(other, data["set"]) == []
    assert other.base.tolist() == tree.base.tolist()


def test_a_failed_write_leaves_the_old_file_and_no_litter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.toml"
    write_atomically(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_atomically(path, b"new")

    assert path.read_bytes() == b"old"
    assert [item.name for item in tmp_path.iterdir()] == ["a.toml"]


def test_the_bytes_are_on_the_disk_before_the_name_points_at_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    fsync, replace = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda fd: (order.append("fsync"), fsync(fd))[1])
    monkeypatch.setattr(Path, "replace", lambda self, to: (order.append("rename"), replace(self, to))[1])
    write_atomically(tmp_path / "a", b"x")

    assert order[:2] == ["fsync", "rename"]
    assert os.name != "posix" or order == ["fsync", "rename", "fsync"]


def test_morph_goes_straight_and_switches_in_the_middle() -> None:
    tree, start, end = Tree(EVERY), snapshot(Tree(EVERY)), snapshot(moved())
    morph(tree, start, end, 0.25)
    assert tree.get_base("/f") == pytest.approx((1 + (0.3 - 1) / 4,))
    assert tree.get_base("/choice") == (5,)

    morph(tree, start, end, 0.5)
    assert tree.get_base("/choice") == (9,)

    morph(tree, start, end, 1.0)
    assert snapshot(tree) == end

    morph(tree, start, end, -3)
    assert snapshot(tree) == start
