import json
import os
from pathlib import Path

import pytest

from installation.cli.check import check, check_all
from installation.render.isf_host.trial import draw_all

GOOD = (
    '/*{"ISFVSN": "2", "INPUTS": []}*/\nvoid main() { gl_FragColor = vec4(isf_FragNormCoord, 0.5, 1.0); }\n'
)
BAD_GLSL = '/*{"ISFVSN": "2"}*/\nvoid main() {\n  gl_FragColor = vec4(nothing);\n}\n'
BAD_HEADER = '/*{"ISFVSN": "2", "INPUTS": [}*/\nvoid main() {}\n'
# The loop's end depends on what the picture is, so that no compiler can prove that it never comes.
ENDLESS = """\
/*{"ISFVSN": "2", "PASSES": [{"TARGET": "seen", "PERSISTENT": true, "FLOAT": true}, {}]}*/
void main() {
    float x = 0.0;
    while (x < 1.0) { x = IMG_NORM_PIXEL(seen, vec2(fract(x))).r * 0.5; }
    gl_FragColor = vec4(x);
}
"""
SHOW = 'format = 1\n[scene.a]\nshader = "a.fs"\n'


def write(folder: Path, **files: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("_", ".", 1)).write_text(text)
    return folder


def run_json(capsys: pytest.CaptureFixture[str], *paths: Path) -> tuple[int, dict[str, dict[str, object]]]:
    code = check(list(paths), as_json=True)
    entries = json.loads(capsys.readouterr().out)
    return code, {Path(entry["path"]).name: entry for entry in entries}


@pytest.mark.gl
def test_a_folder_of_shaders_is_reported_one_by_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, good_fs=GOOD, glsl_fs=BAD_GLSL, header_fs=BAD_HEADER)

    code, entries = run_json(capsys, tmp_path)

    assert code == 1
    assert {name: entry["ok"] for name, entry in entries.items()} == {
        "good.fs": True,
        "glsl.fs": False,
        "header.fs": False,
    }
    assert set(entries["good.fs"]) == {"path", "ok", "findings", "ms"}
    assert entries["good.fs"]["findings"] == []
    (finding,) = [one for one in entries["glsl.fs"]["findings"] if one["line"] == 3][:1]
    assert {"line", "column", "severity", "message", "hint"} <= set(finding)
    assert "nothing" in finding["message"]


@pytest.mark.gl
def test_a_file_with_audio_inputs_is_good(capsys: pytest.CaptureFixture[str]) -> None:
    code, entries = run_json(capsys, Path(__file__).parents[2] / "isf" / "audio.fs")

    assert code == 0
    assert entries["audio.fs"]["findings"] == []


@pytest.mark.gl
def test_a_shader_that_never_ends_is_stopped_and_the_next_is_drawn(tmp_path: Path) -> None:
    write(tmp_path, a_fs=ENDLESS, b_fs=GOOD)

    first, second = check_all([tmp_path], limit=4.0)

    assert not first.ok
    assert "took longer than" in first.findings[0].message
    assert second.ok


@pytest.mark.gl
def test_a_driver_that_crashes_is_a_finding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a_fs=GOOD)
    crash = write(tmp_path / "crash", sitecustomize_py="import os\nos.abort()\n")
    monkeypatch.setenv("PYTHONPATH", str(crash))

    (drawn,) = draw_all([tmp_path / "a.fs"])

    assert drawn.state == "crashed"
    assert drawn.detail == "signal 6"


@pytest.mark.gl
def test_a_show_is_checked_with_its_shaders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, show_toml=SHOW, a_fs=BAD_GLSL, cues_toml="format = 1\n[[cue]]\nid = '1'\nscene = 'b'\n")

    code, entries = run_json(capsys, tmp_path)

    assert code == 1
    assert {name: entry["ok"] for name, entry in entries.items()} == {
        "show.toml": True,
        "cues.toml": False,
        "a.fs": False,
    }


