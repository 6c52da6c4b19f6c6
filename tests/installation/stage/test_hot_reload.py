import random
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import moderngl
import pytest
from PIL import Image

from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.isf import reader as isf_reader
from installation.player.build import build_player
from installation.player.production import read_production
from installation.render.gl import program
from installation.render.isf_host import images
from installation.show import document
from installation.stage.stage import Stage
from installation.values import Command
from tests.installation.stage.test_stage import company_of, settle, stage_of

IMAGE = """/*{"ISFVSN": "2", "IMPORTED": {"leaf": {"PATH": "leaf.png"}},
"INPUTS": [{"NAME": "tint", "TYPE": "color", "DEFAULT": [0.2, 0.3, 0.4, 1.0]},
{"NAME": "glow", "TYPE": "float", "DEFAULT": 0.5}, {"NAME": "other", "TYPE": "image"}]}*/
void main() { gl_FragColor = IMG_NORM_PIXEL(leaf, isf_FragNormCoord) + 0.01 * tint * glow
    + 0.01 * IMG_NORM_PIXEL(other, isf_FragNormCoord); }
"""


class Later:
    """A thread that reads only when a test lets it."""

    def __init__(self) -> None:
        self.jobs: list[tuple[Future[Any], Callable[..., Any], tuple[Any, ...]]] = []

    def submit(self, call: Callable[..., Any], *given: Any) -> Future[Any]:
        future: Future[Any] = Future()
        self.jobs.append((future, call, given))
        return future

    def go(self) -> None:
        jobs, self.jobs = self.jobs, []
        for future, call, given in jobs:
            future.set_result(call(*given))

    def shutdown(self) -> None:
        """There is nothing to wait for."""


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> dict[str, set[int]]:
    """By what is read, in which threads it was."""
    threads: dict[str, set[int]] = {}

    def watched(owner: Any, name: str) -> None:
        call = getattr(owner, name)

        def noted(*given: Any, **named: Any) -> Any:
            threads.setdefault(name, set()).add(threading.get_ident())
            return call(*given, **named)

        monkeypatch.setattr(owner, name, noted)

    watched(isf_reader, "parse_text")
    watched(isf_reader, "read_header")
    watched(document, "parse")
    watched(images, "read_image")
    return threads


def edit(stage: Stage, *files: Path) -> None:
    stage._hot_reload._waiting |= {file.resolve() for file in files}  # as any watch would tell


def told(stage: Stage, *files: Path) -> None:
    """These files changed, as the system tells, and all that follows from it has been done."""
    stage._hot_reload._hear({file.resolve() for file in files})
    settle(stage)


def including(text: str) -> str:
    return text.replace("void main", '#include "part.glsl"\nvoid main')


def test_a_file_that_was_missing_is_taken_over_when_it_appears(small_show: Path) -> None:
    stage, _ = stage_of(small_show)
    plain, part = small_show / "plain.fs", small_show / "part.glsl"
    plain.write_text(including(plain.read_text()))
    told(stage, plain)
    assert "part.glsl" in stage.status().errors[0]

    part.write_text("float one() { return 1.0; }\n")
    told(stage, part)

    assert stage.status().errors == ()
    assert part.resolve() in stage._player.shaders["one"].files


def test_a_vertex_shader_that_is_written_beside_a_shader_is_taken_over(small_show: Path) -> None:
    stage, _ = stage_of(small_show)
    beside = small_show / "plain.vs"
    beside.write_text("void main() { isf_vertShaderInit(); }\n")
    told(stage, beside)

    assert stage._player.shaders["one"].vertex == beside.read_text()


def test_a_new_scene_whose_shader_is_broken_comes_in_when_the_shader_is_mended(small_show: Path) -> None:
    stage, _ = stage_of(small_show)
    show, third = small_show / "show.toml", small_show / "third.fs"
    third.write_text("half a shader")
    show.write_text(show.read_text() + '\n[scene.three]\nshader = "third.fs"\n')
    told(stage, show)
    assert "third.fs" in stage.status().errors[0]

    third.write_text((small_show / "plain.fs").read_text())
    told(stage, third)

    assert stage.status().errors == ()
    assert "three" in stage._player.show.scenes


