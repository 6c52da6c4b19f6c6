"""The stations of one machine share its budget, and their lamps keep to it."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.keeper.light.look import Look
from installation.player.build import build_player
from installation.player.player import Player
from installation.player.production import read_production
from installation.show.venue_model import LightSettings
from installation.status import ShareStatus
from installation.values import Command, Reading

RATE = 10
VENUE = """
format = 1
[budget]
watts = 60
lumens = 900
quiet = "22:00-06:00"
[[fixture]]
name = "a"
profile = "rgb"
universe = 1
channel = 1
position = [0.1, 0.5]
watts = 50
[[fixture]]
name = "b"
profile = "rgb"
universe = 1
channel = 4
position = [0.9, 0.5]
watts = 80
[[hub]]
name = "ziva"
position = [0.2, 0.1]
fixtures = ["a"]
[[hub]]
name = "kai"
position = [0.8, 0.1]
fixtures = ["b"]
privilege = 4
"""


@pytest.fixture
def play(small_show: Path, tmp_path: Path):
    def make(text: str = VENUE) -> Player:
        (tmp_path / "hall.toml").write_text(text)
        options = StageOptions(show=str(small_show), venue=str(tmp_path / "hall.toml"))
        return build_player(read_production(options), options, ManualClock(1 / RATE), None)

    return make


def run(player: Player, seconds: float, *entries: object) -> list[np.ndarray]:
    """Play on; return the watts of each station in each frame, worked out from the light that left."""
    found = []
    for number in range(round(seconds * RATE)):
        step = player.step([*(entries if not number else ()), *player.features()], 0.0)
        found.append(player.rig.power.load(step.light.light.reshape(-1)).watts)
    return found


def levels(a: float, b: float) -> tuple[Command, ...]:
    return tuple(
        Command("set", (f"/light/{name}/level", value), 0.0, "test") for name, value in (("a", a), ("b", b))
    )


def test_two_hubs_of_one_machine_get_the_same_and_never_more_than_the_budget(play) -> None:
    player = play()

    watts = run(player, 20.0, *levels(1.0, 1.0))

    assert max(float(one.sum()) for one in watts) <= 60.0
    assert watts[-1] == pytest.approx([30.0, 30.0], abs=0.1)
    assert player.signals.get("/hub/kai/share") == pytest.approx(30.0, abs=0.1)
    assert player.signals.get("/site/share") == pytest.approx(60.0, abs=0.1)
    assert player.signals.get("/site/power") == pytest.approx(60.0, abs=0.1)


def test_a_floor_is_not_less_than_what_a_panic_leaves_alight(play) -> None:
    text = VENUE.replace("[budget]", "[light]\nsafe = 0.05\n[budget]")
    fixtures = 'fixtures = ["a"]'

    safe = play(text).shares.floor[0]
    low, high = (
        play(text.replace(fixtures, f"{fixtures}\nfloor = {stated}")).shares.floor[0]
        for stated in (0.5, 10.0)
    )

    assert safe > 1.0
    assert (low, high) == pytest.approx((safe, 10.0))


def test_what_one_does_not_ask_for_goes_to_the_other_and_comes_back(play) -> None:
    player = play()

    alone = run(player, 20.0, *levels(1.0, 0.0))[-1]
    both = run(player, 30.0, *levels(1.0, 1.0))

    assert alone == pytest.approx([50.0, 1.0], abs=0.1)
    assert max(float(one.sum()) for one in both) <= 60.0
    assert both[-1][1] > 25.0
    assert any("ziva dimmed to" in one.text for one in player.shares.status().decisions)


def test_without_reform_the_budget_goes_by_privilege(play) -> None:
    player = play()

    watts = run(player, 40.0, Command("set", ("/site/reform", 0.0), 0.0, "test"), *levels(1.0, 1.0))

    assert watts[-1][1] > 2.0 * watts[-1][0]
    assert max(float(one.sum()) for one in watts) <= 60.0
    status = msgspec.json.decode(msgspec.json.encode(player.shares.status()), type=ShareStatus)
    assert status.gini > 0.1
    assert status.jain < 0.95


def test_more_light_falls_under_the_share_in_its_very_frame_and_rises_slowly(play) -> None:
    player = play()
    run(player, 5.0, *levels(0.1, 0.1))

    bright = run(player, 1 / RATE, *levels(1.0, 1.0))[0]
    run(player, 3.0)
    factor = player.shares.limit.factor.copy()
    run(player, 1 / RATE, *levels(0.1, 0.1))

    assert float(bright.sum()) <= 60.0
    assert factor == pytest.approx([0.6, 0.375], abs=0.03)
    assert (player.shares.limit.factor - factor <= 0.4 / RATE + 1e-6).all()


def test_without_a_budget_no_power_is_computed(play) -> None:
    without = play(VENUE[: VENUE.index("[budget]")] + VENUE[VENUE.index("[[fixture]]") :])

    assert without.shares.limits is None
    assert run(without, 1.0, *levels(1.0, 1.0))[-1].sum() > 60.0
    with_budget = play()
    assert with_budget.shares.limits is with_budget.shares.limit


def test_light_counts_in_the_quiet_hours_only(play) -> None:
    text = VENUE.replace("watts = 60", "watts = 0").replace("22:00-06:00", "HOURS")
    day = run(play(text.replace("HOURS", "03:00-03:01")), 5.0, *levels(1.0, 1.0))
    player = play(text.replace("HOURS", "00:00-23:59"))

    run(player, 5.0, *levels(1.0, 1.0))

    assert day[-1] == pytest.approx([50.0, 80.0], abs=0.1)
    assert player.shares.quiet
    assert [one.cap for one in player.shares.status().stations] == [600.0, 600.0], "in lumens"
    assert float(player.shares.limit.taken().lumens.sum()) == pytest.approx(900.0, abs=5.0)


def test_blackout_takes_standby_only_and_a_share_that_is_not_renewed_holds(play) -> None:
    player = play(
        VENUE.replace("[budget]", '[site]\nname = "s"\nhub = "kai"\nlisten = ["127.0.0.1:7999"]\n[budget]')
    )
    alone = run(player, 2.0, *levels(1.0, 1.0))[-1]

    said = run(player, 30.0, Reading("/site/share", (12.0,), 0.0, "site"))[-1]
    dark = run(player, 0.2, Command("blackout", ("on",), 0.0, "test"))[-1]

    assert alone.tolist() == pytest.approx([30.0, 30.0], abs=0.1), "an equal part of the venue's two hubs"
    assert said.tolist() == pytest.approx([30.0, 12.0], abs=0.1), "lamps of another hub keep to its share"
    assert player.shares.own()["cap"] == pytest.approx(80.0), "they are not ours, though"
    assert dark.tolist() == [1.0, 1.0], "standby"


class Keeper:
    """A station and its keeper's look, in virtual time: what lamps show, and what the stage says of it."""

    def __init__(self, player: Player, delay: float = 0.0) -> None:
        self.player = player
        self.safe = player.shares.own()["safe"]
        safe = np.full((1, 512), self.safe / 60.0, np.float32)
        self.look = Look(LightSettings(delay=delay, fade_s=2.0), safe, None, 0.0)
        self.now = 0.0
        self.told: list[float] = []
        self.shown = 0.0

    def play(self, seconds: float, limit: float, *, sends: bool = True, draws: bool = True) -> None:
        """Play on with a share; ``sends``: the keeper runs, ``draws``: the stage does."""
        for _ in range(round(seconds * RATE)):
            self.now += 1 / RATE
            if draws:
                self.player.step([Reading("/site/share", (limit,), self.now, "site")], self.now)
                self.light = np.full((1, 512), limit / 60.0, np.float32), self.now
            if sends:
                self.look.take(self.light[0], self.now, self.light[1]) if draws else None
                self.shown = float(self.look.step(self.now)[0, 0]) * 60.0
            if draws:
                self.player.shares.confirmation.shown(self.look.oldest, self.look.shows_safe, self.now)
                self.told.append(self.player.shares.own()["limit"])
                assert self.told[-1] == -1.0 or self.told[-1] >= self.shown - 0.01, (self.now, self.shown)


