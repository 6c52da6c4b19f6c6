import json
from pathlib import Path

import pytest

from installation import isf
from installation.clock import GivenClock, ManualClock, MonotonicClock
from installation.errors import ShaderError, ShowError
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import production_of, read_production
from installation.render.gl.context import Context
from installation.show import load_show, load_venue
from installation.signal.record import record_line, replay
from installation.signal.trace import trace_line
from installation.values import Command, Reading


def make(folder: Path, clock: object = None, venue: str = "loopback") -> Player:
    options = StageOptions(show=str(folder), venue=venue)
    return build_player(read_production(options), options, clock or ManualClock(1 / 60), None)  # type: ignore[arg-type]


def order(verb: str, *arguments: float | str) -> Command:
    return Command(verb, arguments, 0.0, "test")


def test_inputs_of_scenes_are_parameters_with_the_shows_values(small_show: Path) -> None:
    player = make(small_show)

    assert player.tree.get("/scene/one/glow") == (0.25,)
    assert player.tree.get("/scene/two/glow") == (0.75,)
    assert player.tree.get("/scene/one/tint") == (0.0, 0.5, 1.0, 1.0)


def test_an_osc_message_moves_what_its_route_says_and_leaves_the_base(small_show: Path) -> None:
    player = make(small_show)

    for _ in range(120):
        player.step([Reading("/hand", (0.9,), 0.0, "osc")], 0.0)

    assert player.tree.get("/scene/one/glow") == pytest.approx((0.9,))
    assert player.tree.get_base("/scene/one/glow") == (0.25,)


def test_go_fades_bases_and_back_returns(small_show: Path) -> None:
    player = make(small_show)
    player.step([order("go")], 0.0)
    for _ in range(90):
        player.step([], 0.0)
    assert player.tree.get("/scene/one/glow") == pytest.approx((0.5,))
    player.step([order("go")], 0.0)
    for _ in range(60):
        player.step([], 0.0)
    assert player.cues.scene.after == "two"

    player.step([order("back")], 0.0)
    for _ in range(90):
        player.step([], 0.0)

    assert player.cues.scene.after == "one"


def test_blackout_takes_the_lamps_in_the_same_frame(small_show: Path) -> None:
    player = make(small_show)

    step = player.step([order("blackout", "on")], 0.0)

    assert player.tree.get("/blackout") == (1.0,)
    assert not step.light.light.any()
    player.step([order("blackout")], 0.0)
    assert player.tree.get("/blackout") == (0.0,)


def test_a_cue_is_run_by_its_number_and_a_wrong_one_names_what_is_near(small_show: Path) -> None:
    player = make(small_show)

    step = player.step([order("cue", "brigth"), order("cue", 2.0)], 0.0)

    assert step.refused[0][1] == "no cue 'brigth'; did you mean 1 bright?"
    assert player.cues.current is not None
    assert player.cues.current.id == "2"


def test_what_cannot_be_done_is_said_and_what_is_not_ours_is_left(small_show: Path) -> None:
    player = make(small_show)

    step = player.step([order("set", "/scene/one/glov", 1.0), order("cue", "9"), order("fullscreen")], 0.0)

    assert [command.verb for command in step.left] == ["fullscreen"]
    assert "/scene/one/glow" in step.refused[0][1]
    assert "9" in step.refused[1][1]


def test_a_preset_is_saved_and_recalled(small_show: Path) -> None:
    player = make(small_show)
    player.step([order("set", "/scene/one/glow", 0.4), order("preset-save", "dim")], 0.0)

    again = make(small_show)
    again.step([order("preset-recall", "dim")], 0.0)

    assert again.tree.get_base("/scene/one/glow") == (0.4,)


def test_a_preset_that_was_just_saved_can_be_recalled(small_show: Path) -> None:
    player = make(small_show)
    player.step([order("set", "/scene/one/glow", 0.4), order("preset-save", "dim")], 0.0)
    player.step([order("set", "/scene/one/glow", 0.9)], 0.0)

    step = player.step([order("preset-recall", "dim")], 0.0)

    assert step.refused == ()
    assert player.tree.get_base("/scene/one/glow") == (0.4,)
    assert small_show / "presets" / "dim.toml" in player.show.files


