"""What a technician reads of the picture's guard: why it stepped in, where, and what was playing."""

from pathlib import Path

import pytest

from installation.clock import ManualClock
from installation.ipc.options import StageOptions
from installation.player.build import build_player
from installation.player.production import read_production
from installation.render.gl.context import Context
from installation.stage.guard_log import GuardLog

FLASH = """/*{"ISFVSN": "2", "INPUTS": [{"NAME": "glow", "TYPE": "float"}]}*/
void main() {
    bool there = isf_FragNormCoord.x < 0.3 && isf_FragNormCoord.y > 0.7;
    gl_FragColor = vec4(vec3(0.3 + (there ? 0.7 * step(0.5, fract(TIME * 5.0)) : 0.0)), 1.0);
}
"""
FPS = 30


@pytest.mark.gl
def test_a_flash_in_a_corner_is_told_with_its_corner_its_scene_and_its_cue(
    small_show: Path, tmp_path: Path, context: Context
) -> None:
    (small_show / "plain.fs").write_text(FLASH)
    (small_show / "show.toml").write_text(
        'format = 1\ntitle = "Flash"\n[scene.corner]\nshader = "plain.fs"\n'
    )
    (small_show / "cues.toml").write_text('format = 1\n[[cue]]\nid = "7"\nscene = "corner"\n')
    venue = tmp_path / "venue.toml"
    venue.write_text(
        'format = 1\ntitle = "Wall"\n[canvas]\nwidth = 128\nheight = 72\nmetres_per_height = 2.0\n'
        "[guard]\nviewing_distance = 3.0\n"
    )
    options = StageOptions(show=str(small_show), venue=str(venue), cue="7")
    production = read_production(options)
    player = build_player(production, options, ManualClock(1 / FPS), context)
    player.stand_at("7")
    guarding = GuardLog(player, production.venue)
    assert player.picture is not None
    try:
        for frame in range(5 * FPS):
            player.step([], frame / FPS)
            guarding.see(frame / FPS)
        said = guarding.status()
    finally:
        player.picture.release()

    assert 1 <= said.interventions <= 2  # soft edges may let it rest for a moment
    last = said.last
    assert last is not None
    assert (last.cause, last.where, last.during) == ("window", "top left", "scene corner, cue 7")
    assert set(last.causes) >= {"window", "start"}
    assert last.reduction < 1.0
