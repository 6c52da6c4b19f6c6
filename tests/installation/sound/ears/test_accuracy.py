"""Accuracy on made sounds, a few of those of ``bench ears``, with another seed than it measures with."""

import numpy as np
import pytest

from installation.bench.ears import hear
from installation.bench.ears.score import Score, match, tempo_is
from installation.bench.ears.signals import onset_sounds, tempo_sounds

SEED = 11


def test_onsets_of_all_kinds_of_notes_are_found_in_noise_too() -> None:
    found = {sound.name: match(hear(sound.samples).onsets, sound.onsets) for sound in onset_sounds(6.0, SEED)}
    soft = {name: score for name, score in found.items() if name.startswith("soft")}
    sharp = [score for name, score in found.items() if name not in soft]

    assert sum(sharp, Score()).f > 0.97
    assert sum(soft.values(), Score()).f > 0.85


@pytest.mark.parametrize("tempo", [70, 110, 160])
def test_tempo_and_beats_of_drums_and_strings_are_found(tempo: int) -> None:
    sounds = [sound for sound in tempo_sounds(16.0, SEED, (tempo,)) if sound.group != "changing"]
    heard = [hear(sound.samples) for sound in sounds]
    beats = (
        match([at for at in times.beats if at > 9.0], sound.beats[sound.beats > 9.0], 0.07)
        for sound, times in zip(sounds, heard, strict=True)
    )

    assert [tempo_is(float(np.median(one.tempi[-400:])), tempo) for one in heard].count("right") >= 8
    assert sum(beats, Score()).f > 0.9
