"""The measures of the look, on pictures whose answer is known."""

import re

import numpy as np
import pytest

from installation.bench.look import (
    HALF,
    INSET,
    OUTSET,
    SLOPE,
    TOP,
    Seen,
    darkest_region,
    hue_bands,
    luminance,
    rules,
    tone,
    walk,
)
from installation.paths import shaders

B, C, G = (0.12, 0.38, 1.0), (0.12, 0.87, 1.0), (0.12, 1.0, 0.6)


def shown(colour, level):
    """Luminance on the wall of a scene value."""
    return float(luminance(tone(np.array([[colour]], float) * level).astype(np.float32))[0, 0])


def test_tone_constants_are_those_of_the_shader():
    text = (shaders() / "lib" / "tone.glsl").read_text()
    found = dict(re.findall(r"const float TONE_(\w+) = ([\d.]+);", text))
    wanted = {"SLOPE": SLOPE, "HALF": HALF, "TOP": TOP, "INSET": INSET, "OUTSET": OUTSET}
    assert {name: float(value) for name, value in found.items()} == wanted


def test_middle_grey_stays_and_four_stops_above_is_white():
    greys = tone(np.array([[0.18] * 3, [0.18 * 2**4.03] * 3, [0.0] * 3]))
    assert greys[0] == pytest.approx(0.18, abs=1e-4)
    assert greys[1] == pytest.approx(1.0, abs=1e-4)
    assert greys[2].max() < 1e-8


def test_scene_values_of_rule_one_give_their_luminance():
    """The table of rule 1, recomputed for this curve: scene value -> luminance of the final picture."""
    pure = {
        508: ((0.0, 1.0, 0.53), (0.006, 0.016, 0.052, 0.30, 1.0)),
        475: ((0.0, 0.26, 1.0), (0.015, 0.04, 0.13, 0.75, 2.5)),
    }
    for nanometres, (colour, values) in pure.items():
        for value, wanted in zip(values, (0.002, 0.01, 0.05, 0.25, 0.5), strict=True):
            got = shown(colour, value)
            assert wanted / 2.0 < got < wanted * 2.0, (nanometres, value, got)


def test_bright_cores_whiten_and_dim_ones_keep_their_hue():
    dim, bright = (tone(np.array(B) * level) for level in (0.05, 30.0))
    assert dim[0] / dim[2] < 0.12
    assert bright.min() > 0.8


def test_darkest_region_counts_only_what_is_connected():
    picture = np.zeros((90, 160), np.float32)
    picture[:, 96:100] = 0.5
    assert darkest_region(picture) == pytest.approx(0.6)
    assert darkest_region(np.ones((90, 160), np.float32)) == 0.0


def test_hue_bands_names_the_wavelengths_that_are_there():
    picture = np.zeros((20, 20, 3), np.float32)
    picture[:10] = np.array(B) * 0.3
    picture[10:] = np.array(G) * 0.3
    assert hue_bands(picture) == [475.0, 510.0]
    assert hue_bands(picture * 0.0) == []


def test_a_patch_that_rises_as_one_is_found():
    seen, before = Seen(), np.zeros((90, 160), np.float32)
    picture = np.zeros((90, 160, 3), np.float32)
    picture[10:50, 20:60] = 0.4
    seen.add(0.0, picture, before)
    assert seen.rising == [1.0]
    assert not next(row for row in rules("x", seen, (0.0, 1.0)) if "rule 9" in row.name).met


def test_an_amber_frame_breaks_the_accent_rule():
    seen = Seen()
    seen.add(0.0, np.full((9, 16, 3), (0.5, 0.21, 0.02), np.float32), None)
    assert not next(row for row in rules("x", seen, (0.0, 1.0)) if "accent" in row.name).met


def test_the_scripted_visitor_stays_in_the_frame_and_rests_at_first():
    places = np.array([walk(time / 10) for time in range(1200)])
    assert places.min() >= 0.05
    assert places.max() <= 0.95
    assert np.ptp(places[:40], axis=0).max() == 0.0


def test_a_scene_of_the_night_is_asked_for_a_focus_in_proportion_to_its_light():
    picture = np.zeros((100, 100, 3), np.float32)
    picture[:2] = 0.3  # 2 % of the frame
    seen = Seen()
    seen.add(0.0, picture, None)

    def focused(mean: tuple[float, float]) -> bool:
        return next(row for row in rules("x", seen, mean) if "focus" in row.name).met

    assert not focused((0.010, 0.018))
    assert focused((0.004, 0.008))
    seen.focus[:] = [0.01]
    assert not focused((0.004, 0.008))
