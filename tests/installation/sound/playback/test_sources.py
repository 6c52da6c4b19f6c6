"""Sound files in a show: checked, moved by a cue, heard beside the voice."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest

from installation.ipc.feeds.sound import Drive, Setup, SoundFile
from installation.player.sound.drive import Drives
from installation.show import load_show
from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.playback import sound_findings
from installation.sound.sources import Sources
from installation.values import Command
from tests.installation.player.test_player import make

soundfile = pytest.importorskip("soundfile")


class Hum:
    """A voice: a constant on one station."""

    sounding = 2
    refused = 0
    unplayable: Mapping[str, str] = MappingProxyType({})

    def __init__(self, setup: Setup) -> None:
        self.setups = [setup]
        self.driven: list[Drive] = []
        self.closed = False

    def follow(self, setup: Setup) -> None:
        self.setups.append(setup)

    def drive(self, drive: Drive) -> None:
        self.driven.append(drive)

    def render(self) -> np.ndarray:
        made = np.zeros((len(STATIONS), BLOCK), np.float32)
        made[0] = 0.5
        return made

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def thunder(small_show: Path) -> Path:
    """A show with a sound file, which its first cue plays."""
    time = np.arange(RATE) / RATE
    soundfile.write(
        small_show / "thunder.wav", 0.25 * np.sin(2 * np.pi * 100.0 * time), RATE, subtype="FLOAT"
    )
    show = small_show / "show.toml"
    show.write_text(show.read_text() + '\n[sound.thunder]\nfile = "thunder.wav"\nlevel = -6\n')
    cues = small_show / "cues.toml"
    first, second = cues.read_text().split('"/scene/one/glow" = 0.5\n', 1)
    cues.write_text(f'{first}"/scene/one/glow" = 0.5\n"/sound/thunder/play" = true\n{second}')
    return small_show


def test_a_cue_plays_a_sound_file_beside_the_voice(thunder: Path) -> None:
    player = make(thunder)
    drives = Drives(player, [])
    setup = Setup(folder=str(thunder), sounds=(SoundFile(name="thunder", file="thunder.wav"),))
    sources = Sources(Hum, setup, exact=True)

    def heard(*orders: Command) -> np.ndarray:
        player.step(orders, 0.0)
        sources.drive(drives.of(0.0))
        return np.concatenate([sources.render() for _ in range(20)], axis=1)

    before = heard()
    assert (before[0] == 0.5).all()
    assert not before[1:].any()
    assert sources.sounding == 2
    during = heard(Command("go", (), "test", 0.0))
    assert (during[0] == 0.5).all()
    assert np.abs(during[2]).max() == pytest.approx(0.25 * 10 ** (-6 / 20), rel=0.01)
    assert sources.sounding == 3


def test_sources_follow_and_close_together(thunder: Path) -> None:
    made: list[Hum] = []

    def voice(setup: Setup) -> Hum:
        made.append(Hum(setup))
        return made[-1]

    first, second = Setup(), Setup(folder=str(thunder), sounds=(SoundFile(name="a", file="none.wav"),))
    sources = Sources(voice, first)
    sources.follow(second)
    sources.close()

    assert made[0].setups == [first, second]
    assert made[0].closed


def test_a_file_that_cannot_be_played_is_a_finding_at_its_place(thunder: Path) -> None:
    assert sound_findings(load_show(thunder)) == []
    (thunder / "thunder.wav").write_bytes(b"RIFF no")
    with (thunder / "show.toml").open("a") as show:
        show.write('[sound.wind]\nfile = "wind.flac"\n')
    findings = [str(one).removeprefix(f"{thunder}/") for one in sound_findings(load_show(thunder))]

    lines = (thunder / "show.toml").read_text().splitlines()
    at = [index for index, line in enumerate(lines, 1) if line.startswith("file = ")]
    assert [one.split(" ", 1)[0] for one in findings] == [f"show.toml:{line}:8:" for line in at]
    assert "sound thunder: thunder.wav: " in findings[0]
    assert "sound wind: there is no file wind.flac in" in findings[1]
    assert all("give a WAV, FLAC, Ogg or MP3 file next to show.toml" in one for one in findings)


def test_a_film_has_the_file_beside_the_voice(thunder: Path) -> None:
    pytest.importorskip("signalflow")
    from installation.sound.offline import chain_of

    setup = Setup(folder=str(thunder), sounds=(SoundFile(name="thunder", file="thunder.wav"),), seed=3)

    def film(play: float) -> np.ndarray:
        chain = chain_of(setup)
        chain.drive(Drive(frame=0, time=0.0, at=0.0, values={"/sound/thunder/play": play}))
        chain.order(150)
        sound = np.concatenate(chain.ready(everything=True), axis=1)
        chain.close()
        return sound

    with_it = film(1.0)
    heard = np.abs(np.fft.rfft((with_it - film(0.0)).mean(axis=0)))

    assert np.fft.rfftfreq(with_it.shape[1], 1.0 / RATE)[heard.argmax()] == pytest.approx(100.0, abs=2.0)
