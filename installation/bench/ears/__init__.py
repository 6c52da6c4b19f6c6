"""The ears against aubio: onsets, tempo and beats of sounds that are known, and the CPU of both.

aubio (its kept fork, ``aubio-ledfx``, extra ``peers``) works with a transform of 512 and a hop of 256, as the
goal says; its default method for onsets is told beside the best of all its methods on these very sounds. Ours
was set with another seed than the one that is measured.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from installation.bench import Row, interleave
from installation.bench.ears.score import Score, match, tempo_is
from installation.bench.ears.signals import Sound, applause, music, noise, onset_sounds, speech, tempo_sounds
from installation.sound import BLOCK, RATE
from installation.sound.ears import Ears

__all__ = ["Times", "hear", "run"]

SEED = 7
METHODS = ("default", "energy", "hfc", "complex", "phase", "wphase", "specdiff", "kl", "mkl", "specflux")
CLEAN = 40
"""Decibels of the sounds at which delays are measured."""
MOST_DELAY = BLOCK / RATE + 0.003
SETTLED = 8.0
"""Seconds after which beats count, for both."""

Samples = NDArray[np.float32]


@dataclass
class Times:
    """What was found in one sound: seconds, and beats a minute once a hop."""

    onsets: list[float] = field(default_factory=list)
    beats: list[float] = field(default_factory=list)
    tempi: list[float] = field(default_factory=list)
    voice: list[float] = field(default_factory=list)
    applause: list[float] = field(default_factory=list)

    def tempo(self, changing: bool) -> float:
        """What is said at the end, or over the second half; 1 where nothing was said."""
        said = self.tempi[-1:] if changing else self.tempi[len(self.tempi) // 2 :]
        return max(float(np.median(said)), 1.0) if said else 1.0


def run() -> Sequence[Row]:
    """Accuracy and delay, then CPU."""
    onsets, tempi = list(onset_sounds(seed=SEED)), list(tempo_sounds(seed=SEED))
    return [*_onset_rows(onsets), *_tempo_rows(tempi), *_likeness_rows(), *_speed_rows(onsets, tempi)]


def _blocks(samples: Samples) -> Iterator[Samples]:
    for begin in range(0, samples.size - BLOCK + 1, BLOCK):
        yield samples[begin : begin + BLOCK]


def hear(samples: Samples) -> Times:
    """What our ears find; an onset counts at the end of the hop that tells it."""
    ears, times = Ears(1), Times()
    for number, block in enumerate(_blocks(samples), start=1):
        at = number * BLOCK / RATE
        heard = ears.hear(block[None], at)
        values = heard.values
        if heard.onsets:
            times.onsets.append(at)
        if values["beat/rise"] > 0.0:
            times.beats.append(at - values["beat"] * 60.0 / values["tempo"])
        times.tempi.append(values["tempo"])
        times.voice.append(values["voice"])
        times.applause.append(values["applause"])
    return times


def _peer_onsets(samples: Samples, method: str) -> list[float]:
    import aubio

    onset = aubio.onset(method, 2 * BLOCK, BLOCK, RATE)
    return [float(onset.get_last_s()) for block in _blocks(samples) if onset(block)]


def _peer_tempo(samples: Samples) -> Times:
    import aubio

    tempo, times = aubio.tempo("default", 2 * BLOCK, BLOCK, RATE), Times()
    for block in _blocks(samples):
        if tempo(block):
            times.beats.append(float(tempo.get_last_s()))
        times.tempi.append(float(tempo.get_bpm()))
    return times


def _onset_rows(sounds: Sequence[Sound]) -> Iterator[Row]:
    ours = [(sound, hear(sound.samples).onsets) for sound in sounds]
    peer = {method: [(sound, _peer_onsets(sound.samples, method)) for sound in sounds] for method in METHODS}
    best = max(METHODS, key=lambda method: _summed(peer[method]).f)
    for group in ("", *dict.fromkeys(sound.group for sound in sounds)):
        mine, default, top = (_summed(found, group) for found in (ours, peer["default"], peer[best]))
        yield Row(
            name=f"ears: onsets, F-measure within 50 ms, {group or 'all'}",
            ours=mine.f,
            peer=top.f,
            floor=None,
            unit="",
            peer_name=f"aubio {best}",
            ratio=mine.f / top.f if top.f else float("inf"),
            goal=">= 1.0",
            met=mine.f >= top.f,
            note=f"precision {mine.precision:.3f}, recall {mine.recall:.3f}; aubio default {default.f:.3f}",
        )
    yield _delay_row(ours)


def _summed(found: Sequence[tuple[Sound, list[float]]], group: str = "") -> Score:
    scores = (match(times, sound.onsets) for sound, times in found if group in ("", sound.group))
    return sum(scores, Score())


def _delay_row(ours: Sequence[tuple[Sound, list[float]]]) -> Row:
    delays = [
        times[np.searchsorted(times, onset)] - onset
        for sound, times in ours
        if sound.group in ("clicks", "plucks", "bursts") and f", {CLEAN} dB" in sound.name
        for onset in sound.onsets
        if times and times[-1] >= onset
    ]
    inside = np.array([delay for delay in delays if delay < 0.05])
    share = float(np.mean(inside <= MOST_DELAY))
    return Row(
        name=f"ears: onsets of clean sharp sounds told within a hop + 3 ms ({1e3 * MOST_DELAY:.1f} ms)",
        ours=share,
        peer=0.0,
        floor=None,
        unit="share",
        peer_name="bound",
        ratio=share,
        goal=f"= 1; median {1e3 * np.median(inside):.1f} ms, latest {1e3 * inside.max():.1f} ms",
        met=share >= 1.0,
    )


def _tempo_rows(sounds: Sequence[Sound]) -> Iterator[Row]:
    ours = [(sound, hear(sound.samples)) for sound in sounds]
    peer = [(sound, _peer_tempo(sound.samples)) for sound in sounds]
    for group in ("", *dict.fromkeys(sound.group for sound in sounds)):
        mine, theirs = (_verdicts(found, group) for found in (ours, peer))
        yield _share_row(
            f"ears: tempo within 4 %, {group or 'all'}",
            mine["right"],
            theirs["right"],
            f"octave errors: ours {mine['octave']:.3f}, aubio {theirs['octave']:.3f}",
        )
        mine_f, their_f = (_beats(found, group).f for found in (ours, peer))
        yield _share_row(f"ears: beats, F-measure within 70 ms, {group or 'all'}", mine_f, their_f)


def _verdicts(found: Sequence[tuple[Sound, Times]], group: str) -> dict[str, float]:
    words = [
        tempo_is(times.tempo(sound.group == "changing"), sound.tempo)
        for sound, times in found
        if group in ("", sound.group)
    ]
    return {word: words.count(word) / len(words) for word in ("right", "octave", "wrong")}


def _beats(found: Sequence[tuple[Sound, Times]], group: str) -> Score:
    scores = (
        match([at for at in times.beats if at > SETTLED], sound.beats[sound.beats > SETTLED], 0.07)
        for sound, times in found
        if group in ("", sound.group)
    )
    return sum(scores, Score())


def _share_row(name: str, ours: float, peer: float, note: str = "") -> Row:
    ratio = ours / peer if peer else float("inf")
    return Row(name, ours, peer, None, "", "aubio", ratio, ">= 1.0", ours >= peer, note)


def _likeness_rows() -> Iterator[Row]:
    """Mean likelihoods of what it is and of what it is not."""
    random = np.random.default_rng(SEED)
    count = 10 * RATE
    quiet = np.float32(0.05)
    talking = {"speech": speech(10.0, random), "speech in pink noise": speech(10.0, random)}
    talking["speech in pink noise"] += quiet * np.float32(0.6) * noise("pink", count, random)
    clapping = {f"{people} people": applause(10.0, random, people) for people in (10, 40, 150)}
    beats = np.arange(0.3, 10.0, 0.5)
    neither = {
        f"{colour} noise": noise(colour, count, random) * quiet for colour in ("pink", "white", "room")
    }
    neither |= {
        f"{style} music": music(style, beats, 0.5, 10.0, 30.0, random) for style in ("drums", "plucked")
    }
    for name, yes, no in (
        ("voice", talking, {**clapping, **neither}),
        ("applause", clapping, {**talking, **neither}),
    ):
        these, others = (
            {what: float(np.mean(getattr(hear(samples), name)[470:])) for what, samples in sounds.items()}
            for sounds in (yes, no)
        )
        least, most = min(these.values()), max(others.values())
        yield Row(
            name=f"ears: {name}, least of what it is less most of what it is not",
            ours=least - most,
            peer=0.0,
            floor=None,
            unit="",
            peer_name="bound",
            ratio=least - most,
            goal="> 0.1; " + ", ".join(f"{what} {value:.2f}" for what, value in {**these, **others}.items()),
            met=least - most > 0.1,
        )


def _speed_rows(onsets: Sequence[Sound], tempi: Sequence[Sound]) -> Iterator[Row]:
    """CPU a hop on notes, music and noise, one channel; aubio with the goal's transform and with ours."""
    parts = [sound.samples[: 6 * RATE] for sound in (*onsets[::4], *tempi[::20])]
    parts.append(noise("pink", 10 * RATE, np.random.default_rng(SEED)) * np.float32(0.03))
    blocks = list(_blocks(np.concatenate(parts)))
    shaped = [block[None] for block in blocks]

    def ours() -> None:
        ears = Ears(1)
        for block in shaped:
            ears.hear(block, 0.0)

    mine, small, large = interleave([ours, _peer_job(blocks, 512), _peer_job(blocks, 1024)], clock="thread")
    for size, peer in ((512, small), (1024, large)):
        yield Row(
            name="ears: all analysis, CPU a hop of 256",
            ours=1e6 * mine / len(blocks),
            peer=1e6 * peer / len(blocks),
            floor=None,
            unit="us",
            peer_name=f"aubio pvoc + onset + tempo, transform of {size}",
            ratio=mine / peer,
            goal="<= 0.5" + ("" if size == 512 else " (ours transforms 1,024 too)"),
            met=mine <= 0.5 * peer,
        )


def _peer_job(blocks: Sequence[Samples], size: int) -> Callable[[], None]:
    import aubio

    def job() -> None:
        vocoder = aubio.pvoc(size, BLOCK)
        onset = aubio.onset("default", size, BLOCK, RATE)
        tempo = aubio.tempo("default", size, BLOCK, RATE)
        for block in blocks:
            vocoder(block)
            onset(block)
            tempo(block)

    return job