@pytest.fixture
def station(play):
    venue = VENUE.replace(
        "[budget]",
        '[light]\nsafe = 0.05\n[site]\nname = "s"\nhub = "kai"\nlisten = ["127.0.0.1:7999"]\n[budget]',
    )
    return lambda **changes: Keeper(play(venue), **changes)


def test_the_stage_confirms_a_lower_share_once_the_lamps_have_it(station) -> None:
    keeper = station()
    keeper.play(8.0, 30.0)

    keeper.play(1 / RATE, 12.0)
    first = keeper.told[-1]
    keeper.play(0.3, 12.0)

    assert keeper.told[0] == -1.0, "a stage that has just started"
    assert first == pytest.approx(30.0)
    assert keeper.told[-1] == pytest.approx(12.0)


@pytest.mark.parametrize(("hitch", "costs"), [(0.4, 0.3), (1.0, 1.4), (3.0, 3.5)])
def test_a_hitch_of_the_stage_costs_as_long_as_the_lamps_show_the_look_from_before(
    station, hitch: float, costs: float
) -> None:
    keeper = station()
    keeper.play(9.0, 30.0)
    keeper.play(hitch, 30.0, draws=False)
    before = len(keeper.told)

    keeper.play(9.0, 6.0)

    late = next(i for i, told in enumerate(keeper.told[before:]) if told == pytest.approx(6.0)) / RATE
    assert late <= costs + 1e-6