@pytest.mark.parametrize(
    "way", ["not included any more", "not in the show any more", "asked for by its name"]
)
def test_a_mistake_that_is_mended_in_another_file_is_not_told_any_more(small_show: Path, way: str) -> None:
    stage, _ = stage_of(small_show)
    plain, part, show = (small_show / name for name in ("plain.fs", "part.glsl", "show.toml"))
    good, whole = plain.read_text(), show.read_text()
    match way:
        case "not included any more":
            part.write_text("// nothing\n")
            plain.write_text(including(good))
            told(stage, plain)
            part.write_text('#include "gone.glsl"\n')
            wrong, mended, text = part, plain, good
        case "not in the show any more":
            (small_show / "third.fs").write_text(good)
            show.write_text(whole + '\n[scene.three]\nshader = "third.fs"\n')
            told(stage, show)
            (small_show / "third.fs").write_text("half a shader")
            wrong, mended, text = small_show / "third.fs", show, whole
        case _:
            cues = small_show / "cues.toml"
            cues.write_text(cues.read_text().replace("one/glow", "one/glim"))
            plain.write_text(good.replace("glow", "glim"))
            wrong, mended, text = plain, show, whole.replace("glow", "glim")
    told(stage, wrong)
    assert len(stage.status().errors) == 1

    mended.write_text(text)
    told(stage, mended)

    assert stage.status().errors == ()


def test_what_is_read_again_and_still_wrong_is_logged_once(
    small_show: Path, caplog: pytest.LogCaptureFixture
) -> None:
    stage, _ = stage_of(small_show)
    plain, show = small_show / "plain.fs", small_show / "show.toml"
    plain.write_text(including(plain.read_text()))
    told(stage, plain)
    show.write_text(show.read_text().replace("0.75", "0.5"))
    told(stage, show, small_show / "4913")

    assert stage._player.tree.get_base("/scene/two/glow") == (0.5,)
    assert len([one for one in caplog.messages if "part.glsl" in one]) == 1
    told(stage, plain)
    assert len([one for one in caplog.messages if "part.glsl" in one]) == 2, "it was saved again"


@pytest.mark.parametrize("name", ["a" * 300, "a\\u0000b", "loop"])
def test_a_name_that_the_system_refuses_does_not_end_the_show(small_show: Path, name: str) -> None:
    stage, _ = stage_of(small_show)
    (small_show / "loop").symlink_to("loop")
    plain, show = small_show / "plain.fs", small_show / "show.toml"
    image = f'"IMPORTED": {{"leaf": {{"PATH": "{name}"}}}}, "INPUTS"'
    plain.write_text(plain.read_text().replace('"INPUTS"', image))
    told(stage, plain)
    assert "leaf is not found" in stage.status().errors[0]
    show.write_text(show.read_text().replace("plain.fs", name))
    told(stage, show)
    assert any("shader: there is no file" in line for line in stage.status().errors)


@pytest.mark.gl
def test_the_main_thread_parses_nothing_of_an_edit(
    small_show: Path, context: Any, readers: dict[str, set[int]]
) -> None:
    isf_reader._shipped.cache_clear()
    options = StageOptions(show=str(small_show), venue="loopback", size=(64, 36))
    production = read_production(options)
    player = build_player(production, options, ManualClock(1 / 60), context)
    stage = Stage(options, player, company_of(production, options))
    readers.clear()
    Image.new("RGBA", (8, 8), (200, 90, 10, 255)).save(small_show / "leaf.png")
    plain, show, cues = small_show / "plain.fs", small_show / "show.toml", small_show / "cues.toml"
    plain.write_text(IMAGE)
    edit(stage, plain)
    settle(stage)
    cues.write_text(cues.read_text() + '\n[[cue]]\nid = "last"\nscene = "one"\ntransition = "membrane"\n')
    show.write_text(show.read_text() + '\n[scene.three]\nshader = "plain.fs"\n')
    edit(stage, cues, show, plain)
    settle(stage)

    assert stage.status().errors == ()
    assert "/scene/three/glow" in player.tree.parameters()
    assert set(readers) == {"parse_text", "read_header", "parse", "read_image"}
    assert threading.get_ident() not in set().union(*readers.values())
    assert player.picture is not None
    stage._hot_reload.close()
    player.picture.release()


