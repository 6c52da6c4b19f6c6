"""What the picture says of the calibration while its mode is off."""

import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from installation.show import load_venue
from installation.show.mapping import NO_MAPPING
from installation.stage.hud import Hud
from installation.stage.mapping import Calibration

VENUE = 'format = 1\n[[display]]\nname = "wall"\n'


def test_a_save_that_fails_after_the_mode_was_left_is_told_on_the_picture(tmp_path: Path) -> None:
    path, hud = tmp_path / "room.toml", Hud()
    path.write_text(VENUE)
    production = SimpleNamespace(written=None, venue=load_venue(str(path)))
    parts: Any = SimpleNamespace(production=production, window=None)
    player: Any = SimpleNamespace(picture=None)
    calibration = Calibration(player, parts, hud)
    path.write_text(VENUE.replace("wall", "floor"))

    file = calibration._file
    assert file is not None
    file.save(["wall"], [NO_MAPPING])
    while not hud.calibrating and file.busy:
        calibration.frame()
        time.sleep(0.01)
    calibration.close()

    assert 'display 1 of the file is not "wall" any more' in hud.calibrating[0]
