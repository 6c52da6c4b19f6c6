import os
import threading
import time
from pathlib import Path

import msgspec
import numpy as np
import pytest

from installation.errors import MediaError
from installation.ipc.feeds.sound import Drive, SoundFile
from installation.sound import BLOCK, RATE, STATIONS
from installation.sound.playback import Playback, probe
from installation.sound.playback.ahead import AHEAD, Direct, ReadAhead
from installation.sound.playback.reader import Reader
from installation.sound.playback.resampler import Resampler
from tests.installation.sound.clicks import clicks
from tests.waiting import until

soundfile = pytest.importorskip("soundfile")

LONG = 20.0


def tone(rate: int, seconds: float, hertz: float = 440.0, level: float = 0.25) -> np.ndarray:
    return level * np.sin(2 * np.pi * hertz * np.arange(round(rate * seconds)) / rate)


def written(path: Path, samples: np.ndarray, rate: int = RATE, subtype: str | None = None) -> Path:
    soundfile.write(path, samples, rate, subtype=subtype)
    return path


def read(reader: Reader, blocks: int) -> np.ndarray:
    return np.concatenate([reader.read().samples for _ in range(blocks)], axis=1)


def values(name: str = "storm", **parameters: float) -> Drive:
    return Drive(
        frame=0, time=0.0, at=0.0, values={f"/sound/{name}/{key}": value for key, value in parameters.items()}
    )


def played(playback: Playback, blocks: int, **parameters: float) -> np.ndarray:
    playback.drive(values(**parameters))
    return np.concatenate([playback.render() for _ in range(blocks)], axis=1)


def one(path: Path, **keys: float) -> Playback:
    return Playback([SoundFile(name="storm", file=path.name, **keys)], str(path.parent), exact=True)


@pytest.mark.parametrize("rate", [44_100, 22_050, 96_000, 46_875, 192_000, RATE])
def test_another_rate_keeps_tones_and_time(rate: int) -> None:
    hertz = 0.4 * min(rate, RATE)
    resampler = Resampler(rate, 1)
    resampler.push(np.float32(tone(rate, 0.5, hertz, 1.0))[None])
    out = np.concatenate([resampler.pull(BLOCK)[0] for _ in range(80)])
    error = (out - tone(RATE, 1.0, hertz, 1.0)[: len(out)])[1000:]

    # White noise would be as loud as this error 90 dB below the tone.
    assert 10 * np.log10((error**2).mean() / 0.5) < -90.0


def test_what_is_above_half_of_our_rate_is_not_mirrored() -> None:
    resampler = Resampler(96_000, 1)
    resampler.push(np.float32(tone(96_000, 0.3, 30_000.0, 1.0))[None])

    assert np.abs(resampler.pull(12_000)[0, 1000:]).max() < 1e-4


