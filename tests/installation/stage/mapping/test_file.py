"""What is saved is what the next start can read."""

import time
from dataclasses import replace
from pathlib import Path

from installation.show.mapping import NO_MAPPING, DisplayMapping
from installation.stage.mapping.file import MappingFile

VENUE = 'format = 1\n[[display]]\nname = "wall"  # of the barn\n'


def told(file: MappingFile) -> tuple[bool, str]:
    while not (said := file.told()):
        time.sleep(0.01)
    return said[0]


def test_a_mapping_that_no_start_could_read_is_not_written_and_why_is_told(tmp_path: Path) -> None:
    path = tmp_path / "room.toml"
    path.write_text(VENUE)
    file = MappingFile(path)

    file.save(["wall"], [DisplayMapping(mask=(((-4.4, 0.0), (1.0, 0.0), (0.5, 1.0)),))])
    good, words = told(file)
    assert not good
    assert "mask: expected polygons" in words
    assert path.read_text() == VENUE

    file.save(["wall"], [replace(NO_MAPPING, blend_gamma=2.0)])
    assert told(file)[0]
    assert path.read_text() == f"{VENUE.rstrip()}\n\n[display.mapping]\nblend_gamma = 2.0\n"
    file.take_back()
    assert told(file)[0]
    assert path.read_text() == VENUE
    file.close()
