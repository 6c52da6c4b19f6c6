"""What many people are together, what acts of it, and what may be told."""

import math
from dataclasses import dataclass, field

import numpy as np
import pytest
from numpy.typing import NDArray

from hardware.biosensor import Crowd
from installation.neuro import Controls, Outcome, Room
from installation.neuro.disclosure import FEWEST, HOLD, SAMPLE, STEP, Disclosure
from installation.neuro.measures import calm_of, confidence, difference
from installation.neuro.parameters import BODY, CHANNELS, MEASURES, MOST_PEOPLE, SHARED

Floats = NDArray[np.float64]
DT = 1 / 10
QUIET = Controls((0.06, 0.08), 0.0, 0.0, {}, 0.2, 4.0)


@dataclass
class Gallery:
    """A room and a crowd, of whom the first ``there`` wear sensors."""

    crowd: Crowd
    seed: int = 1
    controls: Controls = QUIET
    now: float = 0.0
    room: Room = field(init=False)
    body: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.room = Room(self.seed)
        self.values = np.full((MOST_PEOPLE, len(CHANNELS)), np.nan)
        self.times = np.full(self.values.shape, -np.inf)
        self.body = np.full((MOST_PEOPLE, len(BODY)), np.nan)
        self.history: list[Outcome] = []

    def play(self, seconds: float, there: int | None = None) -> Outcome:
        there = self.crowd.count if there is None else there
        for _ in range(round(seconds / DT)):
            self.now += DT
            invitation = self.room.invitation
            self.crowd.see(invitation.phase, invitation.rate * invitation.standing)
            self.crowd.advance(DT)
            for reading in self.crowd.readings(self.now, "people"):
                _, _, number, channel = reading.address.split("/")
                if int(number) <= there:
                    at = int(number) - 1, CHANNELS.index(channel)
                    self.values[at], self.times[at] = float(reading.values[0]), self.now
            said = self.room.advance(self.values, self.times, self.now, DT, self.controls, body=self.body)
        return said


def told(said: Outcome) -> dict[str, float]:
    return dict(zip(SHARED, said.shared.told.tolist(), strict=True))


def test_five_people_are_told_rounded_and_four_are_simulated() -> None:
    gallery = Gallery(Crowd(5, 3, walking=0.0))
    said = gallery.play(45.0)

    assert (said.shared.sensed, said.shared.simulated) == (5, 0)
    assert told(said)["real"] > 0.99
    assert not said.shared.private.any()
    said = gallery.play(20.0, there=4)
    assert (said.shared.sensed, said.shared.simulated) == (4, 1)
    assert told(said)["real"] < 0.01
    hidden = {name for (name, _, _), hides in zip(MEASURES, said.shared.private, strict=True) if hides}
    assert hidden == {name for name, _, _ in MEASURES}


def test_what_is_told_of_few_does_not_depend_on_them() -> None:
    def of(seed: int, excited: float) -> list[list[float]]:
        gallery = Gallery(Crowd(4, seed, walking=0.0))
        gallery.crowd.heart *= excited
        return [gallery.play(2.0).shared.told.tolist() for _ in range(10)]

    names = [n for n, name in enumerate(SHARED) if not name.startswith("confidence")]
    one, other = np.array(of(1, 1.0)), np.array(of(2, 1.3))

    assert np.abs(one[:, names]).max() > 0.1
    assert (one[:, names] == other[:, names]).all()


def test_simulated_presence_fades_in_over_seconds_and_takes_the_missing_places() -> None:
    gallery = Gallery(Crowd(3, 3, walking=0.0))
    weights = [float(np.sum(gallery.room.presence.weight))]
    for _ in range(30):
        gallery.play(1.0)
        weights.append(float(np.sum(gallery.room.presence.weight)))

    assert weights[0] == 0.0
    assert 0.05 < weights[2] < 1.0
    assert weights[-1] == pytest.approx(2.0, abs=0.1)
    assert np.abs(np.diff(weights)).max() < 0.3
    gallery.play(80.0, there=0)
    assert gallery.room.presence.resting


def test_nothing_is_left_of_people_who_have_gone() -> None:
    gallery = Gallery(Crowd(2, 3, walking=0.0))
    gallery.play(12.0)

    said = gallery.play(15.0, there=0)
    assert said.shared.private.any()
    said = gallery.play(100.0, there=0)
    assert not said.shared.private.any()
    assert said.shared.values.tolist() == [0.0] * len(MEASURES)
    assert said.shared.told.tolist() == [0.0] * len(SHARED)


