"""The measures of the look, on pictures whose answer is known."""

import re

import numpy as np
import pytest

from installation.bench.look.measures import (
    HALF,
    INSET,
    OUTSET,
    SLOPE,
    TOP,
    brightest,
    darkest_region,
    focus,
    hue_bands,
    luminance,
    most_risen,
    stripes,
    symmetry,
    tone,
)
from installation.bench.look.play import Part, parts, watch
from installation.bench.look.rules import across, judged
from installation.bench.look.seen import Seen
from installation.bench.look.visitor import walk
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


def test_a_patch_that_rises_is_found_with_its_share_of_the_square():
    change = np.zeros((90, 160), np.float32)
    change[10:50, 20:60] = 0.4
    assert most_risen(change, 40) == 1.0
    assert most_risen(change, 80) == pytest.approx(0.25)
    assert most_risen(-change, 40) == 0.0


def test_flat_light_has_no_focus_and_points_have():
    flat, points = np.full((90, 160), 0.05, np.float32), np.zeros((90, 160), np.float32)
    points[::6, ::6] = 0.02
    points[::18, ::18] = 0.3
    assert focus(flat) == pytest.approx(1.0)
    assert focus(points) > 4.0
    assert brightest(flat) == pytest.approx(0.04, abs=0.001)
    assert brightest(points) == pytest.approx(1.0)


def test_a_mirrored_picture_is_symmetric_and_one_light_aside_is_not():
    picture = np.zeros((90, 160), np.float32)
    picture[30:50, 20:40] = 0.3
    assert symmetry(picture) < 0.1
    assert symmetry(np.maximum(picture, picture[:, ::-1])) == pytest.approx(1.0)


def test_stripes_and_labyrinths_are_told_from_scattered_points_and_one_edge():
    rows, columns = np.mgrid[0:180, 0:320].astype(np.float32)
    striped = (0.05 + 0.05 * np.sin(0.6 * rows + 0.3 * columns)).astype(np.float32)
    rng = np.random.default_rng(1)
    noise = np.fft.fft2(rng.standard_normal((180, 320)))
    pairs = np.hypot(np.fft.fftfreq(180)[:, np.newaxis], np.fft.fftfreq(320))
    labyrinth = np.fft.ifft2(noise * np.exp(-(((pairs - 0.11) / 0.008) ** 2))).real
    points = np.where(rng.random((180, 320)) > 0.97, 0.3, 0.002).astype(np.float32)
    edge = np.where(columns > 130, 0.1, 0.01).astype(np.float32)
    assert stripes(striped) > 0.8
    assert stripes((0.05 * (labyrinth > 0) + 0.003).astype(np.float32)) > 0.4
    assert stripes(points) < 0.3
    assert stripes(edge) < 0.3
    assert stripes(np.zeros((180, 320), np.float32)) == 0.0


def seen_of(*pictures) -> Seen:
    seen, before = Seen(), luminance(np.asarray(pictures[0], np.float32))
    for number, picture in enumerate(pictures):
        seen.add(float(number), np.asarray(picture, np.float32), before, before)
        before = luminance(np.asarray(picture, np.float32))
    return seen


def verdict(kind: str, seen: Seen, rule: str) -> bool:
    (row,) = [row for row in judged("x", kind, seen) if rule in row.name]
    return row.met


def test_each_rule_has_a_verdict_of_its_own():
    dark = np.zeros((90, 160, 3))
    lit = dark.copy()
    lit[20:40, 30:50] = np.array(C) * 0.4
    amber = dark.copy()
    amber[:30] = (0.5, 0.21, 0.02)
    assert not verdict("mosaic", seen_of(amber, amber), "12 share of amber")
    assert not verdict("mosaic", seen_of(dark, dark), "3 mean luminance")
    assert verdict("going out", seen_of(dark, dark), "3 mean luminance")
    assert not verdict("mosaic", seen_of(dark, lit), "9 rising together")
    assert verdict("mosaic", seen_of(lit, lit), "9 rising together")
    assert not verdict("mosaic", seen_of(np.full((90, 160, 3), 0.02)), "4 one dark region")
    assert not verdict("mosaic", seen_of(np.maximum(lit, lit[:, ::-1])), "5 mirror")
    assert verdict("mosaic", seen_of(lit), "5 mirror")


def test_critics_may_be_flat_and_bright():
    names = [row.name for row in judged("critics", "critics", seen_of(np.full((90, 160, 3), 0.1)))]
    assert not [name for name in names if "rule 4" in name or "rule 5" in name or "rule 13" in name]


def test_a_guard_that_cuts_breaks_the_rule_but_not_in_a_malfunction():
    seen = seen_of(np.zeros((90, 160, 3)))
    seen.strict.frames, seen.strict.cut = 100, 1
    assert not verdict("mosaic", seen, "strict")
    assert not [row for row in judged("x", "malfunction", seen) if "lit pixels cut" in row.name]


def test_the_last_act_must_not_outshine_the_first():
    dim, bright = np.full((90, 160, 3), 0.01), np.full((90, 160, 3), 0.03)
    fair = across({"mosaic": seen_of(dim), "symbiosis": seen_of(dim)})
    grand = across({"mosaic": seen_of(dim), "symbiosis": seen_of(bright)})
    assert next(row for row in fair if "last act" in row.name).met
    assert not next(row for row in grand if "last act" in row.name).met


def test_every_scene_of_the_score_is_a_part_in_its_branch():
    by_name = {part.name: part for part in parts()}
    assert {"mosaic, drifting", "mosaic, malfunction", "symbiosis, going out", "divide", "repair"} <= set(
        by_name
    )
    assert not by_name["divide"].heal
    assert by_name["repair"].heal
    assert by_name["reef"].odd
    assert all(part.end - part.start >= 10.0 for part in by_name.values())


def test_a_part_is_played_where_the_score_has_it():
    reef = next(part for part in parts() if part.name == "reef")
    seen = watch(reef, (160, 90), warm=0.5, counted=1.0)
    assert len(seen.means) == 4
    assert seen.standard.frames == seen.strict.frames == 20
    repair = next(part for part in parts() if part.name == "repair")
    assert watch(repair, (64, 36), warm=0.2, counted=0.3).means  # not what the other branch plays there
    with pytest.raises(RuntimeError, match="expected"):
        watch(Part("nothing", "reef", reef.start, reef.end), (160, 90), warm=0.0, counted=0.5)


def test_the_scripted_visitor_stays_in_the_frame_and_rests_at_first():
    places = np.array([walk(time / 10) for time in range(1200)])
    assert places.min() >= 0.05
    assert places.max() <= 0.95
    assert np.ptp(places[:40], axis=0).max() == 0.0
