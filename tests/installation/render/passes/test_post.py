"""From scene light to picture light."""

import numpy as np
import pytest

from installation.bench.look.measures import tone
from installation.render import Host
from installation.render.passes.post import Post
from tests.installation.render.pixels import picture, pixels

pytestmark = pytest.mark.gl

SIZE = (64, 36)


@pytest.fixture(params=["fast", "high"])
def post(context, request):
    made = Post(Host(context), SIZE, request.param)
    yield made
    made.release()


def flat(context, colour):
    return picture(context, np.broadcast_to(np.float32([*colour, 1.0]), (SIZE[1], SIZE[0], 4)))


@pytest.mark.parametrize("colour", [(0.0, 0.0, 0.0), (0.03, 0.1, 0.26), (0.12, 0.87, 1.0), (3.0, 9.0, 30.0)])
def test_the_shader_draws_the_law_that_is_written_in_numpy(context, post, colour):
    drawn = pixels(post.apply(flat(context, colour)))[..., :3]
    assert np.abs(drawn - tone(np.array(colour))).max() < 2e-3


def test_black_stays_black(context, post):
    assert pixels(post.apply(flat(context, (0.0, 0.0, 0.0))))[..., :3].max() < 1e-6


def test_not_a_number_becomes_black_and_does_not_spread(context, post):
    scene = np.zeros((SIZE[1], SIZE[0], 4), np.float32)
    scene[18, 32] = np.nan
    scene[9, 9, :3] = np.inf
    drawn = pixels(post.apply(picture(context, scene)))[..., :3]
    assert np.isfinite(drawn).all()
    assert drawn[18, 50].max() < 1e-3 or drawn[18, 32].max() <= drawn[9, 9].max()


@pytest.mark.parametrize("quality", ["fast", "high"])
def test_bloom_scatters_light_and_neither_makes_nor_loses_much(context, quality):
    post = Post(Host(context), (512, 288), quality)
    scene = np.zeros((288, 512, 4), np.float32)
    scene[140:148, 250:258, :3] = 0.1
    bloom = pixels(post._bloom(picture(context, scene)))[..., 0]
    assert bloom.mean() == pytest.approx(scene[..., 0].mean(), rel=0.3)
    assert 0.0 < bloom[len(bloom) // 2, round(0.6 * bloom.shape[1])] < 0.002
    post.release()


def test_encoded_pictures_are_only_decoded(context, post):
    drawn = pixels(post.apply(flat(context, (0.5, 0.04, 1.0)), "encoded"))[0, 0]
    assert drawn[:3] == pytest.approx([0.21404, 0.003096, 1.0], abs=1e-3)


def test_nothing_is_left_when_it_is_released(context):
    before = dict(context.objects)
    made = Post(Host(context), SIZE)
    made.apply(flat(context, (1.0, 1.0, 1.0)))
    made.release()
    assert dict(context.objects) == before
