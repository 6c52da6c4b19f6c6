"""Every reader of files, texts and messages: whatever comes, it is understood or refused with its place.

The seeds are files of ours and the corpus; the variants are the same in every run.
"""

import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from installation.clock import ManualClock
from installation.errors import FilesError, ShaderError, ShowError
from installation.isf import Shader, flatten, parse
from installation.isf.expression import ExpressionError
from installation.isf.expression import parse as parse_expression
from installation.isf.prelude import fragment, vertex
from installation.isf.report import findings
from installation.light import Rig, load_profiles
from installation.light.profiles.profile import profile_folder, read_profile
from installation.player.player import Player
from installation.player.production import read_shaders
from installation.render.isf_host.inputs import parameters
from installation.show import examine_venue, load_show, load_venue
from installation.show.resolve import show_references, venue_references
from installation.signal.record import open_replay
from tests.fuzz import SCALE, corpus, mutated
from tests.small_show import CUES, SHADER, SHOW

ISF = Path(__file__).parent / "isf"
NUMBERS = [b"1e39", b"-1e308", b"1e999", b"9" * 400, b"4294967296", b"-0.0", b"nan", b"NaN", b"0x7f", b"true"]
ISF_WORDS = [
    b'"INPUTS": [', b'{"NAME": "a", "TYPE": "long"', b'"PASSES"', b'"DEFAULT": ', b'"IMPORTED": {"a": {}}',
    b'"VALUES": ["a", 1e12]', b'"WIDTH": "$a / 0"', b"/*{", b"}*/", b"//", b",", b"]", b'"', b"\\ud800",
    b"{" * 40,
    b"#line 9", b'#include "x"', b"#version 999", b"\r\n", b"\xe2\x80\xa8", b"\x0c", b"\0", b'"HISTORY": 16',
    b'"PERSISTENT_BUFFERS": ["a", 3]', b'"smooth"', b'"TYPE": "cube", "PATH": [1, 2, 3, 4, 5, 6]', *NUMBERS,
]  # fmt: skip
TOML_WORDS = [
    b"[[cue]]\n", b"[scene.a]\n", b"[[route]]\n", b"[[fixture]]\n", b"[adapter.a]\n", b"[[pixels]]\n", b"=",
    b"[" * 40, b'"""', b"'", b"\n", b"a.b.c = 1\n", b"1979-05-27T07:32:00Z", b"{", b"}", b'"/scene/one/glow"',
    b"shape = [{ delay = 1e300 }]\n", b"inf", b"\xff", b"\0", b"seed = 1\n", b"[set]\n", *NUMBERS,
]  # fmt: skip


def outcome(path: Path) -> Shader | None:
    """Read a shader, and do with it all that needs no OpenGL. Any other exception than its own is a fault."""
    refusal: ShaderError | None = None
    try:
        shader = parse(path)
    except ShaderError as error:
        refusal = error
    if refusal is not None:
        assert refusal.findings
        for one in refusal.findings:
            own = Path(one.where.file)
            lines = own.read_bytes().rstrip().replace(b"\r\n", b"\n").replace(b"\r", b"\n").count(b"\n") + 1
            assert 1 <= one.where.line <= lines
            assert len(str(one)) < 2000
        return None
    flatten(path)
    fragment(shader)
    fragment(shader, 450, 0, old_words=True)
    vertex(shader)
    for one in parameters(shader, "/scene/a"):
        assert all(abs(value) < 3.5e38 for value in (*one.default, *one.minimum, *one.maximum))
    return shader


def test_shaders(tmp_path: Path) -> None:
    seeds = [path.read_bytes() for path in (*corpus("isf"), *sorted(ISF.glob("*.fs")))]
    (tmp_path / "x").write_text("float x;\n")
    target, good = tmp_path / "a.fs", 0
    for data in (*seeds, *mutated(seeds, ISF_WORDS, 1500, 1)):
        target.write_bytes(data)
        good += outcome(target) is not None
    assert good > 300 * SCALE, "most variants are refused: the dice throw too hard to reach anything deep"


_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["a", "$a", "1", "TRUE", "image", ""]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["NAME", "TYPE", "PATH", "TARGET", "DEFAULT", "a", "b"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)
_KEYS = ["INPUTS", "PASSES", "IMPORTED", "PERSISTENT_BUFFERS", "PHOTOPHORE", "CATEGORIES", "CREDIT"]
_ENTRY = st.dictionaries(
    st.sampled_from(
        ["NAME", "TYPE", "DEFAULT", "MIN", "MAX", "VALUES", "LABELS", "TARGET", "WIDTH", "FLOAT", "STEPS"]
    ),
    _JSON | st.sampled_from(["smooth", "long", "float", "color", "point2D", "$WIDTH/2", 7]),
)


@settings(max_examples=150, derandomize=True)
@given(
    st.dictionaries(st.sampled_from(_KEYS), _JSON | st.lists(_ENTRY, max_size=3)),
    st.sampled_from(["", ",", "// x\n"]),
)
def test_headers_of_any_json(
    tmp_path_factory: pytest.TempPathFactory, data: dict[str, object], extra: str
) -> None:
    import json

    text = json.dumps(data)
    target = tmp_path_factory.getbasetemp() / "header.fs"
    target.write_text(f"// above\n/*{text[:-1]}{extra if data else ''}}}*/\nvoid main() {{}}\n")
    outcome(target)


