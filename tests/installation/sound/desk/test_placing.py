import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.ipc.feeds.sound import Setup, Speaker
from installation.sound import BLOCK, STATIONS
from installation.sound.desk.placing import History, Placing, gains, speakers_of

STEREO = (-30.0, 30.0)
SURROUND = (-30.0, 0.0, 30.0, 110.0, -110.0)
RING = tuple(np.arange(8) * 45.0 - 180.0)

angles = st.floats(-180.0, 180.0)
layouts = st.lists(angles, min_size=1, max_size=8)


def test_a_sound_at_a_speaker_comes_from_that_speaker_alone() -> None:
    for layout in (STEREO, SURROUND, RING):
        for index, azimuth in enumerate(layout):
            assert gains(azimuth, layout) == pytest.approx(np.eye(len(layout))[index], abs=1e-12)


def test_a_sound_between_two_speakers_follows_the_tangent_law() -> None:
    # Pulkki (1997): tan(phi) / tan(phi0) = (g1 - g2) / (g1 + g2), phi from the middle of the pair.
    for phi in (-25.0, -10.0, 0.0, 5.0, 29.0):
        left, right = gains(phi, STEREO)
        assert (right - left) / (right + left) == pytest.approx(
            np.tan(np.radians(phi)) / np.tan(np.radians(30.0))
        )
    assert gains(0.0, STEREO) == pytest.approx([np.sqrt(0.5)] * 2)
    assert gains(180.0, RING)[0] == pytest.approx(1.0)
    assert gains(-157.5, RING)[:2] == pytest.approx([np.sqrt(0.5)] * 2)


def test_one_speaker_plays_everything_as_loud() -> None:
    for azimuth in STATIONS:
        assert gains(azimuth, (75.0,)) == pytest.approx([1.0])


def test_what_a_stereo_pair_cannot_show_comes_from_the_nearer_speaker() -> None:
    for azimuth in (40.0, 90.0, 110.0, 145.0):
        assert gains(azimuth, STEREO) == pytest.approx([0.0, 1.0])
        assert gains(-azimuth, STEREO) == pytest.approx([1.0, 0.0])
    assert gains(180.0, STEREO) == pytest.approx([np.sqrt(0.5)] * 2)


def test_speakers_that_stand_together_share() -> None:
    found = gains(30.0, (-30.0, 30.0, 30.2))

    assert found == pytest.approx([0.0, np.sqrt(0.5), np.sqrt(0.5)], abs=1e-9)
    assert gains(180.0, (180.0, -180.0)) == pytest.approx([np.sqrt(0.5)] * 2)
    assert gains(-179.9, (179.9, -179.9, 0.0))[:2] == pytest.approx([np.sqrt(0.5)] * 2)


@given(angles, layouts)
def test_every_direction_is_equally_loud_from_any_speakers(azimuth: float, layout: list[float]) -> None:
    found = gains(azimuth, layout)

    assert (found >= 0.0).all()
    assert (found**2).sum() == pytest.approx(1.0)


@given(st.floats(-180.0, 179.0), layouts)
def test_no_speaker_jumps_when_a_sound_moves_by_a_degree(azimuth: float, layout: list[float]) -> None:
    # Within the closest pairs a degree may be the whole way, so only speakers further apart are asked.
    apart = np.diff(np.sort(np.asarray(layout) % 360.0))
    if len(layout) > 1 and min([*apart, 360.0 - apart.sum()]) < 15.0:
        return
    step = gains(azimuth + 1.0, layout) - gains(azimuth, layout)

    assert np.abs(step).max() < 0.15
    assert abs(step @ step) < 0.05


def test_a_setup_without_speakers_has_a_pair_or_one_in_the_middle() -> None:
    assert [one.azimuth for one in speakers_of(Setup(), 6)] == [-30.0, 30.0]
    assert [one.azimuth for one in speakers_of(Setup(), 1)] == [0.0]
    assert speakers_of(Setup(), 0) == ()


def test_speakers_that_the_device_has_no_channel_for_leave_their_part_to_the_others() -> None:
    speakers = tuple(Speaker(name=str(i), channel=i + 1, azimuth=a) for i, a in enumerate(SURROUND))
    placing = Placing(Setup(speakers=speakers), 2)

    assert placing.rows == (0, 1)
    assert placing.azimuths == (-30.0, 0.0)


def test_gains_and_delays_of_speakers_are_carried_out_to_the_sample() -> None:
    speakers = (
        Speaker(name="left", channel=3, azimuth=-30.0, gain=-6.0, delay=0.010),
        Speaker(name="right", channel=1, azimuth=30.0),
    )
    placing, history = Placing(Setup(speakers=speakers, delay=0.25), 4), History(len(STATIONS))
    history.reach(placing.reach)
    stations = np.zeros((len(STATIONS), BLOCK * 60))
    stations[2, 5] = 1.0  # the middle
    out = []
    for at in range(0, stations.shape[1], BLOCK):
        history.push(stations[:, at : at + BLOCK])
        out.append(placing.process(history))
    right, left = np.concatenate(out, axis=1)

    assert placing.rows == (0, 2)
    assert np.flatnonzero(right).tolist() == [5 + 12_000]
    assert np.flatnonzero(left).tolist() == [5 + 12_000 + 480]
    assert 20 * np.log10(left.max() / right.max()) == pytest.approx(-6.0)


def test_a_longer_history_keeps_what_was_there() -> None:
    history, samples = History(1), np.arange(BLOCK * 4.0)[None]
    for at in range(0, BLOCK * 2, BLOCK):
        history.push(samples[:, at : at + BLOCK])
    history.reach(BLOCK + 7)
    assert (history.read(7)[0, 7:] == np.arange(BLOCK, 2 * BLOCK - 7)).all()
    history.push(samples[:, 2 * BLOCK : 3 * BLOCK])
    history.push(samples[:, 3 * BLOCK :])

    assert (history.read(BLOCK + 7)[0] == np.arange(2 * BLOCK - 7, 3 * BLOCK - 7)).all()
