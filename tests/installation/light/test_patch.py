import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from installation.errors import ShowError
from installation.light.patch import MAX_UNIVERSES, lay_patch
from installation.light.profiles.library import load_profiles
from installation.light.rig import Rig
from tests.installation.light.rooms import fixture, pixels, room

PROFILES = load_profiles()


def found(*items):
    return lay_patch(room(*items), PROFILES).findings


def test_an_unknown_profile_points_at_its_key_and_names_the_nearest():
    (finding,) = found(fixture("left", "rbgw", line=10))

    assert str(finding.where) == "venue.toml:11:1"
    assert finding.hint == "did you mean rgbw?"


def test_an_overlap_names_both_and_the_channel():
    (finding,) = found(fixture("a", "rgb"), fixture("b", "rgb", channel=3, line=20))

    assert finding.message == "b overlaps a at universe 1 channel 3"
    assert finding.where.line == 23


def test_an_overflow_says_the_last_possible_start():
    (finding,) = found(fixture("a", "rgb", channel=511))

    assert "510" in finding.hint


def test_pixels_may_not_start_where_none_fits_but_run_on_into_the_next_universe():
    (finding,) = found(pixels("strip", 4, channel=511))

    assert "next universe" in finding.hint
    assert not found(pixels("strip", 200, channel=500))


def test_a_name_that_is_there_twice_is_found():
    (finding,) = found(fixture("a", "rgb"), fixture("a", "rgb", channel=10))

    assert "twice" in finding.message


@pytest.mark.parametrize("universe", [0, -1, MAX_UNIVERSES + 1])
def test_a_universe_that_does_not_exist_is_found(universe):
    (finding,) = found(fixture("a", "rgb", universe=universe))

    assert "universe" in finding.message


def test_all_findings_come_at_once_and_the_rig_refuses_them():
    items = [fixture("a", "rbg"), fixture("b", "rgb", channel=600), fixture("c", "rgb", universe=0)]

    with pytest.raises(ShowError) as caught:
        Rig(room(*items), PROFILES)
    assert len(caught.value.findings) == 3


spots = st.lists(
    st.tuples(st.sampled_from(sorted(PROFILES)), st.integers(1, 2), st.integers(1, 512)), max_size=12
)


@given(spots)
def test_a_patch_without_findings_is_one_where_no_channel_has_two_owners(spots):
    items = [fixture(f"f{i}", *spot) for i, spot in enumerate(spots)]
    used = []
    inside = True
    for profile, universe, channel in spots:
        width = len(PROFILES[profile].channels)
        inside &= channel + width - 1 <= 512
        used += [(universe, channel + i) for i in range(width)]

    assert (not found(*items)) == (inside and len(set(used)) == len(used))


def test_a_patch_of_512_universes_is_laid_out_whole():
    patch = lay_patch(room(pixels("wall", 320, 272)), PROFILES)

    assert patch.universes == 512
    assert len(np.unique(patch.blocks[0].occupied)) == 320 * 272 * 3
