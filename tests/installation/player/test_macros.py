"""Macros and trims: offsets to the cue, on real parameters."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from installation.clock import ManualClock
from installation.errors import ShowError
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import production_of, read_production
from installation.render.passes.lens import Look
from installation.show import load_show, load_venue
from installation.show.macros import macros_of, shipped
from installation.signal.feedback.watch import LOOP_GAIN
from installation.signal.trace import trace_line
from installation.values import Command, Reading

TRIMS = ("crowd", "season", "response", "sound", "balance", "accent", "rate", "master")
EIGHT = ("light", "life", "flow", "memory", "tension", "unison", "share", "depth")

OWN = """
[macro.warm]
low = "cold"
high = "warm"
seconds = 0.0

[[macro.warm.target]]
to = "/scene/*/glow"
mode = "multiply"
low = 0.5
high = 3.0
"""


def make(folder: Path) -> Player:
    options = StageOptions(show=str(folder), venue="loopback")
    return build_player(read_production(options), options, ManualClock(1 / 60), None)


def whole_show() -> Player:
    options = StageOptions(mode="run", size=(160, 90), headless=True)
    production = production_of(load_show("eco-symbiotic-collective"), load_venue("laptop"), options)
    return build_player(production, options, ManualClock(1 / 60), None, repeatable=True)


def play(player: Player, seconds: float, **macros: float) -> None:
    for name, value in macros.items():
        player.tree.set(
            f"/macro/{name}" if f"/macro/{name}" in player.tree.parameters() else f"/trim/{name}", [value]
        )
    for _ in range(round(seconds * 60)):
        player.step([], 0.0)


def order(verb: str, *arguments: float | str) -> Command:
    return Command(verb, arguments, 0.0, "test")


def append(folder: Path, text: str) -> None:
    with (folder / "show.toml").open("a") as file:
        file.write(text)


def test_every_show_has_the_eight_macros_in_the_middle(small_show: Path) -> None:
    player = make(small_show)

    known = player.tree.parameters()
    assert {f"/macro/{name}" for name in EIGHT} == {a for a in known if a.startswith("/macro/")}
    assert {f"/trim/{name}" for name in TRIMS} == {a for a in known if a.startswith("/trim/")}
    for one in shipped():
        parameter = known[one.address]
        assert (parameter.default, parameter.minimum, parameter.maximum) == ((0.5,), (0.0,), (1.0,))
        assert one.low in parameter.description
    assert player.macros.off() == {}


@pytest.mark.parametrize("value", [0.47, 0.5, 0.53])
def test_in_the_dead_zone_everything_is_as_authored_bit_for_bit(small_show: Path, value: float) -> None:
    append(small_show, OWN)
    player, plain = make(small_show), make(small_show)

    play(player, 1.0, warm=value, light=value, flow=value)
    play(plain, 1.0)

    changed = [
        address
        for address in plain.tree.parameters()
        if not address.startswith(("/macro/", "/trim/"))
        and player.tree.get(address) != plain.tree.get(address)
    ]
    assert changed == []
    assert player.macros.off() == {}


def test_just_outside_the_dead_zone_it_begins_without_a_step(small_show: Path) -> None:
    append(small_show, OWN)
    player = make(small_show)

    play(player, 0.2, warm=0.531)

    assert 0.25 < player.tree.get("/scene/one/glow")[0] < 0.2525


def test_a_factor_goes_geometrically_to_its_ends_and_stays_in_range(small_show: Path) -> None:
    append(small_show, OWN)
    player = make(small_show)
    ends = {}
    for value in (0.0, 0.5, 0.765, 1.0):
        play(player, 0.2, warm=value)
        ends[value] = player.tree.get("/scene/one/glow")[0], player.tree.get("/scene/two/glow")[0]

    assert ends[0.0][0] == pytest.approx(0.125)
    assert ends[0.5][0] == 0.25
    assert ends[0.765][0] == pytest.approx(0.25 * 3**0.5)
    assert ends[1.0] == pytest.approx((0.75, 1.0), abs=1e-9)
    assert player.tree.get_base("/scene/one/glow") == (0.25,), "an offset is no base"


def test_a_fader_has_no_dead_travel_where_the_range_ends(small_show: Path) -> None:
    append(small_show, OWN)
    player = make(small_show)
    seen = []
    for value in (0.6, 0.7, 0.8, 0.9, 1.0):
        play(player, 0.1, warm=value)
        seen.append(player.tree.get_base("/scene/two/glow")[0])
        seen.append(player.tree.get("/scene/two/glow")[0])

    shown = seen[1::2]
    assert all(after - before > 0.01 for before, after in pairwise(shown))


def test_a_go_with_a_macro_off_neutral_moves_nothing_but_the_cue(small_show: Path) -> None:
    append(small_show, OWN)
    player = make(small_show)
    play(player, 0.5, warm=1.0, flow=0.2)
    before = {a: player.tree.get_base(a) for a in player.tree.parameters()}

    player.step([order("go")], 0.0)
    play(player, 1.5)

    after = {a: player.tree.get_base(a) for a in player.tree.parameters()}
    assert {a for a in after if after[a] != before[a]} == {"/scene/one/glow"}
    assert player.tree.get_base("/macro/warm") == (1.0,)
    assert player.tree.get("/scene/one/glow") == pytest.approx((1.0,)), "three times the cue's 0.5, in range"


def test_a_cue_that_names_a_macro_moves_it_and_the_next_one_leaves_it(small_show: Path) -> None:
    cues = (small_show / "cues.toml").read_text()
    cues = cues.replace('"/scene/one/glow" = 0.5', '"/scene/one/glow" = 0.5\n"/macro/light" = 0.2')
    (small_show / "cues.toml").write_text(cues)
    player = make(small_show)

    player.step([order("go")], 0.0)
    play(player, 1.5)
    assert player.tree.get_base("/macro/light") == pytest.approx((0.2,))
    player.step([order("go")], 0.0)
    play(player, 1.5)

    assert player.cues.scene.after == "two"
    assert player.tree.get_base("/macro/light") == pytest.approx((0.2,))


def test_neutral_brings_all_back_in_four_seconds_also_while_the_cue_clock_is_held(small_show: Path) -> None:
    player = make(small_show)
    play(player, 1.0, light=0.0, flow=1.0, master=0.2)
    player.step([order("hold"), order("neutral")], 0.0)

    play(player, 2.0)
    halfway = player.macros.off()
    play(player, 2.0)

    assert set(halfway) == {"light", "flow", "master"}
    assert halfway["flow"] == pytest.approx(0.75, abs=0.02)
    assert player.macros.off() == {}
    assert player.tree.get("/picture/exposure") == (0.0,)


def test_neutral_of_one_leaves_the_others_and_a_hand_takes_over(small_show: Path) -> None:
    player = make(small_show)
    play(player, 1.0, light=0.0, flow=1.0)
    step = player.step([order("neutral", "light"), order("neutral-one", "flaw")], 0.0)
    assert "did you mean" in step.refused[0][1]
    assert "flow" in step.refused[0][1]

    play(player, 1.0)
    play(player, 5.0, light=0.9)

    assert player.macros.off() == {"light": 0.9, "flow": 1.0}


def test_osc_and_routes_give_neutral(small_show: Path) -> None:
    append(small_show, '\n[[route]]\nfrom = "/midi/pads/note/36"\nto = "/neutral/light"\n')
    player = make(small_show)
    play(player, 0.5, light=0.0, flow=0.0, depth=1.0)

    player.step([Reading("/midi/pads/note/36", (1.0,), 0.0, "midi")], 0.0)
    play(player, 4.2)
    assert set(player.macros.off()) == {"flow", "depth"}
    player.step([Reading("/neutral/depth", (1.0,), 0.0, "osc")], 0.0)
    play(player, 4.2)
    assert set(player.macros.off()) == {"flow"}
    player.step([Reading("/neutral", (), 0.0, "osc")], 0.0)
    play(player, 4.2)

    assert player.macros.off() == {}


def test_a_route_moves_a_macro_as_any_parameter(small_show: Path) -> None:
    append(small_show, OWN + '\n[[route]]\nfrom = "/osc/fader"\nto = "/macro/warm"\n')
    player = make(small_show)

    player.step([Reading("/fader", (1.0,), 0.0, "osc")], 0.0)
    play(player, 0.5)

    assert player.tree.get_base("/macro/warm") == (0.5,)
    assert player.tree.get("/scene/one/glow") == pytest.approx((0.75,))


def test_what_a_private_signal_does_to_a_macro_is_as_private(small_show: Path) -> None:
    append(small_show, OWN + '\n[[route]]\nfrom = "/person/1/x"\nto = "/macro/warm"\n')
    player = make(small_show)

    player.step([Reading("/person/1/x", (1.0,), 0.0, "sim", private=True)], 0.0)
    play(player, 0.5)

    assert player.tree.get("/scene/one/glow") == pytest.approx((0.75,))
    assert player.tree.get_shown("/scene/one/glow") == (0.25,)
    assert "/macro/warm/offset" not in player.signals.public()


@pytest.mark.parametrize("seconds", [0.0, 3.0])
def test_a_macro_that_glides_on_tells_nothing_of_where_it_comes_from(
    small_show: Path, seconds: float
) -> None:
    """The signal is of many again at once, as a mean of few is when the fifth comes, and the macro is not.

    Neither its way nor the time that this takes may tell where it began.
    """
    own = OWN.replace("seconds = 0.0", f"seconds = {seconds}")
    append(small_show, own + '\n[[route]]\nfrom = "/osc/few"\nto = "/macro/warm"\n')
    offset, glow, times = "/macro/warm/offset", "/scene/one/glow", set()
    for value in (0.0, 0.55, 0.7, 1.0):
        player = make(small_show)
        player.step([Reading("/osc/few", (0.9,), 0.0, "sim")], 0.0)
        play(player, 5.0)
        still, authored = player.signals.get(offset), player.tree.get(glow)
        for _ in range(60 * 5):
            player.step([Reading("/osc/few", (value,), 0.0, "sim", private=True)], 0.0)
        player.signals.private[player.signals.index("/osc/few")] = False
        player.step([Reading("/osc/few", (0.9,), 0.0, "sim")], 0.0)
        gone = player.frame.time
        while offset not in player.signals.public() and player.frame.time < gone + 20.0:
            assert player.tree.get_shown(glow) == (0.25,)
            player.step([], 0.0)
        assert player.signals.get(offset) == still
        times.add(round(player.frame.time - gone, 3))
        play(player, 0.1)
        assert player.tree.get_shown(glow) == authored
    assert len(times) == 1
    assert times.pop() < 20.0


def test_a_macro_that_a_person_moved_is_not_told_when_they_have_gone(small_show: Path) -> None:
    rests = "fallback = 0.5\nstale = 0.5\n"
    append(small_show, f'\n[[route]]\nfrom = "/person/1/x"\nto = "/macro/unison"\n{rests}')
    player = make(small_show)
    for _ in range(60 * 3):
        player.step([Reading("/person/1/x", (1.0,), player.frame.time, "sim", private=True)], 0.0)
    for _ in range(60 * 45):
        player.step([], 0.0)
        assert "/macro/unison/offset" not in player.signals.public()


def test_neutral_macros_leave_the_trace_as_it_is_without_any(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def lines() -> list[str]:
        player, out = whole_show(), []
        player.step([order("go")], 0.0)
        for i in range(120):
            step = player.step([order("cue", "30")] if i == 20 else [], 0.0)
            line = json.loads(trace_line(step.frame, player.signals, player.tree))
            for part in ("parameters", "signals"):
                line[part] = {a: v for a, v in line[part].items() if not a.startswith(("/macro/", "/trim/"))}
            out.append(json.dumps(line))
        return out

    given = lines()
    monkeypatch.setattr("installation.show.macros.read.shipped", lambda: ())

    assert lines() == given


def test_the_ends_of_the_shipped_macros_on_the_shows_parameters() -> None:
    player = whole_show()
    tree = player.tree

    def ends(macro: str, *addresses: str) -> list[tuple[float, ...]]:
        found = []
        for value in (0.0, 1.0):
            play(player, 0.5, **{macro: value})
            found.append(tuple(tree.get(address)[0] for address in addresses))
        play(player, 0.6, **{macro: 0.5})
        return found

    assert ends("light", "/picture/exposure") == [(-2.5,), (1.0,)]
    assert ends("depth", "/picture/zoom") == [(0.5,), (4.0,)]
    assert ends("memory", "/picture/memory") == [(0.25,), (6.0,)]
    assert ends("share", "/strata/reform") == [(0.0,), (1.0,)]
    assert ends("share", "/scene/order/gini") == [(0.9,), (0.05,)]
    base = tree.get_base("/scene/reef/life")[0]
    assert ends("life", "/scene/reef/life") == [pytest.approx((0.1 * base,)), (1.0,)]
    still, fast = ends("flow", "/scene/reef/flow", "/picture/rate/reef")
    assert still == (0.0, 1.0)
    assert fast[0] * fast[1] == pytest.approx(2.5)
    assert ends("response", "/bodies/response") == [(0.0,), (2.0,)]
    assert ends("accent", "/picture/accents") == [(0.0,), (1.0,)]
    assert ends("crowd", "/bodies/crowd") == [(0.0,), (2.0,)]
    assert ends("season", "/nature/season-shift") == [(-0.5,), (0.5,)]
    assert ends("rate", "/cue/rate") == [(0.5,), (2.0,)]
    assert ends("master", "/master") == [(0.0,), (1.0,)]


def test_a_foreign_scene_has_its_time_slowed_down_to_a_stand(small_show: Path) -> None:
    player = make(small_show)
    play(player, 0.5, flow=0.0)
    assert player.tree.get("/picture/rate/one") == (0.0,)

    play(player, 0.5, flow=1.0)

    assert player.tree.get("/picture/rate/one") == pytest.approx((2.5,))


def test_a_shows_own_macro_replaces_the_shipped_one_of_its_name(small_show: Path) -> None:
    append(small_show, OWN.replace("warm", "light"))
    player = make(small_show)

    play(player, 0.5, light=1.0)

    assert player.tree.get("/picture/exposure") == (0.0,)
    assert player.tree.get("/scene/one/glow") == pytest.approx((0.75,))
    assert [one.name for one in macros_of(player.show.macros)] == [one.name for one in shipped()]


def test_an_edited_macro_is_taken_over_and_its_fader_stays(small_show: Path) -> None:
    append(small_show, OWN)
    player = make(small_show)
    play(player, 0.5, warm=1.0)
    text = (small_show / "show.toml").read_text()

    (small_show / "show.toml").write_text(text.replace("high = 3.0", "high = 2.0"))
    player.replace(load_show(small_show), player.shaders)
    play(player, 0.1)
    assert player.tree.get("/scene/one/glow") == pytest.approx((0.5,))
    (small_show / "show.toml").write_text(text[: text.index("[macro.warm]")])
    player.replace(load_show(small_show), player.shaders)
    play(player, 0.1)

    assert player.tree.get("/scene/one/glow") == (0.25,)
    assert "/macro/warm" not in player.tree.parameters()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('to = "/scene/*/glow"', 'to = "/scene/one/glov"', "no parameter /scene/one/glov"),
        ('to = "/scene/*/glow"', 'to = "/blackout"', "a macro moves numbers"),
        ('to = "/scene/*/glow"', 'to = "/macro/light"', "is a macro"),
        ('to = "/scene/*/glow"', 'role = "sped"', "not an allowed value"),
        ('to = "/scene/*/glow"', "", "one of `to` and `role`"),
        ("high = 3.0", 'high = "authored"', "is a value to go to"),
        ("high = 3.0", 'high = "most"', "is not a value"),
        ("low = 0.5\nhigh = 3.0", "", "neither `low` nor `high`"),
        ('mode = "multiply"', 'mode = "times"', "not an allowed value"),
        ("seconds = 0.0", "second = 0.0", "has no key `second`"),
    ],
)
def test_what_is_wrong_is_told_at_its_place(small_show: Path, old: str, new: str, said: str) -> None:
    assert old in OWN
    append(small_show, OWN.replace(old, new))

    with pytest.raises(ShowError) as caught:
        make(small_show)

    assert said in str(caught.value)
    lines = (small_show / "show.toml").read_text().splitlines()
    first = next(i for i, line in enumerate(lines, 1) if line == "[macro.warm]")
    assert all(first <= finding.where.line for finding in caught.value.findings)
    assert all(finding.where.column for finding in caught.value.findings)


def test_the_trim_rate_makes_fades_twice_as_fast(small_show: Path) -> None:
    player = make(small_show)
    play(player, 0.5, rate=1.0)
    player.step([order("go")], 0.0)

    play(player, 0.25)
    halfway = player.tree.get_base("/scene/one/glow")[0]
    play(player, 0.27)

    assert halfway == pytest.approx(0.375, abs=0.02)
    assert player.tree.get_base("/scene/one/glow") == pytest.approx((0.5,))


def test_panic_and_blackout_hold_whatever_a_macro_does(small_show: Path) -> None:
    player = make(small_show)
    play(player, 0.5, light=1.0, master=1.0)
    player.step([order("panic")], 0.0)

    play(player, 2.2)
    assert player.tree.get("/master") == (0.0,)
    player.step([order("panic", "off"), order("blackout", "on")], 0.0)

    assert player.tree.get("/blackout") == (1.0,)
    assert not player.light.light.any()  # type: ignore[union-attr]


def test_balance_goes_from_the_picture_to_the_lamps() -> None:
    player = whole_show()
    gains = [a for a in player.tree.parameters() if a.startswith("/light/") and a.endswith("/gain")]
    assert gains

    play(player, 0.5, balance=0.0)
    assert {player.tree.get(one) for one in gains} == {(0.0,)}
    assert player.tree.get("/picture/exposure") == (0.0,)
    play(player, 1.5, balance=1.0)

    assert {player.tree.get(one) for one in gains} == {(4.0,)}
    assert player.tree.get("/picture/exposure") == (-2.0,)


def test_tension_brings_an_attuned_room_to_a_loop_gain_of_two_and_a_torn_one_home() -> None:
    player = whole_show()
    play(player, 2.0, tension=1.0)
    assert player.signals.get(LOOP_GAIN) == pytest.approx(2.0, abs=0.1)

    player.step([order("cue", "30")], 0.0)
    play(player, 15.0, tension=0.5)
    torn = player.tree.get("/feedback/flow-turns/gain"), player.tree.get("/neuro/attribution/permute")
    play(player, 1.0, tension=0.0)

    assert torn == ((6.5,), (1.0,))
    assert player.interface.state == "malfunction"
    assert player.tree.get("/feedback/flow-turns/gain") == (0.0,)
    assert player.tree.get("/effect/malfunction/amount") == (0.0,)
    assert player.tree.get("/neuro/attribution/permute") == (0.0,)


def test_share_moves_the_commons_in_twenty_seconds() -> None:
    player = whole_show()

    play(player, 40.0, share=0.0)
    unequal = player.signals.get("/strata/gini")
    play(player, 40.0, share=1.0)

    assert unequal == pytest.approx(0.79, abs=0.05)
    assert player.signals.get("/strata/gini") == pytest.approx(0.04, abs=0.03)


def test_accents_gather_motion_on_the_beat_at_the_same_pace_and_swell_the_light_at_accents(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    player = whole_show()
    play(player, 0.2, accent=1.0)
    looks: list[Look] = []
    accents, now = 0, player._looks.now
    monkeypatch.setattr(
        player._looks, "now", lambda scenes, frame: looks.append(now(scenes, frame)) or looks[-1]
    )
    for _ in range(240):  # four seconds at 120 bpm
        player.step([], 0.0)
        accents += bool(player.signals.get("/tempo/accent"))
    speeds = [look.rates["reef"] for look in looks]

    assert max(speeds) > 3.0
    assert min(speeds) < 0.2
    assert sum(speeds) / len(speeds) == pytest.approx(1.0, abs=0.01)
    assert all(look.water == look.rates["mosaic"] for look in looks)
    swells = [look.exposure for look in looks]
    rises = sum(a < 1.2 <= b for a, b in pairwise(swells))
    assert rises == accents
    assert accents in {2, 3}
    assert max(swells) == pytest.approx(2**0.5, abs=0.02)

    play(player, 0.5, accent=0.5)
    looks.clear()
    play(player, 1.0)
    assert looks == [Look()] * 60


def test_the_season_is_shifted_and_a_private_signal_does_not_shift_it() -> None:
    player = whole_show()

    def season() -> float:
        for _ in range(75):
            player.step(player.features(), 0.0)
        return player.signals.get("/nature/season") or 0.0

    before = season()
    play(player, 0.2, season=1.0)
    assert (season() - before) % 1.0 == pytest.approx(0.5, abs=1e-4)
    player.tree.hidden[player.tree.slot("/nature/season-shift")] = True
    assert season() == pytest.approx(before, abs=1e-4)