def test_include_graphs(tmp_path: Path) -> None:
    from random import Random

    dice = Random(5)
    for _ in range(60):
        count = dice.randrange(1, 60)
        for number in range(count):
            lines = [f'#include "{dice.randrange(count + 1)}.glsl"' for _ in range(dice.randrange(4))]
            lines += dice.sample(["/*", "*/", "// x", "#line 4", '#include "../x"', "float x;", "\f"], 2)
            (tmp_path / f"{number}.glsl").write_text("\n".join(lines))
        (tmp_path / "a.fs").write_text('/*{}*/\n#include "0.glsl"\nvoid main() {}\n')
        outcome(tmp_path / "a.fs")


def test_expressions() -> None:
    words = [
        b"$WIDTH",
        b"max(",
        b")",
        b"(" * 40,
        b"-" * 50,
        b"1e308",
        b"*",
        b"/0",
        b"%0",
        b"pow(0,-1)",
        b"log(0)",
    ]
    seeds = [path.read_bytes() for path in corpus("expression")]
    for data in (*seeds, *mutated(seeds, words, 3000, 2)):
        try:
            found = parse_expression(data.decode("utf-8", "replace"))
        except ExpressionError:
            continue
        for value in (0.0, -1.0, 1e308, math.inf, math.nan):
            assert math.isfinite(found.evaluate(dict.fromkeys(found.names, value)))


def test_compiler_messages() -> None:
    words = [
        b"0:1(1): error: a",
        b"ERROR: 0:1:",
        b"9" * 30,
        b"0(7) : error C1:",
        b"\n",
        b"vertex_shader\n",
        b"====",
        b"\0",
    ]
    seeds = [path.read_bytes() for path in corpus("log")]
    tables: list[tuple[str, ...]] = [("a.fs",), ("a.fs", "b.glsl"), ()]
    for index, data in enumerate((*seeds, *mutated(seeds, words, 3000, 3))):
        found = findings(data.decode("utf-8", "replace"), tables[index % 3], tables[index % 2])
        assert 1 <= len(found) <= 25
        assert all(one.where.line >= 1 and one.where.column >= 1 for one in found)


def play(folder: Path) -> None:
    """Read a show and make all that plays it, but for the picture."""
    try:
        show = load_show(folder)
        if show_references(show):
            return
        scenes, effects = read_shaders(show)
        player = Player(
            show, scenes, Rig(load_venue("loopback"), load_profiles()), ManualClock(1 / 60), effects=effects
        )
        for index in range(3):
            player.step([], index / 60)
    except FilesError:
        return


def test_shows(tmp_path: Path) -> None:
    folder = tmp_path / "show"
    (folder / "presets").mkdir(parents=True)
    good = {
        "show.toml": SHOW,
        "cues.toml": CUES,
        "plain.fs": SHADER,
        "presets/a.toml": 'format = 1\n[set]\n"/master" = 1.0\n',
    }
    files = {name: text.encode() for name, text in good.items()}
    seeds = [path.read_bytes() for path in corpus("toml")]
    for name in ("show.toml", "cues.toml", "presets/a.toml"):
        for data in (*seeds, *mutated([files[name], files[name], *seeds], TOML_WORDS, 120, len(name))):
            for other, content in files.items():
                (folder / other).write_bytes(content)
            (folder / name).write_bytes(data)
            play(folder)


def test_venues_and_profiles(tmp_path: Path) -> None:
    from installation.devices.installed import kinds
    from installation.light.patch import lay_patch
    from installation.show.load import list_venues

    profiles = load_profiles()
    shipped = [path.read_bytes() for path in list_venues()]
    lamps = [path.read_bytes() for path in sorted(profile_folder().glob("*.toml"))]
    seeds = [path.read_bytes() for path in corpus("toml")]
    target = tmp_path / "a.toml"
    for data in (*seeds, *mutated([*shipped, *seeds], TOML_WORDS, 250, 6)):
        target.write_bytes(data)
        venue, _ = examine_venue(str(target))
        if venue is not None:
            venue_references(venue, kinds())
            lay_patch(venue, profiles)
    for data in (*seeds, *mutated([*lamps, *seeds], TOML_WORDS, 250, 7)):
        target.write_bytes(data)
        try:
            read_profile(target)
        except ShowError:
            continue


def test_recordings(tmp_path: Path) -> None:
    words = [
        b'{"frame": 0, "dt": 0, "inbox": []}\n',
        b"[]",
        b"null",
        b'"values": [',
        b'"verb": 3',
        b"{" * 2000,
        *NUMBERS,
    ]
    seeds = [path.read_bytes() for path in corpus("recording")]
    target = tmp_path / "a.jsonl"
    for data in (*seeds, *mutated(seeds, words, 1500, 8)):
        target.write_bytes(data)
        try:
            frames = list(open_replay(target))
        except ShowError:
            continue
        assert all(math.isfinite(one.dt) for one in frames)