def test_findings_are_printed_with_line_and_caret(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, show_toml="format = 1\n[scene.a]\nshadr = 'a.fs'\n")
    monkeypatch.chdir(tmp_path)

    assert check([Path("show.toml")]) == 1
    said = capsys.readouterr().out
    assert "show.toml:3:1: error: scene a has no key `shadr`\n    3 | shadr = 'a.fs'\n      | ^\n" in said
    assert "did you mean shader?" in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[adapter.a]\nkind = 'osc'\nprt = 1\n", "port"),
        ("[adapter.a]\nkind = 'oscc'\n", "osc"),
        ("[[fixture]]\nname='l'\nprofile='rbg'\nuniverse=1\nchannel=1\nposition=[0,0]\n", "rgb"),
        ("[[fixture]]\nname='l'\nprofile='rgb'\nuniverse=1\nchannel=511\nposition=[0,0]\n", "510"),
    ],
)
def test_a_venue_is_checked_with_its_adapters_and_its_patch(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, expected: str
) -> None:
    write(tmp_path, room_toml="format = 1\n" + text)

    code, entries = run_json(capsys, tmp_path / "room.toml")

    assert code == 1
    findings = entries["room.toml"]["findings"]
    assert isinstance(findings, list)
    assert expected in " ".join(one["hint"] + one["message"] for one in findings)
    assert all(one["line"] > 1 for one in findings)


@pytest.mark.gl
@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("[scene.a.inputs]\nglwo = 1", (5, 8)),
        ("[[route]]\nfrom = '/osc/a'\nto = '/scene/a/glwo'", (6, 6)),
        ("[[route]]\nfrom = '/osc/a'\nto = '/scene/a/glow'\nshape = [{ smoth = 1 }]", (7, 12)),
        ("[effect.veil]\nshader = 'a.fs'", (5, 10)),
    ],
)
def test_what_does_not_fit_the_shader_is_named_where_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, place: tuple[int, int]
) -> None:
    glowing = GOOD.replace("[]", '[{"NAME": "glow", "TYPE": "float"}]')
    write(tmp_path, show_toml=f"{SHOW}{line}\n", a_fs=glowing)

    code, entries = run_json(capsys, tmp_path)

    assert code == 1
    findings = entries["show.toml"]["findings"]
    assert isinstance(findings, list)
    assert [(one["line"], one["column"]) for one in findings] == [place]


def test_a_path_that_does_not_exist_is_a_usage_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert check([tmp_path / "none.fs"]) == 2
    assert check([tmp_path]) == 2
    assert "none.fs: there is no such file" in capsys.readouterr().err


def test_names_of_shipped_venues_are_understood(capsys: pytest.CaptureFixture[str]) -> None:
    assert check([Path("laptop"), Path("loopback")]) == 0
    assert capsys.readouterr().out.count("ok ") == 2


def test_without_opengl_shaders_are_still_parsed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, good_fs=GOOD, header_fs=BAD_HEADER)
    monkeypatch.setenv("__EGL_VENDOR_LIBRARY_FILENAMES", str(tmp_path / "none.json"))
    # Without a DISPLAY glcontext tries :0.0 all the same, where another test's X server may be.
    monkeypatch.setenv("GLCONTEXT_LINUX_LIBX11", "no-such-library.so")

    code, entries = run_json(capsys, tmp_path / "good.fs", tmp_path / "header.fs")

    assert code == 1
    assert entries["good.fs"]["ok"]
    assert "was not drawn" in entries["good.fs"]["findings"][0]["message"]
    assert not entries["header.fs"]["ok"]


def test_a_broken_show_named_by_a_relative_path_is_not_called_good(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "show.toml").write_text("format = 1\nformat = 1\n")
    monkeypatch.chdir(tmp_path)

    assert check([Path("bad")]) == 1

    printed = capsys.readouterr().out
    assert "given twice" in printed
    assert not any(line.startswith("ok") for line in printed.splitlines())


VENUE = """\
format = 1
[canvas]
width = "wide"
[[display]]
name = "one"
[[display]]
name = "two"
[adapter.wire]
kind = "art-net"
[[fixture]]
name = "left"
profile = "no-such-lamp"
universe = 1
channel = 1
position = [0.5, 0.5]
[[fixture]]
name = "right"
profile = "rgb"
universe = 1
position = [0.5, 0.5]
"""


def test_a_file_of_weather_that_is_missing_or_unusable_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    venue = tmp_path / "hall.toml"
    venue.write_text('format = 1\n[place]\nweather = "station.csv"\n')

    def told() -> str:
        code, pages = run_json(capsys, venue)
        assert code == 0, "a station may write it later"
        return json.dumps(pages)

    nobody = venue.with_name("nobody.toml")
    nobody.write_text('format = 1\n[place]\nweather = "~no-such-user/station.csv"\n')
    code, pages = run_json(capsys, nobody)
    assert (code, "is in the home of nobody" in json.dumps(pages)) == (1, True)
    missing = told()
    (tmp_path / "station.csv").write_text("wind,rain\nstrong,0\n")
    wrong = told()
    (tmp_path / "station.csv").write_text("wind,rain\n3.5,0\n")

    assert "station.csv cannot be read: No such file" in missing
    assert '"line": 3' in missing
    assert "'strong' is not a number" in wrong
    assert '"findings": []' in told()


