"""The crowd of rally and the ground of backfire: its distances, who is lit, and what a front moves."""

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.render.gl.context import Context
from tests.installation.render.test_scenes_beside_people import FINE, WIDE, Played

pytestmark = pytest.mark.gl

STANDING = 7776
"""Lights of rally and backfire that have a place to stand: ``shaders/lib/gathering.glsl``."""
STILL = (0.42, 0.45)
Array = NDArray[np.float32]


def nearest(places: Array) -> NDArray[np.float64]:
    """Distance of each place to the next one."""
    far = np.hypot(*(places[:, None] - places[None]).transpose(2, 0, 1).astype(float))
    np.fill_diagonal(far, np.inf)
    return np.asarray(far.min(axis=1))


def at_lights(field: Array, uv: Array) -> Array:
    """A field's texels at these places, 0..1."""
    rows, columns = field.shape[:2]
    x = np.clip((uv[:, 0] * columns).astype(int), 0, columns - 1)
    return np.asarray(field[np.clip((uv[:, 1] * rows).astype(int), 0, rows - 1), x])


def of_crowd(played: Played, target: str) -> Array:
    return played.target(target).reshape(-1, 4)[:STANDING]


def test_places_to_stand_are_a_shoulder_apart_and_thin_out_to_nothing(context: Context) -> None:
    played = Played(context, "rally", gather=1.0)
    played.play(0.1)
    homes = of_crowd(played, "homes")
    played.release()
    homes = homes[homes[:, 0] > 0.0]
    assert 4000 < len(homes) < 7000
    far = nearest(homes[:, :2])
    assert np.percentile(far, 1) > 0.0055, "as if thrown there by chance"
    assert np.median(far) < 0.010, "no crowd"
    thirds = np.histogram(homes[:, 0], 3, (0.0, WIDE))[0]
    assert thirds[2] < 0.1 * thirds.max()
    cells = np.sort(
        np.histogram2d(homes[:, 0], homes[:, 1], (32, 18), ((0.0, WIDE), (0.0, 1.0)))[0], axis=None
    )
    half = int(np.searchsorted(np.cumsum(cells[::-1]), 0.5 * len(homes)))
    assert half < 0.14 * cells.size, "spread evenly, without a heart"


def test_lights_walk_dim_keep_their_distance_and_are_kindled_where_they_stand(context: Context) -> None:
    played = Played(context, "rally", gather=0.5)
    played.play(8.0)
    played.play(14.0, gather=0.8)
    crowd, fire = of_crowd(played, "crowd"), of_crowd(played, "fire")[:, 0]
    played.release()
    there = (crowd[:, :2] > 0.02).all(axis=1) & (crowd[:, :2] < 0.98).all(axis=1)
    walks = there & (crowd[:, 3] < 0.0) & (crowd[:, 2] > 0.03)
    stands = there & (crowd[:, 3] >= 0.0)
    assert walks.sum() > 200
    assert stands.sum() > 1000
    assert np.percentile(fire[walks], 99) < 0.05
    assert np.median(fire[stands]) > 0.8
    assert np.percentile(nearest(crowd[there, :2] * (WIDE, 1.0)), 5) > 0.0045


def test_voices_of_the_room_bring_more_lights_sooner_and_a_shout_brings_few(context: Context) -> None:
    def came(*voices: tuple[float, float]) -> int:
        """Lights that are there after these seconds with these voices, walking or standing."""
        played = Played(context, "rally", gather=0.12)
        for seconds, loud in voices:
            played.play(seconds, voices=loud)
        crowd = of_crowd(played, "crowd")
        played.release()
        return int(((crowd[:, :2] > 0.0).all(axis=1) & (crowd[:, :2] < 1.0).all(axis=1)).sum())

    silent, talked, shouted = came((12.0, 0.0)), came((12.0, 1.0)), came((0.5, 1.0), (11.5, 0.0))
    assert talked > 1.3 * silent
    assert shouted < silent + 0.4 * (talked - silent)


