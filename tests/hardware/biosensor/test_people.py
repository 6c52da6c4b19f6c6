"""The simulated people: plausible, each their own, and the same for the same seed."""

import numpy as np
import pytest

from hardware.biosensor.people import STILL, Crowd

STEP = 1 / 20


def life(crowd: Crowd, seconds: float) -> dict[str, np.ndarray]:
    rows: dict[str, list[np.ndarray]] = {
        name: [] for name in ("x", "y", "heart", "breath", "alpha", "speed")
    }  # fmt: skip
    for _ in range(round(seconds / STEP)):
        crowd.advance(STEP)
        for name, row in rows.items():
            row.append(np.array(getattr(crowd, name)))
    return {name: np.array(row) for name, row in rows.items()}


@pytest.mark.parametrize("count", [1, 2, 6, 40])
def test_bodies_stay_plausible(count: int) -> None:
    lived = life(Crowd(count, seed=count), 90.0)

    assert (lived["heart"] >= 50).all()
    assert (lived["heart"] <= 110).all()
    assert (np.abs(lived["breath"]) <= 1).all()
    assert ((lived["alpha"] >= 0) & (lived["alpha"] <= 1)).all()
    assert ((lived["x"] >= 0) & (lived["x"] <= 1) & (lived["y"] >= 0) & (lived["y"] <= 1)).all()
    assert lived["speed"].max() <= 1.0
    assert np.abs(np.diff(lived["x"], axis=0)).max() * 6.0 <= 1.0 * STEP * 1.05  # nobody leaps


def test_everybody_breathes_at_a_rate_of_their_own() -> None:
    lived = life(Crowd(20, seed=3), 120.0)
    rises = ((lived["breath"][1:] >= 0) & (lived["breath"][:-1] < 0)).sum(axis=0) / 120.0

    assert rises.min() >= 0.15 - 1 / 120
    assert rises.max() <= 0.35 + 1 / 120
    assert len(np.unique(rises.round(3))) > 8


def test_hearts_swing_with_the_breath() -> None:
    crowd = Crowd(30, seed=5, walking=0.0)
    lived = life(crowd, 90.0)
    filled, rate = lived["breath"][400:], lived["heart"][400:]
    best = []
    for person in range(30):  # a beat is heard some tenths of a second late
        best.append(
            max(
                np.corrcoef(filled[: -lag or None, person], rate[lag:, person])[0, 1]
                for lag in range(0, 40, 4)
            )
        )

    assert np.median(best) > 0.35


def test_people_stand_still_and_walk_and_some_stand_together() -> None:
    lived = life(Crowd(12, seed=1), 120.0)
    still = (lived["speed"] < STILL).mean()
    at = np.stack([lived["x"][-1] * 6.0, lived["y"][-1] * 4.0], 1)
    apart = np.sqrt(((at[:, None] - at[None]) ** 2).sum(-1)) + 99 * np.eye(12)

    assert 0.4 < still < 0.9
    assert apart.min() < 1.2
    assert (life(Crowd(3, walking=0.0), 30.0)["speed"] == 0).all()


def test_breaths_fall_into_step_when_they_are_let() -> None:
    def unison(together: float) -> float:
        crowd = Crowd(12, seed=2, together=together)
        life(crowd, 60.0)
        return float(np.abs(np.exp(2j * np.pi * crowd._inhaled).mean()))

    assert unison(1.0) > 0.9
    assert unison(0.0) < 0.7


def test_the_same_seed_gives_the_same_bits_and_another_other_people() -> None:
    first, again, other = (life(Crowd(6, seed=seed), 20.0) for seed in (7, 7, 8))

    assert all(first[name].tobytes() == again[name].tobytes() for name in first)
    assert first["x"].tobytes() != other["x"].tobytes()


def test_everything_they_say_is_private_and_a_heart_speaks_when_it_beats() -> None:
    crowd = Crowd(3, seed=1)
    beats = 0
    for _ in range(400):
        crowd.advance(STEP)
        readings = crowd.readings(1.0, "people")
        assert all(reading.private and reading.source == "people" for reading in readings)
        assert {reading.address.rpartition("/")[2] for reading in readings} >= {
            "x",
            "y",
            "breath",
            "alpha",
            "still",
        }
        beats += sum(reading.address == "/person/2/heart" for reading in readings)

    assert 20.0 / 60 * 50 - 1 <= beats <= 20.0 / 60 * 110 + 1


@pytest.mark.parametrize("count", [0, 41, -1])
def test_a_crowd_has_one_to_forty_people(count: int) -> None:
    with pytest.raises(ValueError, match="1 to 40"):
        Crowd(count)
