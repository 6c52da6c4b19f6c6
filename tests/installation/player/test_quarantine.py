from pathlib import Path

from installation.player.quarantine import FRAMES, Probation

A, B = Path("a.fs"), Path("b.fs")


def test_a_file_is_noted_while_it_compiles_and_for_its_first_frames() -> None:
    notes: list[Path | None] = []
    probation = Probation(notes.append)

    probation.loading(A)
    for _ in range(FRAMES):
        probation.showing([A])
    assert notes == [A]
    probation.showing([A])

    assert notes == [A, None]


def test_a_file_that_was_loaded_but_not_yet_shown_is_doubtful_when_its_turn_comes() -> None:
    notes: list[Path | None] = []
    probation = Probation(notes.append)
    probation.loading(A)
    probation.loading(B)
    for _ in range(FRAMES + 1):
        probation.showing([A])

    probation.showing([A, B])

    assert notes == [A, B, A, None, B]