@pytest.mark.parametrize("fade", [(), (0.01,)])
def test_a_preset_older_than_its_show_stops_no_show_and_recalls_what_still_exists(
    small_show: Path, fade: tuple[float, ...]
) -> None:
    (small_show / "presets").mkdir(exist_ok=True)
    text = 'format = 1\n[set]\n"/scene/one/gone" = 0.5\n"/scene/one/glow" = 0.4\n'
    (small_show / "presets" / "old.toml").write_text(text)
    player = make(small_show)

    step = player.step([order("preset-recall", "old", *fade)], 0.0)
    player.step([], 0.0)

    assert step.refused == ()
    assert "preset old is recalled without" in step.told[0][1]
    assert "/scene/one/gone" in step.told[0][1]
    assert player.tree.get_base("/scene/one/glow") == pytest.approx((0.4,))


def test_a_preset_of_which_nothing_exists_any_more_is_refused(small_show: Path) -> None:
    (small_show / "presets").mkdir(exist_ok=True)
    (small_show / "presets" / "old.toml").write_text('format = 1\n[set]\n"/scene/one/gone" = 0.5\n')

    step = make(small_show).step([order("preset-recall", "old")], 0.0)

    assert step.told == ()
    assert "/scene/one/gone" in step.refused[0][1]


@pytest.mark.parametrize("name", ["../evil", "", "a/b", "a b"])
def test_a_preset_cannot_be_written_elsewhere(small_show: Path, name: str) -> None:
    step = make(small_show).step([order("preset-save", name)], 0.0)

    assert len(step.refused) == 1


def test_a_preset_can_be_recalled_over_a_time(small_show: Path) -> None:
    player = make(small_show)
    player.step([order("set", "/scene/one/glow", 0.4), order("preset-save", "dim")], 0.0)
    again = make(small_show)

    again.step([order("preset-recall", "dim", 1.0)], 0.0)
    for _ in range(30):
        again.step([], 0.0)
    halfway = again.tree.get_base("/scene/one/glow")[0]
    for _ in range(60):
        again.step([], 0.0)

    assert 0.25 < halfway < 0.4
    assert again.tree.get_base("/scene/one/glow") == pytest.approx((0.4,))


def test_recording_fed_back_gives_the_same_trace_bit_for_bit(small_show: Path) -> None:
    now = [0.0]
    live = make(small_show, MonotonicClock(now=lambda: now[0]))
    recording, first = [], []
    for i in range(200):
        entries = (
            [Reading("/hand", (0.5 + 0.4 * ((i * 7919) % 13) / 13,), i / 60, "osc")] if i % 3 == 0 else []
        )
        if i == 50:
            entries.append(order("go"))
        now[0] += 0.016 + 0.001 * (i % 5)
        step = live.step(entries, i / 60)
        recording.append(record_line(step.frame, entries))
        first.append(trace_line(step.frame, live.signals, live.tree))
    clock = GivenClock()
    again = make(small_show, clock)

    second = []
    for recorded in replay(recording, "test"):
        clock.dt = recorded.dt
        step = again.step(recorded.inbox, 99.0)
        second.append(trace_line(step.frame, again.signals, again.tree))

    assert first == second
    assert len({json.dumps(json.loads(line)["parameters"]) for line in first}) > 100


def test_every_wrong_reference_is_reported_at_its_place(small_show: Path) -> None:
    text = (small_show / "show.toml").read_text()
    (small_show / "show.toml").write_text(
        text.replace("/scene/one/glow", "/scene/one/glov").replace("glow = 0.75", "glou = 1")
    )

    with pytest.raises(ShowError) as caught:
        make(small_show)
    with_fixed_input = text.replace('to = "/scene/one/glow"', 'to = "/scene/one/glov"').replace(
        '"/osc/hand"', '"/osk/hand"'
    )
    (small_show / "show.toml").write_text(with_fixed_input)
    with pytest.raises(ShowError) as routes:
        make(small_show)

    assert "glou" in str(caught.value)
    assert "show.toml:12:" in str(caught.value)
    assert "/scene/one/glov" in str(routes.value)
    assert "/osk/hand" in str(routes.value)