def test_the_lights_of_the_seats_begin_with_the_pulse_of_the_group_and_are_in_step_at_last(
    context: Context,
) -> None:
    def begun(order: float, beats: bool) -> int:
        """Seats whose light has begun to flash within three beats."""
        played = Played(context, "symbiosis", rate=FINE, life=0.0, seats=1.0, order=order, abundance=0.0)
        played.play(1.0)
        for _ in range(3):
            played.play(0.05, pulse=float(beats))
            played.play(0.75, pulse=0.0)
        modes = played.target("lights").reshape(-1, 4)[1:5, 3]
        played.release()
        return int(np.count_nonzero(modes > 1.5))

    assert begun(0.0, beats=True) == 4
    assert begun(0.0, beats=False) == begun(1.0, beats=True) == 0


def test_lights_stand_closest_around_a_body_and_none_on_it(context: Context) -> None:
    played = Played(context, "rally", lambda _now: STILL, gather=1.0)
    played.play(22.0)
    shown, far = played.target("shown").reshape(-1, 4)[:STANDING], played.near
    played.release()
    seen = shown[shown[:, 2] > 0.01]
    beside = at_lights(far[..., None], seen)[:, 0]
    cell = 1.0 / far.shape[0] ** 2

    def density(low: float, high: float) -> float:
        return float(((beside > low) & (beside <= high)).sum() / (((far > low) & (far <= high)).sum() * cell))

    assert (beside < -0.005).sum() == 0
    assert density(-0.005, 0.010) < 0.5 * density(0.06, 0.14), "no clearing"
    assert density(0.012, 0.045) > 2.0 * density(0.06, 0.14), "no front rows"


def test_threads_of_the_ledger_are_few_and_lead_from_one_place_to_one_other(context: Context) -> None:
    played = Played(context, "ledger")
    played.play(30.0)
    tips = played.target("tips")
    played.release()
    drawn = tips[..., 3] != 0.0
    assert 15 < drawn.sum() < 90, "a network, no account"
    arrived = tips[..., 3] < 0.0
    assert arrived.sum() > 0.5 * drawn.sum()
    for flow in np.flatnonzero(arrived.sum(axis=0) > 1):
        ends = tips[arrived[:, flow], flow, :2] * (WIDE, 1.0)
        assert np.ptp(ends, axis=0).max() < 0.14, "the strands of one flow end in several places"


def pulled(played: Played, place: tuple[float, float]) -> float:
    pull = played.target("pull")
    rows, columns = pull.shape[:2]
    row, column = int(place[1] * rows), int(place[0] * columns)
    near = pull[row - 3 : row + 4, column - 3 : column + 4, :2]
    return float(np.hypot(near[..., 0], near[..., 1]).mean())


def test_a_front_of_backfire_comes_late_behind_a_body_and_bends_round_it(context: Context) -> None:
    origin, body, behind = (0.30, 0.50), (0.50, 0.50), (0.66, 0.50)
    reached: dict[bool, list[float]] = {}
    for somebody in (False, True):
        played = Played(
            context, "backfire", (lambda _now: body) if somebody else None, rate=FINE, shock=0.0,
            origin=origin,
        )  # fmt: skip
        played.play(1.0)
        played.play(2.0, shock=1.0)
        reached[somebody] = []
        for _ in range(36):
            played.play(0.05)
            reached[somebody].append(pulled(played, behind))
        played.release()
    first = {somebody: int(np.argmax(np.array(values) > 0.006)) for somebody, values in reached.items()}
    assert max(reached[True]) > 0.006, "it does not come round"
    assert first[True] >= first[False] + 2


def test_a_front_of_backfire_moves_lights_that_lie_in_rows_and_leaves_strokes(context: Context) -> None:
    played = Played(context, "backfire", rate=FINE, shock=0.0, origin=(0.4, 0.5))
    played.play(3.0)
    dust = played.target("shown").reshape(-1, 4)
    lies = dust[STANDING:]
    lies = lies[(lies[:, 0] > 0.0) & (lies[:, 1] > 0.0)]
    assert np.percentile(nearest(lies[:, :2] * (WIDE, 1.0)), 1) > 0.006

    def stroke() -> float:
        lights, trail = played.target("lights")[..., :3], played.target("trail")[..., :3]
        return float(trail.sum() / lights.sum())

    quiet = stroke()
    played.play(2.0, shock=1.0)
    moved = played.target("shown").reshape(-1, 4)[:, :2] - dust[:, :2]
    moved = moved[dust[:, 0] > 0.0]
    front = stroke()
    played.release()
    assert quiet < 1.05
    assert front > 1.15
    assert 0.02 < np.percentile(np.hypot(moved[:, 0] * WIDE, moved[:, 1]), 99) < 0.18
