from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from installation.errors import ShowError
from installation.show import DEFAULT_SHOW, DEFAULT_VENUE, list_shows, list_venues, load_show, load_venue
from installation.show.excerpt import report

SHOW = """\
format = 1
title = "Test"
seed = 7

[scene.water]
shader = "water.fs"
[scene.water.inputs]
hand = [0.5, 0.25]
on = true

[signal.slow]
kind = "lfo"
rate = 0.1

[[route]]
from = "/signal/slow"
to = "/scene/water/hand"
component = "y"
mode = "add"
shape = [{ smooth = 0.3 }, { remap = [0, 1, 0, 2] }, { gate = { on = 0.6, off = 0.4 } }]
fallback = 0.5
stale = 3
"""

CUES = """\
format = 1
[[cue]]
id = "1"
scene = "water"
fade = 3
follow = "auto-follow"
intended = ["still"]
set = { "/scene/water/hand" = [0.1, 0.2] }
"""


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.toml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def findings(folder: Path) -> list[str]:
    with pytest.raises(ShowError) as caught:
        load_show(folder)
    return [
        str(finding).removeprefix(str(folder) + "/") for finding in sorted(caught.value.findings, key=str)
    ]


def venue_findings(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "venue.toml"
    path.write_text(text)
    with pytest.raises(ShowError) as caught:
        load_venue(path)
    return [str(finding).removeprefix(str(tmp_path) + "/") for finding in caught.value.findings]


def test_a_show_is_read_whole(tmp_path: Path) -> None:
    write(
        tmp_path,
        show=SHOW,
        cues=CUES,
        presets__dim="format = 1\n[set]\n'/scene/water/hand' = [0.0, 0.0]\n",
    )
    show = load_show(tmp_path / "show.toml")

    scene = show.scenes["water"]
    assert (tmp_path / "water.fs").resolve() == scene.shader
    assert scene.inputs == {"hand": (0.5, 0.25), "on": True}
    assert scene.places["inputs.hand"].line == 8
    (signal,) = show.signals
    assert (signal.name, signal.kind, signal.settings) == ("slow", "lfo", {"rate": 0.1})
    (route,) = show.routes
    assert (
        route.source,
        route.target,
        route.mode,
        route.component,
    ) == ("/signal/slow", "/scene/water/hand", "add", 1)
    assert [(step.kind, step.settings) for step in route.shape] == [
        ("smooth", {"value": 0.3}),
        ("remap", {"value": (0, 1, 0, 2)}),
        ("gate", {"on": 0.6, "off": 0.4}),
    ]
    assert (route.fallback, route.stale) == (0.5, 3.0)
    assert route.shape[1].where.line == route.where.line + 5
    (cue,) = show.cues
    assert (cue.id, cue.name, cue.scene, cue.fade, cue.follow) == ("1", "1", "water", 3.0, "auto-follow")
    assert frozenset({"still"}) == cue.intended
    assert cue.set == {"/scene/water/hand": (0.1, 0.2)}
    assert show.presets["dim"].set == {"/scene/water/hand": (0.0, 0.0)}
    assert (show.start, show.seed, show.title) == ("water", 7, "Test")
    assert [file.name for file in show.files] == ["show.toml", "cues.toml", "dim.toml"]


def test_release_is_a_fallback_that_says_nothing(tmp_path: Path) -> None:
    write(tmp_path, show=SHOW.replace("fallback = 0.5", 'fallback = "release"'))

    fallback = load_show(tmp_path).routes[0].fallback

    assert fallback is not None
    assert fallback != fallback


def test_all_errors_of_all_files_come_at_once_with_their_places(tmp_path: Path) -> None:
    bad = SHOW.replace("seed = 7", "seeed = 7").replace('mode = "add"', 'mode = "ad"')
    bad = bad.replace("stale = 3", "stale = true")
    write(
        tmp_path,
        show=bad,
        cues=CUES.replace("fade = 3", "fade = -3"),
        presets__x="format = 1\nnot toml\n",
    )

    assert findings(tmp_path) == [
        "cues.toml:5:8: fade: expected a number 0..3600, got -3",
        "presets/x.toml:2:5: expected '=' after a key in a key/value pair; write name = value",
        "show.toml:19:8: mode: \"ad\" is not an allowed value; did you mean add?",
        "show.toml:22:9: stale: expected a number 0..3600, got true",
        "show.toml:3:1: a show has no key `seeed`; did you mean seed?",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("format = 1\n", "", "show.toml:1:1: the file states no format; begin it with `format = 1`"),
        ("format = 1", "format = 2", "show.toml:1:10: format 2 is for a newer version of the program; "),
        ("format = 1", "format = '1'", "show.toml:1:10: format: expected a whole number 1..10000"),
        ('shader = "water.fs"', "", "show.toml:5:8: scene water has no `shader`; add `shader = ...`"),
        ('from = "/signal/slow"', 'from = "slow"', 'show.toml:16:8: from: "slow" is not an address; '),
        ('component = "y"', "component = 4", "show.toml:18:13: component: expected a whole number 0..3"),
        ("{ smooth = 0.3 }", "{ smooth = nan }", "show.toml:20:21: smooth: expected a number, got nan"),
        ("{ smooth = 0.3 }", "{}", "show.toml:20:10: shape: expected a table with one name, got a table"),
        ("on = true", "on = 1979-05-27", "show.toml:9:6: on: expected a finite number, text, "),
        ("[scene.water]", "[scene.'w w']", 'show.toml:5:8: scene: "w w" is not a name; '),
        ("[[route]]", "[route]", "show.toml:15:2: route: expected a list of tables; write [[route]] with"),
        ("seed = 7", 'start = "wate"', 'show.toml:3:9: start: there is no scene "wate"; did you mean water?'),
        ("seed = 7", "seed = 0.5", "show.toml:3:8: seed: expected a whole number 0..2147483647, got 0.5"),
        ("stale = 3", "stale = inf", "show.toml:22:9: stale: expected a number 0..3600, got inf"),
    ],
)
def test_each_mistake_is_named_where_it_stands(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in SHOW
    write(tmp_path, show=SHOW.replace(old, new, 1))

    assert any(text.startswith(expected) for text in findings(tmp_path)), findings(tmp_path)


def test_a_show_that_does_not_exist_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(ShowError, match=f"did you mean {DEFAULT_SHOW}"):
        load_show("eco-symbiotic-colective")
    with pytest.raises(ShowError, match=f"did you mean {DEFAULT_VENUE}"):
        load_venue("labtop")
    with pytest.raises(ShowError, match="this is not a show"):
        load_show("/nowhere/at/all")


def test_an_own_shader_goes_before_one_that_ships(tmp_path: Path) -> None:
    write(tmp_path, show=SHOW.replace("water.fs", "scenes/sea-sparkle.fs"))
    assert "shaders" in load_show(tmp_path).scenes["water"].shader.parts

    (tmp_path / "scenes").mkdir()
    (tmp_path / "scenes" / "sea-sparkle.fs").write_text("")
    assert tmp_path.resolve() in load_show(tmp_path).scenes["water"].shader.parents


def test_everything_that_ships_can_be_read() -> None:
    assert DEFAULT_SHOW in [folder.name for folder in list_shows()]
    assert {DEFAULT_VENUE, "loopback"} <= {file.stem for file in list_venues()}
    for folder in list_shows():
        load_show(folder.name)
    for file in list_venues():
        load_venue(file.stem)


def test_loopback_is_what_its_contract_says() -> None:
    venue = load_venue("loopback")

    assert (venue.canvas.width, venue.canvas.height) == (640, 360)
    assert venue.displays == ()
    assert venue.light.rate == 44.0
    settings_of = {adapter.kind: adapter.settings for adapter in venue.adapters}
    assert set(settings_of) - {"osc", "virtual-people"} == {"artnet", "sacn"}
    assert settings_of["artnet"]["send"] == [{"universe": 1, "address": 0, "count": 4}]
    assert settings_of["sacn"]["send"] == [{"universe": 1, "address": 1, "count": 4}]
    ends = [(one["host"], one["port"]) for one in (settings_of["artnet"], settings_of["sacn"])]
    assert ends == [("127.0.0.1", 6454), ("127.0.0.1", 5568)]
    assert settings_of["sacn"]["priority"] == 100
    pixels = venue.pixels
    assert [(one.universe, one.channel, one.columns * one.rows) for one in pixels] == [
        (1, 1, 170),
        (2, 1, 170),
        (3, 1, 170),
        (4, 1, 170),
    ]
    assert {("rgb", "rows")} == {(one.format, one.layout) for one in pixels}
    tops = [one.area[3] for one in pixels]
    assert tops == [1.0, 0.75, 0.5, 0.25]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("format = 1\n[canvas]\nwidth = 8\n", "venue.toml:3:9: width: expected a whole number 16..16384"),
        ("format = 1\n[light]\nrate = 60\n", "venue.toml:3:8: rate: expected a number 1..44, got 60"),
        ("format = 1\n[guard]\nprofil = 'x'\n", "venue.toml:3:1: [guard] has no key `profil`; did you mean"),
        ("format = 1\n[guard]\nprofile = 'off'\n", 'venue.toml:3:11: profile: "off" is not an allowed value'),
        ("format = 1\n[adapter.a]\nhost = 'x'\n", "venue.toml:2:10: adapter a has no `kind`"),
        ("format = 1\n[adapter]\na = 1\n", "venue.toml:3:1: adapter.a: expected a table; write [adapter.a]"),
        (
            "format = 1\n[[pixels]]\nname = 'a'\nuniverse = 1\ncolumns = 3\narea = [1, 0, 0, 1]\n",
            "venue.toml:6:8: area: it is empty",
        ),
        (
            (
                "format = 1\n[[fixture]]\nname = 'a'\nprofile = 'rgb'\nuniverse = 1\nchannel = 513\n"
                "position = [0.5, 2]\n"
            ),
            "venue.toml:6:11: channel: expected a whole number 1..512, got 513",
        ),
        (
            "format = 1\n[panel]\nhost = 'hall'\n",
            "venue.toml:3:8: host: 'hall' is not an IP address; 127.0.0.1 is",
        ),
        ("format = 1\n[panel]\nhost = 5\n", "venue.toml:3:8: host: expected"),
        ("format = 1\nroom = 3\n", "venue.toml:2:1: a venue has no key `room`; known: adapter, ambient_lux"),
    ],
)
def test_each_mistake_in_a_venue_is_named_where_it_stands(tmp_path: Path, text: str, expected: str) -> None:
    assert any(line.startswith(expected) for line in venue_findings(tmp_path, text))