def test_everything_that_is_wrong_in_a_venue_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, hall_toml=VENUE)

    (page,) = check_all([tmp_path / "hall.toml"])

    found = {(one.where.line, one.severity) for one in page.findings}
    assert found == {(3, "error"), (9, "error"), (12, "error"), (16, "error")}


def test_a_show_is_checked_beyond_its_first_kind_of_error(tmp_path: Path) -> None:
    show = 'format = 1\nseed = "x"\n[scene.a]\nshader = "missing.fs"\n'
    folder = write(
        tmp_path / "show", show_toml=show, cues_toml='format = 1\n[[cue]]\nid = "1"\nscene = "b"\n'
    )

    pages = check_all([folder])

    lines = sorted((one.path.name, finding.where.line) for one in pages for finding in one.findings)
    assert lines == [("cues.toml", 4), ("show.toml", 2), ("show.toml", 4)]


def test_a_profile_is_checked_as_a_profile(tmp_path: Path) -> None:
    good = 'format = 1\n[[channel]]\nrole = "intensity"\n'
    write(tmp_path, good_toml=good, bad_toml=good + '[[channel]]\nrole = "red"\nstrob = 1\n')

    first, second = check_all([tmp_path / "good.toml", tmp_path / "bad.toml"])

    assert first.ok
    assert (6, True) in [(one.where.line, "strob" in one.message) for one in second.findings]


def test_a_file_of_the_open_fixture_library_is_checked_as_profiles(tmp_path: Path) -> None:
    lamp = (
        '{"name": "Lamp", "categories": ["Dimmer"], "availableChannels": {"Light": {"capability": '
        '{"type": "Intensity"}}}, "modes": [{"name": "one", "channels": ["Light"]}%s]}'
    )
    (tmp_path / "good.json").write_text(lamp % "")
    (tmp_path / "half.json").write_text(lamp % ', {"name": "two", "channels": ["Sound"]}')
    (tmp_path / "bad.json").write_text("{")

    good, half, bad = check_all([tmp_path / f"{name}.json" for name in ("good", "half", "bad")])

    assert good.findings == []
    assert half.ok
    assert ["two" in one.message for one in half.findings] == [True]
    assert not bad.ok


def test_what_is_no_venue_is_not_called_one(tmp_path: Path) -> None:
    write(tmp_path, look_toml='format = 1\n[set]\n"/master" = 1.0\n', pad_toml='format = 1\nports = ["p"]\n')

    found = [page.findings[0].message for page in check_all([tmp_path / "look.toml", tmp_path / "pad.toml"])]

    assert found == ["this is a part of a show and is not checked alone", "the file has no `title`"]


def test_the_states_of_a_show_are_checked_with_it(tmp_path: Path) -> None:
    folder = write(tmp_path, show_toml=SHOW, a_fs=GOOD, states_toml="format = 1\nnonsense = 1\n")

    pages = {page.path.name: page for page in check_all([folder / "states.toml"])}

    assert not pages["states.toml"].ok


@pytest.mark.parametrize("kind", ["folder", "pipe", "loop", "device"])
def test_a_show_toml_that_is_no_file_is_never_good(
    tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, a_fs=GOOD)
    head = tmp_path / "show.toml"
    if kind == "folder":
        head.mkdir()
    elif kind == "pipe":
        os.mkfifo(head)
    else:
        head.symlink_to("show.toml" if kind == "loop" else "/dev/zero")

    assert check([tmp_path]) == 1
    said = capsys.readouterr().out
    assert "show.toml" in said
    assert "cannot be read" in said


def test_a_pipe_among_the_presets_hangs_nobody(tmp_path: Path) -> None:
    folder = write(tmp_path, show_toml=SHOW, a_fs=GOOD)
    (folder / "presets").mkdir()
    os.mkfifo(folder / "presets" / "look.toml")

    pages = {page.path.name: page for page in check_all([folder])}

    found = [one for page in pages.values() for one in page.findings]
    assert any("is a pipe, not a file" in one.message for one in found)


