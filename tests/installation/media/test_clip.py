import random
import threading
import time
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from installation.errors import MediaError
from installation.media import Clip, ClipDecoder, Playhead, Shown, probe
from installation.media.clip_decoder import AHEAD
from tests.clips import HEIGHT, WIDTH, number_of, write_clip

RATE = 30
FRAMES = 50
LONG = 10.0


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_clip(tmp_path_factory.mktemp("clips") / "clip.mp4", FRAMES, RATE)


def shown_number(shown: Shown | None) -> int:
    assert shown is not None
    return number_of(shown.pixels[::-1])


def until(true: object, seconds: float = LONG) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if true():  # type: ignore[operator]
            return True
        time.sleep(0.01)
    return False


def test_a_clip_says_what_it_is(clip: Path) -> None:
    facts = probe(clip)

    assert facts.size == (WIDTH, HEIGHT)
    assert facts.length == pytest.approx(FRAMES / RATE, abs=0.01)
    assert (facts.rate, facts.codec) == (RATE, "h264")


@pytest.mark.parametrize(("name", "codec"), [("a.mkv", "libx264"), ("a.avi", "mpeg4"), ("a.webm", "libvpx")])
def test_other_containers_and_codecs_read_the_same(tmp_path: Path, name: str, codec: str) -> None:
    if codec not in av.codecs_available:
        pytest.skip(f"this PyAV has no {codec}")
    written = write_clip(tmp_path / name, 20, RATE, codec)
    read = Clip(written)

    try:
        for number in (0, 1, 7, 12, 19):
            found = read.read(number / RATE)
            assert found is not None
            assert number_of(found[1][::-1]) == number
        assert read.read(LONG) is None
    finally:
        read.close()


def test_colours_are_those_that_were_encoded(clip: Path) -> None:
    read = Clip(clip)
    found = read.read(0.0)
    read.close()

    assert found is not None
    low, high = found[1][HEIGHT // 4], found[1][3 * HEIGHT // 4]  # rows go up
    assert np.abs(low[80].astype(int) - (180, 40, 40, 255)).max() <= 6
    assert np.abs(high[80].astype(int) - (40, 40, 40, 255)).max() <= 6


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "there is no file"), (b"no video at all" * 99, "cannot be decoded"), (b"", "cannot be decoded")],
)
def test_what_is_no_video_is_told_in_words(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "odd.mp4"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(MediaError, match=words):
        probe(path)


def test_a_sound_file_and_a_picture_that_is_too_large_are_refused(tmp_path: Path, clip: Path) -> None:
    sound = tmp_path / "sound.wav"
    with av.open(str(sound), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), "s16", "mono")
        frame.rate = 8000
        for packet in stream.encode(frame):
            container.mux(packet)

    with pytest.raises(MediaError, match="has no video"):
        probe(sound)
    with pytest.raises(MediaError, match="largest side is 100"):
        probe(clip, 100)


def test_a_damaged_file_plays_over_the_damage(tmp_path: Path, clip: Path) -> None:
    raw = bytearray(clip.read_bytes())
    middle = len(raw) // 2
    raw[middle : middle + 200] = random.Random(3).randbytes(200)
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(raw)
    read = Clip(damaged)

    try:
        found = [read.read(number / RATE) for number in range(FRAMES)]
    finally:
        read.close()
    assert sum(one is not None for one in found) > FRAMES // 2


@pytest.mark.parametrize("codec", ["mpeg4", "libx264"])
@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi", "a.ts"])
def test_any_damage_is_a_media_error_or_plays(tmp_path: Path, name: str, codec: str) -> None:
    whole = write_clip(tmp_path / name, 12, RATE, codec).read_bytes()
    chance = random.Random(name + codec)
    broken = tmp_path / f"broken-{name}"
    outcomes = set()
    for _ in range(60):
        raw = bytearray(whole)
        for _ in range(chance.choice((1, 4, 40))):
            raw[chance.randrange(len(raw) if chance.random() < 0.5 else 600)] = chance.randrange(256)
        broken.write_bytes(raw[: chance.randrange(len(raw)) if chance.random() < 0.3 else len(raw)])
        try:
            read = Clip(broken)
        except MediaError:
            outcomes.add("refused")
            continue
        try:
            for number in range(12):
                found = read.read(number / RATE)
                outcomes.add("end" if found is None else "read")
            read.seek(0.2)
            read.read(0.2)
        except MediaError:
            outcomes.add("lost")
        finally:
            read.close()
    assert {"refused", "read"} <= outcomes