def test_an_edited_show_is_taken_over_and_touched_values_stay(small_show: Path) -> None:
    player = make(small_show)
    player.step([order("set", "/scene/one/tint", 1.0, 0.0, 0.0, 1.0)], 0.0)
    text = (small_show / "show.toml").read_text()
    (small_show / "show.toml").write_text(text.replace("glow = 0.75", "glow = 0.125"))
    edited = load_show(str(small_show))

    player.replace(edited, {scene: isf.parse(spec.shader) for scene, spec in edited.scenes.items()})
    player.step([], 0.0)

    assert player.tree.get_base("/scene/two/glow") == (0.125,)
    assert player.tree.get_base("/scene/one/tint") == (1.0, 0.0, 0.0, 1.0)


def test_a_bad_edit_changes_nothing(small_show: Path) -> None:
    player = make(small_show)
    text = (small_show / "show.toml").read_text()
    (small_show / "show.toml").write_text(text.replace('to = "/scene/one/glow"', 'to = "/scene/one/gone"'))
    edited = load_show(str(small_show))

    with pytest.raises(ShowError):
        player.replace(edited, {scene: isf.parse(spec.shader) for scene, spec in edited.scenes.items()})
    for _ in range(60):
        player.step([Reading("/hand", (0.9,), 0.0, "osc")], 0.0)

    assert player.show is not edited
    assert player.tree.get("/scene/one/glow") == pytest.approx((0.9,))


def test_a_restarted_stage_stands_at_the_cue_at_once(small_show: Path) -> None:
    player = make(small_show)

    player.stand_at("2")
    player.step([], 0.0)

    assert player.cues.scene.after == player.cues.scene.before == "two"
    assert player.cues.standby is None


def test_a_show_opens_in_any_venue(small_show: Path) -> None:
    for venue in ("laptop", "loopback"):
        player = make(small_show, venue=venue)
        step = player.step([], 0.0)
        assert len(step.light.light) == player.rig.universes


def test_a_scene_by_hand_needs_no_cue(small_show: Path) -> None:
    player = make(small_show)

    step = player.step([order("next-scene"), order("scene", "three")], 0.0)
    for _ in range(150):
        player.step([], 0.0)

    assert "three" in step.refused[0][1]
    assert player.cues.scene.after == "two"


def test_a_scene_on_the_command_line_plays_without_cues(small_show: Path) -> None:
    options = StageOptions(scene="two", venue="loopback")

    production = production_of(load_show(str(small_show)), load_venue("loopback"), options)

    assert production.show.start == "two"
    assert production.show.cues == ()


def edit(folder: Path, player: Player) -> None:
    """Let the player take over the show as it stands on disk."""
    edited = load_show(str(folder))
    player.replace(edited, {scene: isf.parse(spec.shader) for scene, spec in edited.scenes.items()})


def test_an_input_that_a_shader_edit_takes_away_goes_with_its_value_and_its_fade(small_show: Path) -> None:
    player = make(small_show)
    player.step([order("go")], 0.0)
    for _ in range(10):
        player.step([], 0.0)
    shader = (small_show / "plain.fs").read_text()
    lines = [line for line in shader.splitlines() if '"tint"' not in line]
    (small_show / "plain.fs").write_text("\n".join(lines).replace("1.0},", "1.0}").replace("tint.rgb * ", ""))

    edit(small_show, player)
    for _ in range(60):
        player.step([], 0.0)

    assert "/scene/one/tint" not in player.tree.parameters()
    assert player.tree.get("/scene/one/glow") == pytest.approx((0.5,))  # the cue's fade has arrived


def test_a_shader_edit_that_a_route_cannot_live_with_changes_nothing(small_show: Path) -> None:
    player = make(small_show)
    shader = (small_show / "plain.fs").read_text()
    (small_show / "plain.fs").write_text(shader.replace("glow", "gleam"))

    with pytest.raises(ShowError, match="glow"):
        edit(small_show, player)
    step = player.step([order("set", "/scene/one/glow", 0.5)], 0.0)

    assert step.refused == ()
    assert {one.inputs[0].name for one in player.shaders.values()} == {"glow"}


def test_a_scene_that_is_edited_away_gives_way_at_once(small_show: Path) -> None:
    player = make(small_show)
    player.step([order("scene", "two")], 0.0)
    for _ in range(150):
        player.step([], 0.0)
    assert player.cues.scene.after == "two"
    (small_show / "show.toml").write_text('format = 1\nstart = "only"\n[scene.only]\nshader = "plain.fs"\n')
    (small_show / "cues.toml").unlink()

    edit(small_show, player)
    step = player.step([order("next-scene")], 0.0)

    assert player.cues.scene.before == player.cues.scene.after == "only"
    assert step.refused == ()
    assert not [address for address in player.tree.parameters() if "/two/" in address]