@pytest.mark.parametrize(
    ("name", "limit"), [("a.wav", 1e-4), ("a.flac", 1e-4), ("a.ogg", 0.05), ("a.mp3", 0.05)]
)
def test_files_of_several_kinds_read_alike(tmp_path: Path, name: str, limit: float) -> None:
    path = written(tmp_path / name, np.stack([tone(44_100, 1.0), tone(44_100, 1.0, 660.0)], axis=1), 44_100)
    reader = Reader(path)
    found = read(reader, 100)[:, 4000:20_000]

    assert reader.channels == 2
    assert probe(path) == pytest.approx(1.0, abs=0.05)
    assert np.abs(found[0] - tone(RATE, 1.0)[4000:20_000]).max() < limit
    assert np.abs(found[1] - tone(RATE, 1.0, 660.0)[4000:20_000]).max() < limit
    reader.seek(20_001 / 44_100)
    late = read(reader, 20)[0]
    moment = 20_001 / 44_100 + np.arange(len(late)) / RATE
    assert np.abs(late - 0.25 * np.sin(2 * np.pi * 440.0 * moment))[200:].max() < limit
    reader.close()


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize("rate", [22_050, 44_100, RATE])
def test_an_mp3_goes_on_exactly_after_reads_jumps_and_laps(tmp_path: Path, rate: int, channels: int) -> None:
    noise = np.random.default_rng(rate).uniform(-0.3, 0.3, (rate, channels)) + tone(rate, 1.0)[:, None]
    path = written(tmp_path / "a.mp3", noise, rate)
    whole = soundfile.read(path, dtype="float32", always_2d=True)[0].T
    around = Resampler(rate, channels)
    around.push(np.concatenate([whole, whole, whole], axis=1))
    expected = np.concatenate([around.pull(BLOCK) for _ in range(2 * RATE // BLOCK)], axis=1)
    reader = Reader(path)
    found = read(reader, 2 * RATE // BLOCK)
    reader.seek(0.5)
    late = read(reader, RATE // BLOCK)

    # The first samples see the file's end before them, or nothing.
    assert np.abs(found - expected)[:, 200:].max() < 1e-4
    assert np.abs(late - expected[:, RATE // 2 :][:, : late.shape[1]])[:, 200:].max() < 1e-4


@pytest.mark.parametrize("rate", [RATE, 44_100, 96_000])
def test_round_and_round_there_is_no_gap(tmp_path: Path, rate: int) -> None:
    reader = Reader(written(tmp_path / "a.wav", tone(rate, 0.1), rate, "FLOAT"))  # 44 whole periods
    found = read(reader, 100)[0, 1000:]

    assert np.abs(found - tone(RATE, 1.0)[1000 : 1000 + len(found)]).max() < 1e-4


def test_a_reader_says_how_much_is_left(tmp_path: Path) -> None:
    reader = Reader(written(tmp_path / "a.wav", np.arange(1000.0) / 1000.0, RATE, "FLOAT"))
    first = reader.read()
    reader.seek(0.9)
    late = reader.read()

    assert (first.left, late.left) == (1000, 100)
    assert late.samples[0, 0] == pytest.approx(0.9)
    assert reader.read().left == 100 - BLOCK + 1000


def test_what_cannot_be_played_is_said(tmp_path: Path) -> None:
    broken = tmp_path / "broken.flac"
    broken.write_bytes(b"fLaC" + bytes(range(200)))
    text = tmp_path / "text.wav"
    text.write_text("no sound")
    empty = written(tmp_path / "empty.wav", np.zeros((0, 1)))
    wide = written(tmp_path / "wide.wav", np.zeros((10, 9)))
    slow = written(tmp_path / "slow.wav", np.zeros((10, 1)), 100)
    for path, said in (
        (tmp_path / "none.wav", "there is no file none.wav in"),
        (broken, "broken.flac: "),
        (text, "text.wav: format not recognised"),
        (empty, "empty.wav: it is empty"),
        (wide, "wide.wav: it has 9 channels"),
        (slow, "slow.wav: its rate is 100 Hz"),
        (tmp_path, "there is no file"),
    ):
        with pytest.raises(MediaError, match=said):
            probe(path)


def test_a_file_that_is_cut_off_goes_on_in_silence(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", np.full(10_000, 0.5), RATE, "FLOAT")
    path.write_bytes(path.read_bytes()[:20_000])
    found = read(Reader(path), 60)

    assert np.isfinite(found).all()
    assert found[0, 100] == 0.5


def test_what_is_no_number_in_a_file_is_silent(tmp_path: Path) -> None:
    samples = np.full(2000, 0.5)
    samples[[5, 600]] = np.nan, 1e30
    found = read(Reader(written(tmp_path / "a.wav", samples, RATE, "FLOAT")), 4)

    assert found[0, 5] == found[0, 600] == 0.0
    assert found[0, 6] == 0.5


def test_a_file_that_breaks_off_does_not_click(tmp_path: Path) -> None:
    path = written(tmp_path / "a.mp3", tone(44_100, 1.0) + 0.1, 44_100)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    heard = played(one(path), 250, play=1.0)

    assert clicks(heard) == []
    assert np.abs(heard[:, RATE // 4 : RATE // 2]).max() > 0.2
    assert not heard[:, round(0.9 * RATE) : round(0.99 * RATE)].any()


def test_a_flac_that_breaks_off_is_not_begun_again_and_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(
        tmp_path / "a.flac", tone(RATE, 2.0) + 0.1 * np.random.default_rng(1).standard_normal(2 * RATE)
    )
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    playback = one(path)
    heard = played(playback, 450, play=1.0)

    assert clicks(heard[2:3]) == []
    assert np.abs(heard[:, RATE // 2 : RATE]).max() > 0.2
    assert not heard[:, round(1.5 * RATE) : round(1.99 * RATE)].any()
    assert playback.unplayable == {}, "what is lost is tried again every 5 s, from its beginning"
    assert "a.flac breaks off after 1." in caplog.text


def test_a_file_that_is_overwritten_while_it_plays_fades_and_is_new_from_its_next_beginning_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path = written(tmp_path / "a.wav", tone(RATE, 2.0), RATE)
    other = written(tmp_path / "b.wav", tone(RATE, 1.5, 990.0, 0.1), RATE).read_bytes()
    playback = one(path)
    before = played(playback, 100, play=1.0)
    path.write_bytes(other)
    after = played(playback, 300, play=1.0)
    played(playback, 1, play=0.0)
    again = played(playback, 100, play=1.0)

    assert clicks(np.concatenate([before, after], axis=1)) == []
    assert not after[:, RATE // 4 : RATE].any()
    assert "it was overwritten while it played" in caplog.text
    assert np.abs(again[2, RATE // 8 :]).max() == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize("seconds", [0.5, 15.0])
def test_a_file_that_is_only_touched_plays_on(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, seconds: float
) -> None:
    path = written(tmp_path / "a.wav", tone(RATE, seconds), RATE, "FLOAT")
    playback = one(path)
    heard = [played(playback, 20, play=1.0, loop=1.0)]
    for moment in (1, 2):
        os.utime(path, (moment, moment))
        heard.append(played(playback, 200, play=1.0, loop=1.0))
    whole = np.concatenate(heard, axis=1)[2]

    assert np.abs(whole - tone(RATE, 3.0)[: len(whole)])[1000:].max() < 1e-4
    assert caplog.records == []


@pytest.mark.parametrize("place", [0.04, 0.5, 0.99])
def test_a_few_seconds_of_a_long_file_that_are_overwritten_are_noticed(tmp_path: Path, place: float) -> None:
    path = written(tmp_path / "a.wav", np.zeros(60 * RATE), RATE, "FLOAT")
    reader = Reader(path)
    reader.read()
    with path.open("r+b") as file:
        file.seek(round(place * path.stat().st_size))
        file.write(b"\1" * 2**19)
    os.utime(path, (1, 1))
    read(reader, 20)

    assert reader.reason == "a.wav: it was overwritten while it played"


@pytest.mark.parametrize(("rate", "channels"), [(RATE, 1), (RATE, 2), (44_100, 1)])
def test_a_loop_that_is_overwritten_is_silent_to_its_end_and_goes_on_with_the_new_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, rate: int, channels: int
) -> None:
    path = written(tmp_path / "a.wav", tone(RATE, 1.0), RATE)
    new = 0.1 * np.cos(2 * np.pi * 990.0 * np.arange(rate) / rate)  # begins loudly
    other = written(tmp_path / "b.wav", np.stack([new] * channels, axis=1), rate).read_bytes()
    playback = one(path)
    heard = [played(playback, 50, play=1.0, loop=1.0)]
    path.write_bytes(other)
    os.utime(path, (1, 1))
    heard.append(played(playback, 130, play=1.0, loop=1.0))
    said = dict(playback.unplayable)
    heard.append(played(playback, 600, play=1.0, loop=1.0))
    whole = np.concatenate(heard, axis=1)

    assert clicks(whole[:, : round(1.9 * RATE)]) == []
    assert not whole[:, RATE // 2 : RATE].any()
    for lap in (1, 2, 3):
        assert np.abs(whole[:, lap * RATE + RATE // 2 :][:, : RATE // 4]).max() == pytest.approx(
            0.1, abs=0.03
        )
    assert said == {"storm": "a.wav: it was overwritten while it played"}
    assert playback.unplayable == {}
    assert [record.levelname for record in caplog.records if record.levelname != "INFO"] == ["WARNING"]
    assert "sound storm is silent: a.wav: it was overwritten" in caplog.text


def test_a_thread_goes_on_with_what_was_overwritten_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("installation.sound.playback.ahead._AGAIN", 1000.0)
    path = written(tmp_path / "a.wav", np.full(3 * RATE, 0.1), RATE, "FLOAT")
    new = written(tmp_path / "b.wav", np.full(RATE, 0.2), RATE, "FLOAT").read_bytes()
    ahead = ReadAhead(path)
    ahead.restart(0.0)
    until(lambda: len(ahead._ready) == AHEAD)
    path.write_bytes(new)
    said = set()

    def renewed() -> bool:
        chunk = ahead.take()
        said.add(ahead.reason)
        return chunk is not None and bool(chunk.samples[0, -1] == np.float32(0.2))

    until(renewed)
    ahead.close()

    assert said == {"", "a.wav: it was overwritten while it played"}


@pytest.mark.parametrize("blocks", range(180, 192))
@pytest.mark.parametrize("first", [True, False])
def test_a_loop_that_is_switched_near_the_end_does_not_click(
    tmp_path: Path, blocks: int, first: bool
) -> None:
    playback = one(written(tmp_path / "a.wav", tone(RATE, 1.0) + 0.1, RATE, "FLOAT"))
    out = [played(playback, 1, play=0.0)]
    out += [
        played(playback, blocks, play=1.0, loop=float(first)),
        played(playback, 250, play=1.0, loop=float(not first)),
    ]

    whole = np.concatenate(out, axis=1)
    laps = clicks(whole)  # its end and its beginning do not fit: once for each lap
    assert [abs(place - BLOCK - RATE) < 4 for _, place, _ in laps] == [True] * len(laps)


@pytest.mark.parametrize("fade_in", [0.0, 0.005, 0.1])
@pytest.mark.parametrize("fade_out", [0.1, 0.25])
@pytest.mark.parametrize("rest", [1, 3, 5])
def test_what_is_played_again_while_it_fades_out_does_not_click(
    tmp_path: Path, fade_in: float, fade_out: float, rest: int
) -> None:
    samples = tone(RATE, 1.0)
    samples[:480] *= np.hanning(960)[:480]  # without a fade it begins as it is
    playback = one(written(tmp_path / "a.wav", samples, RATE, "FLOAT"), fade_in=fade_in, fade_out=fade_out)
    steps = [(2, 0.0), (40, 1.0), (rest, 0.0), (3, 1.0), (rest, 0.0), (40, 1.0)]
    out = [played(playback, blocks, play=play) for blocks, play in steps]

    assert clicks(np.concatenate(out, axis=1)) == []
    first, again = out[1], out[5]
    assert again[:, BLOCK:].tobytes() == first[:, :-BLOCK].tobytes(), "it begins as it did, a block later"


@pytest.mark.parametrize("seconds", [0.004, 0.012])
def test_a_short_loop_that_is_switched_off_and_on_does_not_click(tmp_path: Path, seconds: float) -> None:
    hertz = round(seconds * 440.0 + 0.5) / seconds
    playback = one(written(tmp_path / "a.wav", tone(RATE, seconds, hertz), RATE, "FLOAT"))
    steps = [(40, 1.0), (2, 0.0), (40, 1.0)]
    out = [played(playback, blocks, play=1.0, loop=loop) for blocks, loop in steps]

    assert clicks(np.concatenate(out, axis=1)[:, 10 * BLOCK :]) == []


def test_what_is_played_again_in_its_last_block_begins_again(tmp_path: Path) -> None:
    playback = one(written(tmp_path / "a.wav", tone(RATE, 20 * BLOCK / RATE), RATE, "FLOAT"))
    played(playback, 18, play=1.0)
    played(playback, 1, play=0.0)

    assert np.abs(played(playback, 12, play=1.0)[2, -BLOCK:]).max() == pytest.approx(0.25, abs=0.01)


def test_a_short_loop_ends_as_if_it_were_stopped(tmp_path: Path) -> None:
    playback = one(written(tmp_path / "a.wav", tone(RATE, 100 / RATE, 480.0), RATE, "FLOAT"))
    out = [played(playback, 50, play=1.0, loop=1.0), played(playback, 80, play=1.0)]

    assert clicks(np.concatenate(out, axis=1)) == []
    assert np.abs(out[0][:, -BLOCK:]).max() > 0.2
    assert not out[1][:, -BLOCK:].any()


def test_a_short_file_is_as_loud_as_it_is(tmp_path: Path) -> None:
    playback = one(written(tmp_path / "a.wav", tone(RATE, 0.005, 2000.0), RATE, "FLOAT"), fade_in=0.0)

    assert np.abs(played(playback, 4, play=1.0)[2, :120]).max() == pytest.approx(0.25, abs=0.01)


def test_what_begins_in_the_midst_of_a_file_does_not_click_even_without_a_fade(tmp_path: Path) -> None:
    playback = one(written(tmp_path / "a.wav", tone(RATE, 1.0), RATE, "FLOAT"), fade_in=0.0)
    before = played(playback, 2, play=0.0, seek=0.301)

    assert clicks(np.concatenate([before, played(playback, 20, play=1.0, seek=0.301)], axis=1)) == []


def test_values_that_are_no_numbers_are_left_out(tmp_path: Path) -> None:
    playback = one(written(tmp_path / "a.wav", tone(RATE, 1.0), RATE, "FLOAT"))
    nothing = float("nan")
    played(playback, 4, play=1.0)
    heard = played(playback, 20, play=1.0, level=nothing, azimuth=float("inf"), seek=nothing, loop=nothing)

    assert np.isfinite(heard).all()
    assert np.abs(heard[2, -BLOCK:]).max() == pytest.approx(0.25, abs=0.01)


def test_it_begins_when_play_goes_on_and_ends_with_the_file(tmp_path: Path) -> None:
    playback = one(written(tmp_path / "a.wav", tone(RATE, 0.5), RATE, "FLOAT"))
    before = played(playback, 10, play=0.0)
    during = played(playback, 100, play=1.0)
    again = played(playback, 10, play=1.0)
    played(playback, 1, play=0.0)
    once_more = played(playback, 100, play=1.0)

    assert before.shape == (len(STATIONS), 10 * BLOCK)
    assert not before.any()
    assert np.abs(during[2] - tone(RATE, 1.0)[: during.shape[1]])[1000:20_000].max() < 1e-6
    assert not during[:, RATE // 2 + BLOCK :].any()
    assert not again.any()
    assert once_more.tobytes() == during.tobytes()


def test_it_loops_jumps_and_is_turned_down_without_a_click(tmp_path: Path) -> None:
    playback = one(written(tmp_path / "a.wav", tone(44_100, 1.0), 44_100, "FLOAT"))
    on = {"play": 1.0, "loop": 1.0}
    out = [
        played(playback, 300, **on),
        played(playback, 30, **on, seek=0.37),
        played(playback, 80, **on, seek=0.81, level=-12.0),
        played(playback, 80, **on, azimuth=-20.0, seek=0.81),
        played(playback, 200, play=0.0, loop=1.0),
        played(playback, 30, **on),
        played(playback, 200, play=1.0, loop=0.0, seek=0.99),
    ]
    whole = np.concatenate(out, axis=1)
    bend = np.abs(np.diff(whole, 2, axis=1)).max()

    assert np.abs(out[0][2, -RATE // 2 :]).max() == pytest.approx(0.25, abs=0.001)
    assert np.abs(out[2][2, -1000:]).max() == pytest.approx(0.25 * 10 ** (-12 / 20), rel=0.1)
    assert np.abs(out[3][1, -1000:]).max() > 10 * np.abs(out[3][2, -1000:]).max()
    assert not out[4][:, -BLOCK:].any()
    assert not out[6][:, -BLOCK:].any()
    # A fade of one block bends a tone a little more than its own curve; a cut would do so by its amplitude.
    assert bend < 4.0 * 0.25 * (2 * np.pi * 440.0 / RATE) ** 2


def test_it_jumps_where_seek_says_whenever_that_changes(tmp_path: Path) -> None:
    ramp = np.arange(10 * RATE) / (10 * RATE)  # each sample says where it stands
    playback = one(written(tmp_path / "a.wav", ramp, RATE, "FLOAT"))
    played(playback, 10, play=0.0, seek=0.5)
    begun = played(playback, 20, play=1.0, seek=0.5)[2, -1]
    jumped = played(playback, 20, play=1.0, seek=0.2)[2, -1]
    stopped = played(playback, 100, play=0.0, seek=0.2)
    again = played(playback, 20, play=1.0, seek=0.2)[2, -1]
    restarted = [played(playback, 2, play=0.0, seek=0.2), played(playback, 21, play=1.0, seek=0.2)][1][2, -1]

    block = BLOCK / (10 * RATE)
    assert begun == pytest.approx(0.5 + 20 * block, abs=1e-4)
    assert jumped == pytest.approx(0.2 + 19 * block, abs=1e-4)
    assert not stopped[:, -BLOCK:].any()
    assert again == pytest.approx(0.2 + 20 * block, abs=1e-4)
    assert restarted == pytest.approx(0.2 + 20 * block, abs=1e-4)


def test_a_file_that_ends_loudly_does_not_click(tmp_path: Path) -> None:
    playback = one(written(tmp_path / "a.wav", np.full(RATE // 4, 0.5), RATE, "FLOAT"), fade_in=0.02)
    out = played(playback, 60, play=1.0)

    assert out.max() == pytest.approx(0.5)
    assert np.abs(np.diff(out, axis=1)).max() < 0.005


def test_the_channels_of_a_file_stand_beside_each_other(tmp_path: Path) -> None:
    samples = np.zeros((RATE, 2))
    samples[:, 0], samples[:, 1] = tone(RATE, 1.0), tone(RATE, 1.0, 660.0)
    playback = one(written(tmp_path / "a.wav", samples, RATE, "FLOAT"), width=40.0)
    out = played(playback, 100, play=1.0, azimuth=20.0)[:, 1000:]

    # -20 and 20 degrees around 20: the stations at 0 and 40 degrees.
    assert np.abs(out).max(axis=1) == pytest.approx([0, 0, 0.25, 0, 0.25, 0, 0, 0], abs=1e-3)
    assert np.abs(out[2] - tone(RATE, 1.0)[1000 : 1000 + out.shape[1]]).max() < 1e-6


def test_a_lost_file_is_silent_and_told(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    playback = one(tmp_path / "none.wav")
    out = played(playback, 20, play=1.0)

    assert not out.any()
    assert "none.wav" in playback.lost()["storm"]
    assert [record.message for record in caplog.records if "storm" in record.message] == [
        f"sound storm is silent: there is no file none.wav in {tmp_path}"
    ]


def test_a_file_that_was_replaced_is_what_plays_next(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", np.full(RATE, 0.1), RATE, "FLOAT")
    playback = one(path)
    before = played(playback, 20, play=1.0)
    written(tmp_path / "b.wav", np.full(RATE, 0.2), RATE, "FLOAT").replace(path)
    played(playback, 100, play=0.0)
    after = played(playback, 20, play=1.0)

    assert (before[2, -1], after[2, -1]) == (np.float32(0.1), np.float32(0.2))


def test_a_file_that_is_replaced_while_it_rests_is_read_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("installation.sound.playback.ahead._AGAIN", 0.02)
    path = written(tmp_path / "a.wav", np.full(RATE, 0.1), RATE, "FLOAT")
    ahead = ReadAhead(path)
    ahead.restart(0.0)
    until(lambda: len(ahead._ready) == AHEAD)
    written(tmp_path / "b.wav", np.full(RATE, 0.2), RATE, "FLOAT").replace(path)
    until(lambda: bool(ahead._ready) and ahead._ready[0].samples[0, 5] == np.float32(0.2))
    ahead.close()


def test_nobody_waits_while_the_disk_is_asked_for_a_newer_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, answer, done = threading.Event(), threading.Event(), threading.Event()
    monkeypatch.setattr("installation.sound.playback.ahead._AGAIN", 0.02)
    ahead = ReadAhead(written(tmp_path / "a.wav", tone(RATE, 0.2)))
    ahead.restart(0.0)
    until(lambda: len(ahead._ready) == AHEAD)

    def hang(path: Path) -> tuple[int, int, int]:
        del path
        asked.set()
        answer.wait(60.0)
        return (0, 0, 0)

    def render() -> None:
        ahead.take()
        ahead.restart(0.5)
        done.set()

    monkeypatch.setattr("installation.sound.playback.ahead.stamp", hang)
    try:
        assert asked.wait(60.0)
        threading.Thread(target=render, daemon=True).start()
        assert done.wait(10.0), "the render thread waits for the disk"
    finally:
        answer.set()
        ahead.close()


def test_another_list_of_files_lets_the_old_ones_fade_out(tmp_path: Path) -> None:
    written(tmp_path / "b.wav", tone(RATE, 1.0), RATE, "FLOAT")
    playback = one(written(tmp_path / "a.wav", tone(RATE, 1.0), RATE, "FLOAT"))
    before = played(playback, 30, play=1.0, loop=1.0)
    playback.follow([SoundFile(name="other", file="b.wav")], str(tmp_path))
    after = np.concatenate([playback.render() for _ in range(60)], axis=1)

    assert np.abs(after[:, :2000]).max() > 0.1
    assert np.abs(np.diff(np.concatenate([before, after], axis=1), axis=1)).max() < 0.02
    assert not after[:, 13_000:].any()


def test_a_thread_reads_the_same_as_who_reads_directly(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", np.stack([tone(44_100, 0.7)] * 2, axis=1), 44_100)
    ahead, direct = ReadAhead(path), Direct(path)
    for share in (0.0, 0.5, 0.25):
        ahead.restart(share)
        direct.restart(share)
        for _ in range(AHEAD + 20):
            chunk = ahead.take()
            while chunk is None:
                time.sleep(0.001)
                chunk = ahead.take()
            wanted = direct.take()
            assert wanted is not None
            assert chunk.samples.tobytes() == wanted.samples.tobytes()
            assert chunk.left == wanted.left
    ahead.close()
    direct.close()

    until(lambda: not [one for one in threading.enumerate() if "a.wav" in one.name])


def test_a_thread_reads_no_further_ahead_than_a_second(tmp_path: Path) -> None:
    ahead = ReadAhead(written(tmp_path / "a.wav", tone(RATE, 0.2)))
    ahead.restart(0.0)
    until(lambda: len(ahead._ready) == AHEAD)
    time.sleep(0.05)

    assert len(ahead._ready) == AHEAD
    ahead.close()


def test_a_file_that_is_not_read_in_time_fades_out_and_in_again(tmp_path: Path) -> None:
    path = written(tmp_path / "a.wav", tone(RATE, 1.0), RATE, "FLOAT")
    playback = one(path)
    deck = playback._decks["storm"]
    take, late = deck._source.take, set(range(20, 26))
    asked = iter(range(1000))
    deck._source.take = lambda: None if next(asked) in late else take()  # type: ignore[method-assign]
    out = played(playback, 60, play=1.0)[2]

    assert playback.late() == len(late)
    assert np.abs(np.diff(out)).max() < 0.02
    assert not out[21 * BLOCK : 24 * BLOCK].any()
    assert np.abs(out[40 * BLOCK : 50 * BLOCK]).max() == pytest.approx(0.25, abs=0.001)


def test_a_lost_file_that_comes_back_is_played(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("installation.sound.playback.ahead._AGAIN", 0.02)
    playback = Playback([SoundFile(name="storm", file="a.wav")], str(tmp_path))
    playback.drive(values(play=1.0, loop=1.0))
    until(lambda: bool(playback.lost()))
    written(tmp_path / "b.wav", tone(RATE, 1.0)).rename(tmp_path / "a.wav")
    until(lambda: bool(playback.render().any()))

    assert playback.lost() == {}
    playback.close()


@pytest.mark.parametrize("exact", [True, False])
def test_whoever_comes_late_goes_on_where_a_file_would_be(tmp_path: Path, exact: bool) -> None:
    ramp = np.arange(10 * RATE) / (10 * RATE)  # each sample says where it stands
    path = written(tmp_path / "a.wav", ramp, RATE, "FLOAT")
    late = Playback([SoundFile(name="storm", file=path.name)], str(tmp_path), exact=exact)
    drive = values(play=1.0, seek=0.2)
    late.drive(msgspec.structs.replace(drive, played={"storm": 3.0}))
    until(lambda: late.render().any(), "it plays")
    late.drive(msgspec.structs.replace(drive, played={"storm": 3.1}))
    at = float(np.abs(late.render()[2]).max())
    late.close()

    assert 0.5 < at < 0.52


def test_a_file_that_ended_meanwhile_stays_silent_and_a_loop_goes_on(tmp_path: Path) -> None:
    ramp = np.arange(2 * RATE) / (2 * RATE)
    path = written(tmp_path / "a.wav", ramp, RATE, "FLOAT")
    heard = {}
    for loop in (0.0, 1.0):
        late = one(path)
        late.drive(msgspec.structs.replace(values(play=1.0, loop=loop), played={"storm": 5.0}))
        heard[loop] = np.concatenate([late.render() for _ in range(20)], axis=1)[2]

    assert not heard[0.0].any()
    assert heard[1.0][-1] == pytest.approx(0.5 + 20 * BLOCK / (2 * RATE), abs=1e-3)


def test_a_deck_that_plays_already_does_not_jump_to_what_is_told(tmp_path: Path) -> None:
    ramp = np.arange(10 * RATE) / (10 * RATE)
    playback = one(written(tmp_path / "a.wav", ramp, RATE, "FLOAT"))
    played(playback, 10, play=1.0)
    playback.drive(msgspec.structs.replace(values(play=1.0), played={"storm": 6.0}))

    assert playback.render()[2, -1] == pytest.approx(11 * BLOCK / (10 * RATE), abs=1e-4)


def test_a_loop_that_was_found_again_plays_its_lap_to_the_end(tmp_path: Path) -> None:
    ramp = np.arange(2 * RATE) / (2 * RATE)
    late = one(written(tmp_path / "a.wav", ramp, RATE, "FLOAT"))
    late.drive(msgspec.structs.replace(values(play=1.0, loop=1.0), played={"storm": 5.0}))
    out = np.concatenate([late.render() for _ in range(20)] + [played(late, 160, play=1.0)], axis=1)[2]

    assert out.max() > 0.95