def test_names_that_are_no_text_are_told_and_not_drawn(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    write(folder, a_fs=GOOD)
    write(tmp_path / "two\nlines", b_fs=GOOD)

    for as_json in (True, False):
        assert check([folder, tmp_path / "two\nlines"], as_json=as_json) == 1
        said = capsys.readouterr().out
        assert said.count("the name is not one line of UTF-8 text") == 2
        assert "caf\\udce9" in said.replace("\\\\", "\\")
    assert check([folder / "none.fs"]) == 2


@pytest.mark.gl
def test_what_was_read_over_in_a_header_is_a_warning(tmp_path: Path) -> None:
    write(tmp_path, a_fs='/*{"INPUTS": [],}*/\nvoid main() { gl_FragColor = vec4(1.0); }\n')

    (page,) = check_all([tmp_path / "a.fs"])

    assert page.ok
    assert [one.message for one in page.findings] == ["a comma too many"]


@pytest.mark.gl
def test_an_event_that_nothing_in_a_show_sends_is_a_warning(tmp_path: Path) -> None:
    event = '/*{"INPUTS": [{"NAME": "flash", "TYPE": "event"}]}*/'
    write(tmp_path, show_toml=SHOW, a_fs=event + "\nvoid main() { gl_FragColor = vec4(float(flash)); }\n")

    (page, _) = check_all([tmp_path])

    assert page.ok
    assert [one.message for one in page.findings] == ["scene a: nothing moves flash (an event)"]


@pytest.mark.gl
def test_a_pass_that_reads_what_it_draws_is_told_and_shipped_scenes_have_none(tmp_path: Path) -> None:
    passes = '"PASSES": [{"TARGET": "kept", "PERSISTENT": true}, {"TARGET": "plain"}, {}]'
    body = "IMG_THIS_PIXEL(kept) + (PASSINDEX < 2 ? 0.5 * IMG_THIS_PIXEL(plain) : vec4(0.0))"
    write(tmp_path, a_fs=f'/*{{"ISFVSN": "2", {passes}}}*/\nvoid main() {{ gl_FragColor = {body}; }}\n')

    (page,) = check_all([tmp_path / "a.fs"])

    assert page.ok
    assert [one.message for one in page.findings] == ["the pass that draws plain reads it, and finds black"]
    shaders = Path(__file__).parents[3] / "shaders"
    pages = check_all(
        [*shaders.glob("scenes/*.fs"), *shaders.glob("feedback/*.fs"), *shaders.glob("medium/*.fs")]
    )
    assert len(pages) > 16
    assert [(one.path, one.findings) for one in pages if one.findings] == []


def test_unknown_keys_hide_no_other_error_and_none_is_told_twice(tmp_path: Path) -> None:
    more = """
[[route]]
from = "/osc/x"
to = "/scene/a/nothing"
wrong = 1
[[send]]
from = "/osc/x"
to = "desk"
address = "/a b"
type = "flot"
"""
    write(tmp_path, show_toml=SHOW + more, a_fs=GOOD)
    (page,) = [one for one in check_all([tmp_path]) if one.path.name == "show.toml"]

    assert sorted((one.where.line, one.message) for one in page.findings) == [
        (7, "no parameter /scene/a/nothing"),
        (8, "a route has no key `wrong`"),
        (12, 'address: "/a b" is not an address'),
        (13, 'type: "flot" is not an allowed value'),
    ]


@pytest.mark.parametrize(
    ("said", "told", "remedy"),
    [
        ('["x.png"]', "photo: an image input takes the name of a picture", 'photo = "picture.png"'),
        ('"x.MP5"', "photo: there is no file x.MP5", "next to show.toml"),
        ('"a.fs"', "photo: is not a readable image", 'photo = { video = "a.fs" }'),
        ('{ video = ["x.mp4"] }', "video: expected text in quotes", ""),
    ],
)
def test_what_an_image_input_cannot_show_is_told_once_with_a_remedy(
    tmp_path: Path, said: str, told: str, remedy: str
) -> None:
    shader = GOOD.replace('"INPUTS": []', '"INPUTS": [{"NAME": "photo", "TYPE": "image"}]')
    write(tmp_path, show_toml=f"{SHOW}[scene.a.inputs]\nphoto = {said}\n", a_fs=shader)

    (finding,) = [one for page in check_all([tmp_path]) for one in page.findings if one.severity == "error"]

    assert finding.message.startswith(told)
    assert remedy in finding.hint


def test_a_wrong_setting_of_an_adapter_names_the_page_that_describes_it(tmp_path: Path) -> None:
    venue = write(tmp_path, venue_toml='format = 1\n[adapter.out]\nkind = "osc"\nport = "x"\n') / "venue.toml"

    (finding,) = [one for page in check_all([venue]) for one in page.findings if "port" in one.message]

    assert finding.hint == "see hardware/osc/README.md"
    assert (Path(__file__).parents[3] / "hardware/osc/README.md").is_file()