@pytest.mark.parametrize(
    "command",
    [
        order("cue-number", "seven"),
        order("standby", "later"),
        order("preset-recall", "dim", "soon"),
        order("cue-number"),
        order("set"),
        order("set", "/master"),
        order("scene"),
        order("cue"),
    ],
)
def test_no_argument_from_outside_stops_the_show(small_show: Path, command: Command) -> None:
    player = make(small_show)

    step = player.step([command], 0.0)

    assert len(step.refused) == 1


@pytest.mark.gl
def test_a_shader_that_does_not_compile_does_not_keep_a_show_from_its_other_edits(
    small_show: Path, context: object
) -> None:
    options = StageOptions(show=str(small_show), venue="loopback", size=(64, 36))
    player = build_player(read_production(options), options, ManualClock(1 / 60), context)  # type: ignore[arg-type]
    (small_show / "other.fs").write_text((small_show / "plain.fs").read_text())
    text = (small_show / "show.toml").read_text()
    (small_show / "show.toml").write_text(
        text.replace('[scene.two]\nshader = "plain.fs"', '[scene.two]\nshader = "other.fs"')
    )
    edit(small_show, player)
    good = (small_show / "plain.fs").read_text()
    (small_show / "plain.fs").write_text(good.replace("tint.rgb", "nothing.rgb"))
    (small_show / "show.toml").write_text(
        (small_show / "show.toml").read_text().replace("glow = 0.75", "glow = 0.125")
    )

    with pytest.raises(ShaderError, match="plain"):
        edit(small_show, player)
    player.step([], 0.0)

    assert player.tree.get_base("/scene/two/glow") == (0.125,)
    assert player.picture is not None
    player.picture.release()