def test_who_is_simulated_by_an_adapter_is_not_one_of_the_five() -> None:
    gallery = Gallery(Crowd(6, 3, walking=0.0))
    gallery.body[1:6, BODY.index("simulated")] = 1.0

    said = gallery.play(15.0)
    assert (said.shared.sensed, said.shared.stand_ins, said.shared.simulated) == (6, 5, 0)
    assert said.shared.private.all()
    gallery.body[0, BODY.index("simulated")] = 1.0
    said = gallery.play(32.0)
    assert not said.shared.private.any()
    assert told(said)["real"] < 0.01
    assert told(said)["calm"] > 0.1


WEAR = {"heart": 70.0, "breath": 0.3, "still": 1.0, "x": 0.5, "y": 0.5}


def worn(room: Room, wears: list[str], seconds: float, body: Floats | None = None) -> Outcome:
    """Play five people: who wears a breath of its own breathes; a ``heart`` never beats anew."""
    nothing = np.full((MOST_PEOPLE, len(BODY)), np.nan)
    for step in range(1, round(seconds / DT) + 1):
        now = step * DT
        values = np.full((MOST_PEOPLE, len(CHANNELS)), np.nan)
        for person, own in enumerate(wears):
            for channel in own.split():
                what = channel.removesuffix("!")
                moves = (
                    0.5 + 0.5 * math.sin(now * (2.0 + 0.1 * person)) if channel.endswith("!") else WEAR[what]
                )
                values[person, CHANNELS.index(what)] = moves
        times = np.where(np.isfinite(values), now, -np.inf)
        said = room.advance(values, times, now, DT, QUIET, body=nothing if body is None else body)
    return said


def public(said: Outcome) -> set[str]:
    """Measures that are neither private nor 0, which is nothing."""
    return {name for name, _, _ in MEASURES if not said.shared.hides(name) and said.shared.of(name) != 0.0}


@pytest.mark.parametrize("moving", [1, 4])
def test_five_belts_of_which_few_move_tell_nothing(moving: int) -> None:
    wears = ["breath!"] * moving + ["breath"] * (5 - moving)
    said = worn(Room(1), wears, 45.0)

    assert said.shared.of("breath/rate") > 10.0
    assert not public(said)
    assert told(said)["real"] == 0.0
    five = worn(Room(1), ["breath!"] * 5, 45.0)
    assert {"breath/rate", "breath/order", "breath/locking", "disagreement"} <= public(five)


def test_of_two_hearts_among_breaths_nothing_is_told() -> None:
    said = worn(Room(1), ["heart breath!"] * 2 + ["breath!"] * 3, 45.0)

    assert {name for name in public(said) if name.startswith("heart")} == set()
    assert said.shared.hides("arousal")


def test_skin_of_one_alone_and_a_bad_sensor_of_one_are_private() -> None:
    body = np.full((MOST_PEOPLE, len(BODY)), np.nan)
    body[0, BODY.index("eda")] = 0.2
    assert worn(Room(1), ["x y"], 15.0, body).shared.hides("calm")
    body[0, BODY.index("quality")] = 0.3
    assert worn(Room(1), ["breath!"], 15.0, body).shared.private.any()
    hearts = {name for name, _, _ in MEASURES if "heart" in name or "arousal" in name}
    assert public(worn(Room(1), ["breath!"], 45.0, body)) <= hearts  # of simulated presence alone


def test_stillness_is_told_of_five_accelerometers_rounded_and_slow() -> None:
    one, four, simulated = Room(1), Room(1), np.full((MOST_PEOPLE, len(BODY)), np.nan)
    simulated[1:, BODY.index("simulated")] = 1.0
    said = worn(one, ["x y still"] + ["x y"] * 4, 20.0)
    assert (said.group.count, said.feeling.stillness) == (5, 1.0)
    assert said.shared.hides("stillness")
    assert said.brake_private
    assert worn(four, ["x y still"] * 5, 20.0, simulated).shared.hides("stillness")
    six = Room(1)
    said = worn(six, ["x y still!"] * 7, 40.0)
    assert not said.shared.hides("stillness")
    assert said.feeling.stillness == pytest.approx(said.shared.of("stillness"))
    samples = [worn(six, ["x y still"] * 7, DT).feeling.stillness for _ in range(5)]
    assert np.ptp(samples) < 0.05


def test_who_is_measured_badly_is_not_one_of_the_five() -> None:
    gallery = Gallery(Crowd(5, 3, walking=0.0))
    gallery.body[4, BODY.index("quality")] = 0.2

    assert told(gallery.play(15.0))["real"] == 0.0


