"""The guard leaves our own scenes as they are: beauty is not what it is there to take away."""

import math

import numpy as np
import pytest

from installation import isf, paths
from installation.render.gl.context import Context
from installation.render.isf_host.host import Host
from installation.render.passes.guard import Guard
from installation.render.passes.medium import Medium, Tables
from installation.render.passes.post import Post
from installation.show.venue_model import GuardSettings
from installation.stories import Fonts, table_of, write
from installation.values import Frame

pytestmark = pytest.mark.gl

SIZE = (96, 54)
RATES = {"sea-sparkle": 12}
"""Frames a second where 8 are too few: what swims stirs too little water to be seen."""
SCENES = sorted((paths.shaders() / "scenes").glob("*.fs"))


def hand(time: float) -> tuple[float, float]:
    """Somebody who stirs, slowly and then faster."""
    speed = 0.9 if time < 4.0 else 2.2
    return 0.5 + 0.25 * math.sin(speed * time), 0.5 + 0.2 * math.sin(1.4 * speed * time)


def told() -> Tables:
    """Two stories, for scenes that write."""
    fonts = Fonts(system=False)
    texts = "We shared one umbrella and both got wet.", "The tree I planted is taller than I am now."
    stories = [story for text in texts if (story := write(text, fonts)) is not None]
    return Tables(stories=table_of(stories), ink=[story.ink for story in stories])


@pytest.mark.parametrize("path", SCENES, ids=lambda path: path.stem)
def test_a_scene_of_ours_changes_by_less_than_two_thousandths(path):
    context, rate = Context.create((64, 36)), RATES.get(path.stem, 8)
    host = Host(context)
    scene, post = host.load(isf.parse(path), SIZE), Post(host, SIZE)
    guard = Guard(context, SIZE, GuardSettings(), texel="f4")
    named = {one.name for one in scene.shader.inputs}
    reads = scene.shader.reads
    medium, tables = Medium(host, SIZE), told() if "ink" in reads else Tables()
    shared = {}
    changes, brightest, contrast = [], 0.0, 1.0
    for index in range(5 * rate):
        time = index / rate
        values = {"hand": hand(time)} if "hand" in named else {}
        if reads:
            room = medium.draw(Frame(index, time, 1 / rate), [scene.shader], tables)
            shared = {name: room[name] for name in reads}
        plain = post.apply(scene.draw(Frame(index, time, 1 / rate), values | shared), scene.shader.color)
        guarded = guard.apply(plain, 1 / rate)
        if time < 3.0:  # it comes up from black
            continue
        was = np.frombuffer(plain.read(), np.float16).reshape(-1, 4)[:, :3].astype(np.float32)
        now = np.frombuffer(guarded.read(), np.float32).reshape(-1, 4)[:, :3]
        changes.append(float(np.abs(now - np.clip(was, 0.0, 1.0)).mean()))
        brightest = max(brightest, float(now.max()))
        contrast = min(contrast, guard.report().contrast)
    medium.release()
    context.release()
    # Nobody is in this room, and points are drawn dimmer where a pixel is larger than they are.
    assert brightest > 0.015, "something is there"
    assert np.mean(changes) <= 0.002
    assert contrast == 1.0, "our scenes are no stripes"
