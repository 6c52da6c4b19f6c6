"""What a show says of its sound files, the parameters that come of it, and what is wrong with it."""

from pathlib import Path

import pytest

from installation.errors import ShowError
from installation.ipc.feeds.sound import SoundFile
from installation.player.sound.files import file_parameters
from installation.show import load_show, load_venue
from installation.show.model import Show
from installation.stage.sound.setup import setup_of

HEAD = 'format = 1\npanic = 3.5\n[scene.one]\nshader = "plain.fs"\n'


def show(folder: Path, sounds: str) -> Show:
    (folder / "plain.fs").write_text("")
    (folder / "show.toml").write_text(HEAD + sounds)
    return load_show(folder)


def wrong(folder: Path, sounds: str) -> list[str]:
    with pytest.raises(ShowError) as caught:
        show(folder, sounds)
    return [str(one).removeprefix(f"{folder}/") for one in caught.value.findings]


def test_each_key_is_a_default_of_its_parameter_or_is_told_to_the_sound_process(tmp_path: Path) -> None:
    made = show(
        tmp_path,
        '[sound.storm]\nfile = "sounds/storm.flac"\nplay = true\nlevel = -12\nazimuth = -90\nloop = true\n'
        "seek = 0.25\nwidth = 60\nfade_in = 2\nfade_out = 4\n"
        '[sound.door]\nfile = "door.wav"\n',
    )
    defaults = {one.address: (*one.default, one.minimum[0], one.maximum[0]) for one in file_parameters(made)}

    assert defaults == {
        "/sound/storm/play": (1.0, 0.0, 1.0),
        "/sound/storm/level": (-12.0, -60.0, 12.0),
        "/sound/storm/azimuth": (-90.0, -180.0, 180.0),
        "/sound/storm/loop": (1.0, 0.0, 1.0),
        "/sound/storm/seek": (0.25, 0.0, 1.0),
        "/sound/door/play": (0.0, 0.0, 1.0),
        "/sound/door/level": (0.0, -60.0, 12.0),
        "/sound/door/azimuth": (0.0, -180.0, 180.0),
        "/sound/door/loop": (0.0, 0.0, 1.0),
        "/sound/door/seek": (0.0, 0.0, 1.0),
    }
    setup = setup_of(made, load_venue("laptop"), seed=1)
    assert (setup.folder, setup.panic) == (str(tmp_path), 3.5)
    assert setup.sounds == (
        SoundFile(name="storm", file="sounds/storm.flac", width=60.0, fade_in=2.0, fade_out=4.0),
        SoundFile(name="door", file="door.wav"),
    )


@pytest.mark.parametrize(
    ("sounds", "said"),
    [
        ('[sound.x]\nfile = ""\n', "show.toml:6:8: file: this names no file"),
        ('[sound.x]\nfile = "."\n', "show.toml:6:8: file: this names no file"),
        ("[sound.a]\n", "show.toml:5:8: sound a has no `file`"),
        ('[sound.a]\nfile = "a.wav"\nlevel = 20\n', "show.toml:7:9: level: expected a number -60..12"),
        ('[sound.a]\nfile = "a.wav"\nspeed = 2\n', "show.toml:7:1: sound a has no key `speed`"),
        (
            '[sound.level]\nfile = "a.wav"\n',
            "show.toml:5:8: sound: /sound/level is the loudness of our own output",
        ),
        ('[sound.loop]\nfile = "a.wav"\n', "show.toml:5:8: sound: /sound/loop is the acoustic loop"),
        ('[sound."a b"]\nfile = "a.wav"\n', 'show.toml:5:8: sound: "a b" is not a name'),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(tmp_path: Path, sounds: str, said: str) -> None:
    found = wrong(tmp_path, sounds)

    assert len(found) == 1, found
    assert found[0].startswith(said), found