def test_the_show_goes_on_while_an_edit_is_read(small_show: Path) -> None:
    stage, _ = stage_of(small_show)
    thread = stage._hot_reload._thread = Later()  # type: ignore[assignment]
    show = small_show / "show.toml"
    show.write_text(show.read_text().replace("glow = 0.75", "glow = 0.25"))
    edit(stage, show)

    for _ in range(5):
        stage.frame()
    before = stage._player.tree.get_base("/scene/two/glow")
    thread.go()
    stage.frame()

    assert before == (0.75,)
    assert stage._player.tree.get_base("/scene/two/glow") == (0.25,)


def test_a_storm_of_saves_is_read_once_while_one_edit_is_on_its_way_and_the_last_state_counts(
    small_show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, _ = stage_of(small_show)
    edits = stage._hot_reload
    thread = edits._thread = Later()  # type: ignore[assignment]
    show, cues = small_show / "show.toml", small_show / "cues.toml"
    good = show.read_text()
    taken = []
    take = stage._player.take
    monkeypatch.setattr(stage._player, "take", lambda update: (taken.append(update), take(update)))
    for number in range(1, 100):
        show.write_text(good.replace("glow = 0.75", f"glow = {number / 100}"))
        edit(stage, show, cues)
        stage.frame()
        assert len(thread.jobs) == 1
    thread.go()
    stage.frame()
    assert edits.busy, "what was saved while the first was being read is not lost"
    edits.rest = 0.0
    stage.frame()
    thread.go()
    stage.frame()

    assert not edits.busy
    assert len(taken) == 2
    assert stage._player.tree.get_base("/scene/two/glow") == (0.99,)


def test_the_same_file_is_taken_over_again_only_after_a_rest(small_show: Path) -> None:
    stage, _ = stage_of(small_show)
    edits = stage._hot_reload
    thread = edits._thread = Later()  # type: ignore[assignment]
    one, two = small_show / "show.toml", (small_show / "plain.fs").resolve()
    edit(stage, one)
    assert edits.changed(10.0) == ()
    thread.go()
    assert list(edits.changed(10.01)) == [one.resolve()]
    edits.take(one.resolve())

    edit(stage, one, two)
    assert edits.changed(10.02) == ()
    thread.go()
    assert list(edits.changed(10.03)) == [two], "another file need not wait"
    assert edits.changed(10.2) == ()
    assert thread.jobs == []
    assert edits.changed(10.0 + edits.rest) == ()
    assert len(thread.jobs) == 1


def test_a_preset_that_is_saved_while_the_show_is_read_is_not_lost(small_show: Path) -> None:
    stage, parts = stage_of(small_show)
    thread = stage._hot_reload._thread = Later()  # type: ignore[assignment]
    edit(stage, small_show / "show.toml")
    stage.frame()
    ((_, call, given),) = thread.jobs
    read_before = call(*given)
    parts.inbox.put(Command("preset-save", ("dim",), 0.0, "test"))
    stage.frame()
    thread.jobs[0][0].set_result(read_before)
    thread.jobs.clear()
    stage._hot_reload.rest = 0.0
    stage.frame()
    assert "dim" in stage._player.show.presets
    stage.frame()
    thread.go()
    stage.frame()

    assert "dim" in stage._player.show.presets
    assert "dim" not in read_before.update.show.presets


@pytest.mark.gl
def test_an_edited_image_is_loaded_though_the_shader_says_the_same(small_show: Path, context: Any) -> None:
    def paint(colour: tuple[int, int, int]) -> None:
        Image.new("RGB", (8, 8), colour).save(small_show / "leaf.png")

    paint((0, 0, 0))
    (small_show / "plain.fs").write_text(IMAGE)
    options = StageOptions(show=str(small_show), venue="loopback", size=(64, 36))
    production = read_production(options)
    player = build_player(production, options, ManualClock(1 / 60), context)
    stage = Stage(options, player, company_of(production, options))
    assert player.picture is not None
    stage.frame()
    paint((250, 250, 250))
    edit(stage, small_show / "leaf.png")
    settle(stage)

    for scene in player.picture.scenes.values():
        assert scene._compiled.images["leaf"].read()[:3] == bytes((250, 250, 250))
    player.picture.release()


def test_a_fault_of_ours_is_told_and_logged_and_the_show_goes_on(
    small_show: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    stage, _ = stage_of(small_show)
    edit(stage, small_show / "show.toml")
    monkeypatch.setattr(stage._hot_reload._reader, "_read", lambda: 1 / 0)

    settle(stage)

    assert "ZeroDivisionError" in stage.status().errors[0]
    assert "report it" in stage.status().errors[0]
    assert "Traceback" in caplog.text


@pytest.mark.parametrize(
    "fault", [RecursionError("too deep"), OverflowError("too large"), ZeroDivisionError()]
)
@pytest.mark.parametrize("where", ["reading", "taking", "compiling", "watching"])
def test_whatever_fails_in_an_edit_is_told_and_the_last_good_goes_on(
    small_show: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, where: str,
    fault: Exception,
) -> None:  # fmt: skip
    def fail(*_arguments: object) -> None:
        raise fault

    stage, _ = stage_of(small_show)
    stage.frame()
    edits = stage._hot_reload
    if where == "reading":
        monkeypatch.setattr(edits._reader, "_read", fail)
    elif where == "taking":
        monkeypatch.setattr(stage._player, "take", fail)
    elif where == "compiling":
        monkeypatch.setattr(stage._player, "precompile", lambda _update: (fail() for _ in range(3)))
    else:
        monkeypatch.setattr(edits, "_files", ())
        monkeypatch.setattr("installation.stage.edits.hot_reload.Watch", fail)
    edit(stage, small_show / "show.toml")
    settle(stage)
    for _ in range(3):
        stage.frame()

    if where in ("reading", "taking"):
        assert type(fault).__name__ in " ".join(stage.status().errors)
    assert "Traceback" in caplog.text or "not be noticed" in caplog.text
    monkeypatch.undo()
    (small_show / "show.toml").write_text((small_show / "show.toml").read_text() + "\n# mended\n")
    edit(stage, small_show / "show.toml")
    settle(stage)
    assert stage.status().errors == ()


def test_an_order_to_reload_is_carried_out_a_few_frames_later_and_in_a_replay_at_once(
    small_show: Path,
) -> None:
    for at_once in (False, True):
        stage, parts = stage_of(small_show)
        stage._hot_reload._at_once = at_once
        show = small_show / "show.toml"
        show.write_text(show.read_text().replace("0.75", "0.5"))
        parts.inbox.put(Command("reload", (str(show),), 0.0, "test"))
        stage.frame()
        assert stage._player.tree.get_base("/scene/two/glow") == ((0.5,) if at_once else (0.75,))
        settle(stage)
        assert stage._player.tree.get_base("/scene/two/glow") == (0.5,)
        show.write_text(show.read_text().replace("0.5", "0.75"))


@pytest.mark.gl
def test_an_edit_of_a_show_loads_no_shader_whose_files_stayed_as_they_were(
    small_show: Path, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shader with sizes that are expressions too: each parse makes those anew."""
    text = (small_show / "plain.fs").read_text()
    passes = '"PASSES": [{"TARGET": "small", "WIDTH": "$WIDTH/2"}, {}], "INPUTS"'
    (small_show / "plain.fs").write_text(text.replace('"INPUTS"', passes))
    options = StageOptions(show=str(small_show), venue="loopback", size=(64, 36))
    production = read_production(options)
    player = build_player(production, options, ManualClock(1 / 60), context)
    stage = Stage(options, player, company_of(production, options))
    stage.frame()
    assert player.picture is not None
    loaded: list[str] = []
    monkeypatch.setattr(player.picture, "add", lambda name, *_: loaded.append(name))
    show = small_show / "show.toml"
    show.write_text(show.read_text().replace("glow = 0.75", "glow = 0.5"))
    edit(stage, show)
    settle(stage)

    assert player.tree.get_base("/scene/two/glow") == (0.5,)
    assert loaded == []
    player.picture.release()


STEPS = """/*{"ISFVSN": "2", "PASSES": [{"TARGET": "first"}, {"TARGET": "second"}, {}],
"INPUTS": [{"NAME": "tint", "TYPE": "color", "DEFAULT": [0.2, 0.3, 0.4, 1.0]},
{"NAME": "glow", "TYPE": "float", "DEFAULT": 0.5}]}*/
void main() { gl_FragColor = tint * glow + vec4(PASSINDEX) + IMG_THIS_PIXEL(first) + IMG_THIS_PIXEL(second); }
"""


@pytest.mark.gl
@pytest.mark.parametrize("broken", [False, True])
def test_a_frame_compiles_one_pass_of_an_edited_shader_at_most_and_the_last_good_one_plays_meanwhile(
    small_show: Path, context: Any, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    show = small_show / "show.toml"
    (small_show / "other.fs").write_text((small_show / "plain.fs").read_text())
    show.write_text(
        show.read_text().replace('[scene.two]\nshader = "plain.fs"', '[scene.two]\nshader = "other.fs"')
    )
    options = StageOptions(show=str(small_show), venue="loopback", size=(64, 36))
    production = read_production(options)
    player = build_player(production, options, ManualClock(1 / 60), context)
    stage = Stage(options, player, company_of(production, options))
    assert player.picture is not None
    for _ in range(8):
        stage.frame()
    while player.picture.host.waiting() is not None:  # until all that may play is compiled
        stage.frame()
    known, compiled = player.shaders["one"], []
    link = moderngl.Context.program
    monkeypatch.setattr(
        moderngl.Context, "program", lambda gl, **texts: (compiled.append(1), link(gl, **texts))[1]
    )
    plain = small_show / "plain.fs"
    plain.write_text(STEPS.replace("* glow", "* glowing") if broken else STEPS)
    edit(stage, plain)
    thread = stage._hot_reload._thread = Later()  # type: ignore[assignment]
    stage.frame()
    thread.go()
    counts = []
    while stage._hot_reload.busy:
        assert player.shaders["one"] is known, "it plays on"
        before = len(compiled)
        stage.frame()
        counts.append(len(compiled) - before)
        thread.go()

    assert (len(stage.status().errors) > 0) is broken
    assert (player.shaders["one"] is known) is broken
    if not broken:
        assert counts[:3] == [1, 1, 1]
        assert len(counts) >= 7, "three are linked, one frame keeps them, three are drawn once, small"
        assert counts[-1] == 0, "taking over links nothing"
    player.picture.release()
    assert player.picture.host._rehearsed == []


def test_a_storm_of_good_and_wrong_edits_leaves_nothing_behind_when_all_is_well_again(
    small_show: Path,
) -> None:
    stage, _ = stage_of(small_show)
    good = {path.name: path.read_text() for path in small_show.iterdir() if path.is_file()}
    plain, show, cues = good["plain.fs"], good["show.toml"], good["cues.toml"]
    good["part.glsl"] = "float one() { return 1.0; }\n"
    good["third.fs"] = plain
    wrong = {
        "plain.fs": ["half a shader", including(plain), plain.replace("glow", "glim"), None],
        "part.glsl": [None, '#include "gone.glsl"\n'],
        "third.fs": [None, "half a shader", including(plain)],
        "show.toml": [None, show + "\nbad = 1\n", show + '\n[scene.three]\nshader = "third.fs"\n'],
        "cues.toml": [None, cues[:60], cues.replace("one/glow", "one/glim")],
    }
    draw, stage._hot_reload.rest = random.Random(5), 0.0

    def put(name: str, text: str | None) -> None:
        if text is None:
            (small_show / name).unlink(missing_ok=True)
        else:
            (small_show / name).write_text(text)
        stage._hot_reload._hear({(small_show / name).resolve()})

    for _ in range(150):
        name = draw.choice(sorted(wrong))
        put(name, draw.choice([*wrong[name], good[name]]))
        for _ in range(draw.randint(0, 3)):
            stage.frame()
    for name in draw.sample(sorted(good), len(good)):  # only together are they right
        put(name, good[name].replace("glow", "glim").replace("0.75", "0.625"))
        settle(stage)
    stage._hot_reload.close()

    assert stage.status().errors == ()
    assert list(stage._player.show.scenes) == ["one", "two"]
    assert stage._player.tree.get_base("/scene/two/glim") == (0.625,)


def test_a_mend_does_not_wait_for_the_slow_compilation_of_what_it_mends(
    small_show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, _ = stage_of(small_show)
    edits, plain = stage._hot_reload, small_show / "plain.fs"
    closed = []

    def endless(_update: Any) -> Any:
        try:
            while True:
                yield
        finally:
            closed.append(True)

    quick = stage._player.precompile
    monkeypatch.setattr(stage._player, "precompile", endless)
    good = plain.read_text()
    plain.write_text(good.replace("glow", "gloss"))
    show = small_show / "show.toml"
    show.write_text(show.read_text().replace("glow", "gloss"))
    (small_show / "cues.toml").unlink()
    edit(stage, plain, show)
    while edits._compiling is None:
        stage.frame()
    for _ in range(10):
        stage.frame()
    assert edits._compiling.frames > 5, "it is compiled, and nothing has been edited since"
    edits._compiling.seconds = 10.0
    monkeypatch.setattr(stage._player, "precompile", quick)
    plain.write_text(plain.read_text().replace("gloss", "glare"))
    show.write_text(show.read_text().replace("gloss", "glare"))

    told(stage, plain, show)

    assert closed == [True]
    assert stage.status().errors == ()
    assert "/scene/two/glare" in stage._player.tree.parameters()


def test_whatever_an_edit_raises_the_last_good_version_goes_on(
    small_show: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage, _ = stage_of(small_show)
    show = small_show / "show.toml"
    take = stage._player.take

    def broken(_update: Any) -> None:
        raise OverflowError("int too large to convert to float")

    monkeypatch.setattr(stage._player, "take", broken)
    show.write_text(show.read_text().replace("0.75", "0.5"))
    told(stage, show)
    assert "OverflowError: int too large" in stage.status().errors[0]
    assert stage._player.tree.get_base("/scene/two/glow") == (0.75,)

    monkeypatch.setattr(stage._player, "take", take)
    told(stage, show)
    assert stage.status().errors == ()
    assert stage._player.tree.get_base("/scene/two/glow") == (0.5,)


@pytest.mark.parametrize("number", ["1" + "0" * 400, "-1" + "0" * 30, "1e39", "1e308"])
@pytest.mark.parametrize("place", ["inputs", "cue", "preset", "signal"])
def test_a_number_that_nothing_can_hold_is_named_where_it_stands(
    small_show: Path, number: str, place: str
) -> None:
    stage, _ = stage_of(small_show)
    show, cues = small_show / "show.toml", small_show / "cues.toml"
    match place:
        case "inputs":
            show.write_text(show.read_text().replace("0.75", number))
            file = show
        case "cue":
            cues.write_text(cues.read_text() + f'\n[[cue]]\nid = "9"\nset = {{ "/master" = {number} }}\n')
            file = cues
        case "preset":
            (small_show / "presets").mkdir(exist_ok=True)
            file = small_show / "presets" / "wide.toml"
            file.write_text(f'format = 1\n[set]\n"/master" = {number}\n')
        case _:
            show.write_text(show.read_text() + f'\n[signal.wide]\nkind = "lfo"\nrate = {number}\n')
            file = show

    told(stage, show, file)

    said = stage.status()
    (line,) = said.notices if place == "preset" else said.errors  # old presets are no error
    assert file.name in line
    assert "does not fit into" in line


@pytest.mark.gl
def test_a_long_shader_full_of_errors_is_refused_before_the_shows_own_driver_sees_it(
    small_show: Path, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    options = StageOptions(show=str(small_show), venue="loopback", size=(64, 36))
    production = read_production(options)
    player = build_player(production, options, ManualClock(1 / 60), context)
    stage = Stage(options, player, company_of(production, options))
    stage.frame()
    seen: list[str] = []
    own = program.refusal
    monkeypatch.setattr(program, "refusal", lambda *texts: (seen.append(texts[1]), own(*texts))[1])
    plain = small_show / "plain.fs"
    good = plain.read_text()
    storm = "".join(f"float f{n}() {{ return n{n}; }}\n" for n in range(2500))
    plain.write_text(good.replace("void main", storm + "void main"))
    edit(stage, plain)
    settle(stage)

    assert any("undeclared" in line for line in stage.status().errors)
    assert not any("n2499" in text for text in seen)

    plain.write_text(
        good.replace("void main", "// long\n" * 8000 + "void main").replace("glow, 1.0", "glow, 0.5")
    )
    edit(stage, plain)
    settle(stage)
    assert stage.status().errors == ()
    assert any("glow, 0.5" in text for text in seen)
    stage._hot_reload.close()
    assert player.picture is not None
    player.picture.release()