def test_each_frame_of_a_film_is_the_frame_of_its_time_over_several_laps(clip: Path) -> None:
    decoder = ClipDecoder(clip)
    try:
        numbers = [shown_number(decoder.take(Playhead(0, i / RATE), LONG)) for i in range(2 * FRAMES + 9)]
    finally:
        decoder.close(LONG)

    assert numbers == [i % FRAMES for i in range(2 * FRAMES + 9)]


def test_faster_than_filmed_leaves_out_and_slower_repeats(clip: Path) -> None:
    decoder = ClipDecoder(clip)
    try:
        fast = [shown_number(decoder.take(Playhead(0, 3 * i / RATE), LONG)) for i in range(12)]
        slow = [shown_number(decoder.take(Playhead(1, i / RATE / 4 + 0.001), LONG)) for i in range(12)]
        far = shown_number(decoder.take(Playhead(1, 20 * FRAMES / RATE + 0.1), LONG))
    finally:
        decoder.close(LONG)

    assert fast == [3 * i for i in range(12)]
    assert slow == [i // 4 for i in range(12)]
    length = probe(clip).length
    assert far == int((20 * FRAMES / RATE + 0.1) % length * RATE + 1e-6)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(jumps=st.lists(st.integers(0, FRAMES - 1), min_size=1, max_size=12))
def test_any_jumps_land_on_their_frame(clip: Path, jumps: list[int]) -> None:
    decoder = ClipDecoder(clip)
    try:
        for epoch, number in enumerate(jumps):
            assert shown_number(decoder.take(Playhead(epoch, number / RATE), LONG)) == number
    finally:
        decoder.close(LONG)


def test_without_loop_the_last_frame_stays(clip: Path) -> None:
    decoder = ClipDecoder(clip)
    end = probe(clip).length - 0.001
    try:
        assert shown_number(decoder.take(Playhead(0, end, loop=False), LONG)) == FRAMES - 1
        assert decoder.report().state == "ended"
        assert shown_number(decoder.take(Playhead(1, 0.0, loop=False), LONG)) == 0
    finally:
        decoder.close(LONG)


def test_taking_never_waits_unless_asked_and_decodes_a_bounded_number_ahead(clip: Path) -> None:
    decoder = ClipDecoder(clip)
    try:
        assert shown_number(decoder.take(Playhead(0, 0.0), LONG)) == 0
        assert until(lambda: len(decoder._queue) == AHEAD)
        for i in range(1000):
            decoder.take(Playhead(0, i / 1e6))
        time.sleep(0.1)
        assert len(decoder._queue) == AHEAD
    finally:
        decoder.close(LONG)


def test_at_rest_it_holds_one_frame_only(clip: Path) -> None:
    decoder = ClipDecoder(clip)
    try:
        decoder.take(Playhead(0, 1.0), LONG)
        decoder.rest()
        assert until(lambda: len(decoder._queue) == 1)
        assert decoder.report().state == "resting"
        assert shown_number(decoder.take(Playhead(7, 0.0), LONG)) == 0
    finally:
        decoder.close(LONG)


def test_a_missing_file_is_lost_and_found_as_soon_as_it_comes(tmp_path: Path, clip: Path) -> None:
    path = tmp_path / "later.mp4"
    decoder = ClipDecoder(path)
    try:
        assert until(lambda: decoder.report().state == "lost")
        assert "there is no file later.mp4" in decoder.report().reason
        assert decoder.take(Playhead(0, 0.0)) is None
        path.write_bytes(clip.read_bytes())
        assert until(lambda: decoder.report().state != "lost")
        assert shown_number(decoder.take(Playhead(0, 5 / RATE), LONG)) == 5
    finally:
        decoder.close(LONG)


def test_a_replaced_file_is_played_from_then_on(tmp_path: Path, clip: Path) -> None:
    path = tmp_path / "edited.mp4"
    path.write_bytes(clip.read_bytes())
    other = write_clip(tmp_path / "other.mp4", 20, RATE, first=100)
    decoder = ClipDecoder(path)
    try:
        assert shown_number(decoder.take(Playhead(0, 3 / RATE), LONG)) == 3
        other.replace(path)
        assert until(lambda: shown_number(decoder.take(Playhead(0, 3 / RATE), 0.5)) == 103)
    finally:
        decoder.close(LONG)


def test_closing_ends_the_thread(clip: Path) -> None:
    before = threading.active_count()
    decoder = ClipDecoder(clip)
    decoder.take(Playhead(0, 0.5), LONG)
    decoder.close(LONG)
    decoder.close(LONG)

    assert until(lambda: threading.active_count() <= before)
