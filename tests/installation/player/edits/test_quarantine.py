from pathlib import Path

from installation import isf
from installation.ipc.quarantine import Note
from installation.player.edits.quarantine import FRAMES, Quarantine, mark_of


def shader(folder: Path, name: str, body: str = "") -> isf.Shader:
    path = folder / name
    path.write_text('/*{"ISFVSN": "2"}*/\nvoid main() { ' + body + "gl_FragColor = vec4(1.0); }\n")
    return isf.parse(path)


def test_a_file_is_noted_while_it_compiles_and_while_its_first_frames_are_drawn(tmp_path: Path) -> None:
    notes: list[Note | None] = []
    quarantine = Quarantine(notes.append)
    a = shader(tmp_path, "a.fs")

    quarantine.loading(a)
    quarantine.done()
    for _ in range(FRAMES + 1):
        quarantine.showing([a.path])
        quarantine.done()

    drawn = Note(str(a.path), mark_of(a), "drawn")
    assert notes == [Note(str(a.path), mark_of(a), "compiled"), None, *([drawn, None] * FRAMES)]
    assert quarantine.passed
    assert not quarantine.noted


def test_a_file_that_was_loaded_but_not_yet_shown_is_doubtful_when_its_turn_comes(tmp_path: Path) -> None:
    notes: list[Note | None] = []
    quarantine = Quarantine(notes.append)
    a, b = shader(tmp_path, "a.fs"), shader(tmp_path, "b.fs")
    quarantine.loading(a)
    quarantine.loading(b)
    for _ in range(FRAMES + 1):
        quarantine.showing([a.path])

    quarantine.showing([a.path, b.path])

    assert [Path(one.path).name if one else "" for one in notes] == ["a.fs", "b.fs", "a.fs", "", "b.fs"]


def test_what_plays_has_settled_though_another_scene_was_never_shown(tmp_path: Path) -> None:
    quarantine = Quarantine(lambda _note: None)
    a, b = shader(tmp_path, "a.fs"), shader(tmp_path, "b.fs")
    quarantine.loading(a)
    quarantine.loading(b)
    for _ in range(FRAMES):
        quarantine.showing([a.path])
        quarantine.done()
        assert not quarantine.settled

    quarantine.showing([a.path])
    quarantine.compiling(b)
    assert not quarantine.settled, "its compiler may still find it wrong"

    quarantine.showing([a.path])
    assert quarantine.settled
    assert not quarantine.passed

    quarantine.loading(a)
    assert not quarantine.settled, "an edit begins anew"
    quarantine.showing([b.path])
    assert not quarantine.settled


def test_a_mark_is_of_what_was_read_and_changes_with_any_edit(tmp_path: Path) -> None:
    first = shader(tmp_path, "a.fs")
    mark = mark_of(first)
    second = shader(tmp_path, "a.fs", "/* better */")

    assert mark_of(first) == mark, "whatever the file says by now"
    assert mark_of(second) != mark
    assert mark_of(shader(tmp_path, "a.fs")) == mark