def test_a_stage_that_hitches_again_and_again_confirms_a_lower_share_all_the_same(station) -> None:
    keeper = station()
    keeper.play(9.0, 30.0)

    for _ in range(6):
        keeper.play(0.7, 6.0, draws=False)
        keeper.play(0.6, 6.0)

    assert keeper.told[-1] == pytest.approx(6.0)


def test_in_a_panic_of_the_keeper_the_safe_look_is_confirmed_once_it_is_all_that_is_shown(station) -> None:
    keeper = station()
    keeper.play(9.0, 30.0)
    keeper.look.panic(True, keeper.now)
    keeper.play(1.9, 1.0)
    fading = keeper.told[-1]
    keeper.play(0.4, 1.0)
    dark = keeper.told[-1]
    keeper.look.panic(False, keeper.now)
    keeper.play(2.0, 1.0)

    assert fading == pytest.approx(30.0)
    assert dark == pytest.approx(keeper.safe), "though its share is less"
    assert keeper.safe > 1.0
    assert keeper.told[-1] == pytest.approx(1.0)


def test_nothing_lower_is_confirmed_than_what_lamps_show_whoever_hitches(station) -> None:
    for seed, delay in ((1, 0.0), (2, 0.3), (3, 0.0)):
        rng, keeper = np.random.default_rng(seed), station(delay=delay)
        keeper.play(3.0, 50.0)
        for _ in range(60):
            kind = rng.integers(4)
            keeper.look.panic(rng.random() < 0.2, keeper.now)
            seconds = float(rng.choice([0.1, 0.3, 0.6, 1.5, 3.0]))
            keeper.play(seconds, float(rng.integers(1, 60)), sends=kind != 1, draws=kind != 2)
        keeper.look.panic(False, keeper.now)
        keeper.play(12.0, 6.0)

        assert keeper.told[-1] == pytest.approx(6.0)


def test_of_a_frame_that_fails_the_light_that_was_told_ahead_counts(station, monkeypatch) -> None:
    keeper = station()
    keeper.play(8.0, 30.0)
    shares = keeper.player.shares

    def fail(*_: object) -> None:
        raise RuntimeError("the picture")

    with monkeypatch.context() as broken:
        broken.setattr(keeper.player.room, "readings", fail)
        with pytest.raises(RuntimeError):
            keeper.player.step([Reading("/site/share", (40.0,), keeper.now, "site")], keeper.now + 0.1)
    ahead = keeper.now + 0.1
    keeper.player.step([Reading("/site/share", (12.0,), ahead, "site")], ahead + 0.1)
    for now in (ahead + 0.1, ahead + 0.3):
        shares.confirmation.shown(ahead, False, now)

    assert shares.own()["limit"] == pytest.approx(40.0), "lamps still show the frame that failed"


def test_the_lowest_lumens_of_a_site_are_told(station) -> None:
    shares = station().player.shares

    assert shares.status().lumens == 900.0
    shares.taught = ShareStatus(watts=50.0, lumens=700.0)
    assert shares.status().lumens == 700.0


def test_a_recording_gives_the_same_shares_without_dividing_again(play) -> None:
    player, heard = play(), []
    for number in range(100):
        entries = [*(levels(1.0, 0.2) if not number else ()), *player.features()]
        heard.append(entries)
        player.step(entries, 0.0)

    again = play()
    for entries in heard:
        again.step(entries, 0.0)

    assert (again.light.light == player.light.light).all()
    assert again.signals.get("/hub/ziva/share") == player.signals.get("/hub/ziva/share")


def test_the_acts_move_the_budget_from_privilege_to_fairness() -> None:
    options = StageOptions(show="eco-symbiotic-collective", venue="three-hubs", headless=True)
    player = build_player(read_production(options), options, ManualClock(1 / RATE), None)
    full = [
        Command("set", (address, 1.0), 0.0, "test")
        for address in player.tree.parameters()
        if address.startswith("/light/") and address.endswith("/level")
    ]

    def shares(cue: str) -> dict[str, float]:
        run(player, 30.0, Command("cue", (cue,), 0.0, "test"), *full)
        return {one.name: one.share for one in player.shares.status().stations}

    strata, symbiosis = shares("10"), shares("80")

    assert len(full) == 4
    assert strata["canopy"] > 2.0 * strata["ziva"]
    assert symbiosis["canopy"] < 1.3 * symbiosis["ziva"]
    assert symbiosis["ziva"] == pytest.approx(symbiosis["kai"], rel=0.1)