def test_a_venue_may_leave_everything_to_the_defaults(tmp_path: Path) -> None:
    (tmp_path / "bare.toml").write_text("format = 1\n")
    venue = load_venue(tmp_path / "bare.toml")

    assert (
        venue.name,
        venue.canvas.width,
        venue.canvas.height,
        venue.light.rate,
    ) == ("bare", 1280, 720, 44.0)


def test_a_report_shows_the_line_and_a_caret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, show=SHOW.replace("seed = 7", "\tseeed = 7"))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ShowError) as caught:
        load_show(tmp_path)

    assert report(caught.value.findings) == (
        "show.toml:3:2: error: a show has no key `seeed`\n"
        "    3 |  seeed = 7\n"
        "      |  ^\n"
        "      = did you mean seed?"
    )


words = st.sampled_from(
    ["format = 1", "[scene.a]", "shader = 'x'", "[[route]]", "from = '/a'", "to = '/b'", "shape = [{a=1}]",
     "[signal.n]", "kind = 'lfo'", "[[cue]]",
     "id = 'a'", "set = {'/a'=1}", "x = 1", "scene = 1", "=", "[[", "'"]
)  # fmt: skip


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.one_of(words, st.text(max_size=12)), max_size=9))
def test_any_files_are_a_show_and_a_venue_or_a_show_error(tmp_path: Path, lines: list[str]) -> None:
    text = "\n".join(lines)
    for name in ("show.toml", "cues.toml"):
        (tmp_path / name).write_text(text, encoding="utf-8")
    for load, place in ((load_show, tmp_path), (load_venue, tmp_path / "cues.toml")):
        try:
            load(place)  # type: ignore[operator]
        except ShowError as error:
            said = report(error.findings)
        else:
            said = "good"
        assert said


