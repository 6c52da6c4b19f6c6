from pathlib import Path

from installation.keeper.identity import IDENTITY, instance


def test_an_instance_keeps_its_identity_and_shares_it_with_no_other(tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()

    first = instance(one)

    assert instance(one) == first
    assert instance(other) != first


def test_a_damaged_identity_is_drawn_anew_and_kept(tmp_path: Path) -> None:
    (tmp_path / IDENTITY).write_bytes(b"\xff nonsense")

    first = instance(tmp_path)

    assert instance(tmp_path) == first


def test_without_a_folder_it_lasts_as_well_and_differs_between_folders(tmp_path: Path) -> None:
    gone, other = tmp_path / "gone", tmp_path / "other"

    assert instance(gone) == instance(gone)
    assert instance(gone) != instance(other)
