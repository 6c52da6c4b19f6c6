from pathlib import Path

import pytest

from installation.show import load_show, load_venue
from installation.show.resolve import references, show_references, venue_references

SHOW = """\
format = 1
[scene.water]
shader = "water.fs"
[signal.slow]
kind = "lfo"
[[route]]
from = "/signal/slow"
to = "/scene/water/hand"
"""


def show_findings(tmp_path: Path, show: str, cues: str = "", shader: bool = True) -> list[str]:
    (tmp_path / "show.toml").write_text(show)
    if shader:
        (tmp_path / "water.fs").write_text("")
    if cues:
        (tmp_path / "cues.toml").write_text("format = 1\n" + cues)
    return [str(finding).removeprefix(f"{tmp_path}/") for finding in show_references(load_show(tmp_path))]


def venue_lines(tmp_path: Path, text: str) -> list[str]:
    (tmp_path / "v.toml").write_text("format = 1\n" + text)
    venue = load_venue(tmp_path / "v.toml")
    found = venue_references(venue, {"wire"})
    return [str(finding).removeprefix(f"{tmp_path}/") for finding in found]


def test_a_good_show_has_no_findings(tmp_path: Path) -> None:
    assert show_findings(tmp_path, SHOW, "[[cue]]\nid = '1'\nscene = 'water'\n") == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            '"/signal/slow"',
            '"/signal/slw"', "show.toml:7:8: from: there is no signal /signal/slw; did"),
        ("/scene/water/hand", "/scene/watr/hand", "show.toml:8:6: /scene/watr/hand: there is no scene"),
        ("water.fs", "scenes/sea-sparkl.fs", 'show.toml:3:10: shader: there is no file'),
    ],
)  # fmt: skip
def test_a_reference_that_leads_nowhere_is_named(tmp_path: Path, old: str, new: str, expected: str) -> None:
    (line,) = show_findings(tmp_path, SHOW.replace(old, new, 1))

    assert line.startswith(expected)


def test_cues_must_have_different_ids_and_known_scenes(tmp_path: Path) -> None:
    cues = "[[cue]]\nid = '1'\n[[cue]]\nid = '1'\nscene = 'wter'\nset = { '/scene/x/a' = 1 }\n"

    assert show_findings(tmp_path, SHOW, cues) == [
        'cues.toml:5:6: there are two cues named "1"; the first is in line 3',
        'cues.toml:6:9: scene: there is no scene "wter"; did you mean water?',
        'cues.toml:7:24: /scene/x/a: there is no scene "x"; known: water',
    ]


def test_a_transition_must_be_one_that_ships(tmp_path: Path) -> None:
    (line,) = show_findings(tmp_path, SHOW, "[[cue]]\nid = '1'\ntransition = 'disolve'\n")

    assert line == 'cues.toml:4:14: transition: there is no "disolve"; did you mean dissolve?'


def test_two_spans_may_not_write_to_the_same_address(tmp_path: Path) -> None:
    text = "[adapter.a]\nkind = 'wire'\nsend = [{ universe = 1, address = 0, count = 4 },\n"
    text += "  { universe = 9, address = 3 }]\n"

    assert venue_lines(tmp_path, text) == [
        "v.toml:5:3: send: two spans write to address 3 on the wire; give each span its own addresses"
    ]


def test_a_universe_that_nobody_sends_is_a_warning(tmp_path: Path) -> None:
    text = "[adapter.a]\nkind = 'wire'\nsend = [{ universe = 1, address = 0 }]\n"
    text += "[[pixels]]\nname = 'p'\nuniverse = 1\ncolumns = 171\n"

    (line,) = venue_lines(tmp_path, text)

    assert line.startswith("v.toml:7:12: p is on universe 2, which no adapter sends")


def test_an_unknown_kind_of_adapter_is_named(tmp_path: Path) -> None:
    assert venue_lines(tmp_path, "[adapter.a]\nkind = 'wir'\n") == [
        'v.toml:3:8: kind: no adapter of kind "wir" is installed; did you mean wire?'
    ]


def test_the_venues_that_ship_fit_the_show_that_ships() -> None:
    for name in ("laptop", "loopback"):
        found = references(load_show(), load_venue(name))
        assert [str(one) for one in found if "no file" not in one.message] == []


def test_settings_with_any_type_do_not_break_the_checks(tmp_path: Path) -> None:
    text = "[adapter.a]\nkind = 'wire'\nsend = [3, { universe = 'x' }, { address = 99999999 }]\n"

    assert venue_lines(tmp_path, text) == []


def test_every_setting_below_an_adapter_has_its_place(tmp_path: Path) -> None:
    text = "format = 1\n[adapter.a]\nkind = 'wire'\nsend = [{ universe = 1 },\n {address = 2}]\n"
    (tmp_path / "v.toml").write_text(text)
    (adapter,) = load_venue(tmp_path / "v.toml").adapters

    places = {key: (where.line, where.column) for key, where in adapter.places.items()}
    assert places["send"] == (4, 8)
    assert places["send[0].universe"] == (4, 22)
    assert places["send[1].address"] == (5, 13)
