from pathlib import Path

import msgspec
import pytest

from installation.contract import Settings, UniverseSpan
from installation.show import load_show, load_venue
from installation.show.resolve import adapter_findings, references, show_references, venue_references

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


class WireSettings(Settings, frozen=True, forbid_unknown_fields=True, kw_only=True):
    host: str
    send: tuple[UniverseSpan, ...]


def show_findings(tmp_path: Path, show: str, cues: str = "", shader: bool = True) -> list[str]:
    (tmp_path / "show.toml").write_text(show)
    if shader:
        (tmp_path / "water.fs").write_text("")
    if cues:
        (tmp_path / "cues.toml").write_text("format = 1\n" + cues)
    return [str(finding).removeprefix(f"{tmp_path}/") for finding in show_references(load_show(tmp_path))]


def venue_lines(tmp_path: Path, text: str, *, settings: bool = False) -> list[str]:
    (tmp_path / "v.toml").write_text("format = 1\n" + text)
    venue = load_venue(tmp_path / "v.toml")
    found = adapter_findings(venue, {"wire": WireSettings}) if settings else venue_references(venue, {"wire"})
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
        'cues.toml:5:6: there are two cues named "1"; the first is at line 3',
        'cues.toml:6:9: scene: there is no scene "wter"; did you mean water?',
        'cues.toml:7:24: /scene/x/a: there is no scene "x"; known: water',
    ]


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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("hots = 'a'\nsend = []", "v.toml:4:8: adapter a has no key `hots`; did you mean host?"),
        ("host = 3\nsend = []", "v.toml:4:8: host: expected `str`, got `int`"),
        ("host = 'a'", "v.toml:2:10: a: object missing required field `send`; add `send = ...`"),
        (
            "host = 'a'\nsend = [{ universe = 1, address = 0 },\n { universe = 0, address = 1 }]",
            "v.toml:6:15: send[1].universe: expected `int` >= 1",
        ),
        (
            "host = 'a'\nsend = [{ universe = 1, address = 0, cont = 1 }]",
            "v.toml:5:45: adapter a has no key `cont`",
        ),
    ],
)
def test_what_an_adapter_refuses_is_named_where_it_stands(tmp_path: Path, text: str, expected: str) -> None:
    (line,) = venue_lines(tmp_path, f"[adapter.a]\nkind = 'wire'\n{text}\n", settings=True)

    assert line == expected


def test_the_venues_that_ship_fit_the_show_that_ships() -> None:
    for name in ("laptop", "loopback"):
        found = references(load_show(), load_venue(name))
        assert [str(one) for one in found if "no file" not in one.message] == []


def test_settings_with_any_type_do_not_break_the_checks(tmp_path: Path) -> None:
    text = (
        "[adapter.a]\nkind = 'wire'\nsend = [3, { universe = 'x' }, { universe = -1, address = 99999999 }]\n"
    )

    assert venue_lines(tmp_path, text) == []
    assert venue_lines(tmp_path, text, settings=True)
    assert issubclass(WireSettings, msgspec.Struct)