def members(*people: int) -> NDArray[np.bool_]:
    return np.isin(np.arange(MOST_PEOPLE), people)


def disclosed(
    gate: Disclosure, who: NDArray[np.bool_], value: float, seconds: float, now: float
) -> list[float]:
    said = []
    for step in range(round(seconds * 10)):
        gate.advance(who, [value], [0.5], now + step / 10, 0.1)
        said.append(gate.told[0])
    return said


@pytest.mark.parametrize("own", [0.0, 1.0])
def test_the_leaving_of_one_is_not_seen_while_it_could_be_told_apart(own: float) -> None:
    gate = Disclosure([1.0])
    six, five = members(0, 1, 2, 3, 4, 5), members(0, 1, 2, 3, 4)
    disclosed(gate, six, (5 * 0.4 + own) / 6, 60.0, 0.0)
    before = gate.told[0]

    after = disclosed(gate, five, 0.4, HOLD - 0.2, 60.0)
    assert after == pytest.approx([before] * len(after), abs=1e-6)
    later = disclosed(gate, five, 0.4, 20.0, 60.0 + HOLD)
    assert later[-1] == pytest.approx(0.4, abs=STEP)


def test_samples_are_rounded_and_seldom() -> None:
    gate, chance = Disclosure([1.0]), np.random.default_rng(2)
    five, samples = members(0, 1, 2, 3, 4), set()
    for step in range(1200):
        gate.advance(five, [float(chance.random())], [0.5], step / 10, 0.1)
        if gate.open:
            samples.add(gate._samples[0])
            assert gate._samples[0] / STEP == pytest.approx(round(gate._samples[0] / STEP))

    assert 3 < len(samples) <= 120 / SAMPLE


def test_a_crowd_that_never_stands_still_is_told_after_several_have_changed() -> None:
    gate, said = Disclosure([1.0]), []
    for step in range(1200):
        who = members(*range(step // 30 % 20, step // 30 % 20 + 12))
        if step < 200:
            who = members(*range(12))
        gate.advance(who, [0.2 if step < 600 else 0.8], [0.5], step / 10, 0.1)
        said.append(gate.told[0])

    assert said[500] == pytest.approx(0.2, abs=STEP)
    assert said[-1] == pytest.approx(0.8, abs=STEP)


def test_confidence_is_how_many_how_good_and_how_fresh() -> None:
    who = np.arange(8) < 5
    ones = np.ones(8)

    assert confidence(who, ones, ones) == 1.0
    assert confidence(np.arange(8) < 2, ones, ones) == pytest.approx(2 / FEWEST)
    assert confidence(who, 0.5 * ones, ones) == pytest.approx(0.5)
    assert confidence(who, ones, 0.25 * ones) == pytest.approx(0.25)
    assert confidence(np.zeros(8, np.bool_), ones, ones) == 0.0


def test_calm_is_a_slow_breath_and_a_heart_at_rest() -> None:
    nothing = np.array([math.nan])
    body = np.full((1, len(BODY)), math.nan)

    assert calm_of(np.array([0.0]), np.array([6.0]))[0] == 1.0
    assert calm_of(np.array([1.0]), np.array([20.0]))[0] == 0.0
    assert calm_of(nothing, np.array([12.0]))[0] == pytest.approx(0.5)
    body[0, BODY.index("rmssd")] = 80.0
    assert calm_of(nothing, nothing, body)[0] == 1.0
    with np.errstate(invalid="ignore"):
        assert math.isnan(calm_of(nothing, nothing)[0])


def test_disagreement_is_0_alike_1_opposed_and_a_quarter_by_chance() -> None:
    alike = np.full(6, 0.3)
    assert difference(alike, alike) == pytest.approx(0.0, abs=1e-12)
    assert difference(np.array([0.0, 0.5]), np.array([0.0, 1.0])) == pytest.approx(1.0)
    chance = np.random.default_rng(1)
    assert difference(chance.random(40), np.full(40, 0.2)) == pytest.approx(0.25, abs=0.03)


def test_people_who_differ_drive_the_loops_and_people_who_agree_calm_them() -> None:
    from dataclasses import replace

    driven = replace(QUIET, drive=0.4)
    alike = Gallery(Crowd(6, 3, walking=0.0, together=1.0), controls=driven).play(40.0)
    apart = Gallery(Crowd(6, 3, walking=0.0), controls=driven).play(40.0)

    assert alike.drive < apart.drive - 0.1
    assert alike.drive < 0.85
    assert 0.85 < apart.drive < 1.4
    assert Gallery(Crowd(1, 3), controls=QUIET).play(5.0).drive == 1.0