def test_a_cue_states_values_with_times_of_their_own(tmp_path: Path, small_show: Path) -> None:
    file = small_show / "cues.toml"
    head = 'format = 1\n[[cue]]\nid = "1"\n'
    file.write_text(
        head + 'set = { "/scene/one/glow" = { to = 0.5, fade = 8, curve = "out" }, "/master" = 0.25 }\n'
    )
    (one,) = load_show(small_show).cues
    assert one.set == {"/scene/one/glow": 0.5, "/master": 0.25}
    own = one.times["/scene/one/glow"]
    assert (own.fade, own.wait, own.curve, one.length) == (8.0, 0.0, "out", 8.0)
    assert one.places["set./scene/one/glow"].column == 36

    file.write_text(head + 'set = { "/a" = { fade = 8, curv = "out" }, "/b" = { to = {}, wait = -1 } }\n')
    with pytest.raises(ShowError) as caught:
        load_show(small_show)
    text = str(caught.value)
    assert "cues.toml:4:16: the value of /a has no `to`; add `to = ...`" in text
    assert "no key `curv`; did you mean curve?" in text
    assert "to: it is no plain value" in text
    assert "wait: expected a number 0..3600, got -1" in text


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("90", 'at: expected a time in quotes, got 90; write "1:30" for 90 seconds'),
        ("12.5", 'at: expected a time in quotes, got 12.5; write "0:12" for 12.5 seconds'),
        ("12:40:00", 'at: expected a time in quotes, got a date or time; write M:SS, e.g. "12:40"'),
        ("true", 'at: expected a time in quotes, got true; write M:SS, e.g. "12:40"'),
    ],
)
def test_a_place_in_the_score_that_is_a_number_is_answered_with_the_time(
    small_show: Path, at: str, expected: str
) -> None:
    cues = small_show / "cues.toml"
    cues.write_text(cues.read_text().replace('id = "1"\n', f'id = "1"\nat = {at}\n'))
    with pytest.raises(ShowError) as caught:
        load_show(small_show)
    assert str(caught.value.findings[0]).endswith(f"cues.toml:5:6: {expected}")