def test_a_preset_of_a_show_that_cannot_be_written_to_is_kept_with_the_state(
    small_show: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PHOTOPHORE_STATE", str(tmp_path / "state"))
    monkeypatch.setattr("installation.paths.os.access", lambda *_: False)  # as in an installed program
    player = make(small_show)

    step = player.step([order("set", "/scene/one/glow", 0.4), order("preset-save", "dim")], 0.0)
    again = make(small_show)
    second = again.step([order("preset-recall", "dim")], 0.0)

    assert step.refused == second.refused == ()
    assert not (small_show / "presets").exists()
    assert (tmp_path / "state" / "presets" / "small" / "dim.toml").is_file()
    assert again.tree.get_base("/scene/one/glow") == (0.4,)


@pytest.mark.gl
def test_what_is_drawn_is_known_even_when_the_rest_of_an_edit_is_refused(
    small_show: Path, context: object
) -> None:
    options = StageOptions(show=str(small_show), venue="loopback", size=(64, 36))
    (small_show / "other.fs").write_text((small_show / "plain.fs").read_text())
    text = (small_show / "show.toml").read_text()
    (small_show / "show.toml").write_text(
        text.replace('[scene.two]\nshader = "plain.fs"', '[scene.two]\nshader = "other.fs"')
    )
    player = build_player(read_production(options), options, ManualClock(1 / 60), context)  # type: ignore[arg-type]
    assert player.picture is not None
    first, second = small_show / "plain.fs", small_show / "other.fs"
    good = first.read_text()
    first.write_text(good + "// a good edit\n")
    second.write_text(good.replace("tint.rgb", "nothing.rgb").replace('"tint"', '"tone"'))
    cues = (small_show / "cues.toml").read_text()
    (small_show / "cues.toml").write_text(cues + '[cue.set]\n"/scene/two/tone" = [0, 0, 0, 1]\n')

    with pytest.raises(ShowError, match="tone"):  # the cue needs a shader that does not compile
        edit(small_show, player)

    for scene, renderer in player.picture.scenes.items():
        assert renderer.shader == player.shaders[scene]
    player.picture.release()


@pytest.mark.gl
def test_blackout_takes_the_picture_in_the_same_frame_and_the_master_dims_it(
    small_show: Path, context: Context
) -> None:
    options = StageOptions(show=str(small_show), venue="loopback", size=(64, 36))
    player = build_player(read_production(options), options, ManualClock(1 / 60), context)
    assert player.picture is not None
    for _ in range(200):  # past the guard's start from black
        player.step([], 0.0)
    lit = player.picture.image().max()

    player.step([order("set", "/master", 0.25)], 0.0)
    dimmed = player.picture.image().max()
    player.step([order("blackout", "on")], 0.0)
    dark = player.picture.image().max()
    player.picture.release()

    assert lit > 30
    assert 1 < dimmed < lit
    assert dark <= 1


def test_cues_routes_and_orders_turn_the_lamps_of_a_venue(small_show: Path) -> None:
    (small_show / "cues.toml").write_text(
        'format = 1\n[[cue]]\nid = "1"\nfade = 0.0\n[cue.set]\n"/light/band-1/level" = 0.5\n'
    )
    file = small_show / "show.toml"
    file.write_text(
        file.read_text() + '[[route]]\nfrom = "/osc/hand"\nto = "/light/band-2/level"\nmode = "replace"\n'
    )
    player = make(small_show)
    light = player.step([order("go"), order("set", "/light/band-3/level", 1.0)], 0.0).light.light
    for _ in range(2):
        light = player.step([Reading("/hand", (0.25,), 0.0, "osc")], 0.0).light.light
    rows = [player.rig.emitters().slots[player.rig.names[f"band-{i}"][0]] for i in (1, 2, 3, 4)]
    levels = [light.reshape(-1)[row].max() / 65535 for row in rows]
    assert levels == pytest.approx([0.5, 0.25, 1.0, 0.0], abs=0.001)
    player.step([order("blackout", "on")], 0.0)
    assert not player.step([], 0.0).light.light.any()


def test_a_show_opens_in_a_venue_that_lacks_a_lamp_of_its_cues(
    small_show: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (small_show / "cues.toml").write_text(
        'format = 1\n[[cue]]\nid = "1"\n[cue.set]\n"/light/band1/level" = 0.5\n'
    )
    player = make(small_show)
    assert (
        "the show sets /light/band1, but this venue has no such lamp; did you mean /light/band-1?"
        in caplog.text
    )
    player.step([order("go")], 0.0)
    for _ in range(200):
        light = player.step([], 0.0).light
    assert player.tree.get_base("/light/band1/level") == (0.5,)
    assert not light.light.any()


def test_identify_is_refused_with_a_reason_where_nothing_would_be_seen(small_show: Path) -> None:
    player = make(small_show)
    (_, reason), *_ = player.step([order("identify", "band1")], 0.0).refused
    assert "no fixture or group 'band1'; did you mean band-1" in reason
    player.step([order("blackout", "on")], 0.0)
    (_, reason), *_ = player.step([order("identify", "band-1")], 0.0).refused
    assert "blackout" in reason
    player.step([order("blackout", "off"), order("set", "/master", 0.0)], 0.0)
    (_, reason), *_ = player.step([order("identify", "band-1")], 0.0).refused
    assert "master" in reason
    assert player.step([order("set", "/master", 1.0), order("identify", "band-1")], 0.0).refused == ()
    assert max(player.step([], 0.0).light.light.max() for _ in range(130)) == 65535


def test_a_show_states_how_long_its_panic_takes(small_show: Path) -> None:
    file = small_show / "show.toml"
    file.write_text(file.read_text().replace("seed = 7", "seed = 7\npanic = 4.0"))
    player = make(small_show)
    player.step([order("panic")], 0.0)
    for _ in range(120):
        player.step([], 0.0)
    assert player.tree.get("/master")[0] == pytest.approx(0.5, abs=0.02)
    for _ in range(121):
        player.step([], 0.0)
    assert player.tree.get("/master") == (0.0,)


def test_the_rate_of_the_cue_clock_is_set_by_command_and_by_osc(small_show: Path) -> None:
    player = make(small_show)
    player.step([order("rate", 0.5), order("go")], 0.0)
    for _ in range(60):
        player.step([], 0.0)
    assert player.tree.get_base("/scene/one/glow")[0] == pytest.approx(0.375, abs=0.01), "half way after 1 s"
    player.step([Reading("/rate", (2.0,), 0.0, "osc")], 0.0)
    assert player.cues.clock.speed == 2.0
    assert "0.1" in player.step([order("rate", 0.0)], 0.0).refused[0][1]
