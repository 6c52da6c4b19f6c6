import numpy as np
import pytest

from installation.bench.ears.signals import applause, noise, speech
from installation.sound import RATE
from installation.sound.ears import Ears
from tests.installation.sound.ears.sounds import Samples, hear, sine


def mean(name: str, samples: Samples) -> float:
    return float(np.mean([one.values[name] for one in hear(Ears(1), samples)[470:]]))


def test_speech_is_like_a_voice_and_not_like_applause() -> None:
    samples = speech(7.0, np.random.default_rng(1))

    assert mean("voice", samples) > 0.5
    assert mean("applause", samples) < 0.2


def test_applause_is_like_applause_and_not_like_a_voice() -> None:
    samples = applause(7.0, np.random.default_rng(1))

    assert mean("applause", samples) > 0.6
    assert mean("voice", samples) < 0.2


@pytest.mark.parametrize("colour", ["pink", "white", "room"])
def test_noise_is_like_neither(colour: str) -> None:
    samples = noise(colour, 6 * RATE, np.random.default_rng(1)) * np.float32(0.03)

    assert mean("voice", samples) < 0.1
    assert mean("applause", samples) < 0.1


def test_a_voice_needs_both_a_pitch_and_syllables() -> None:
    t = np.arange(6 * RATE) / RATE
    syllables = np.maximum(np.sin(2.0 * np.pi * 4.5 * t), 0.05)
    slow = np.maximum(np.sin(2.0 * np.pi * 0.8 * t), 0.05)
    pitched = sum(sine(150.0 * n, 6.0, 0.1 / n) for n in range(1, 12))
    hiss = noise("pink", 6 * RATE, np.random.default_rng(1)) * np.float32(0.05)

    assert mean("voice", (pitched * syllables).astype(np.float32)) > 0.5
    assert mean("voice", (pitched * slow).astype(np.float32)) < 0.25
    assert mean("voice", (hiss * syllables).astype(np.float32)) < 0.25


def test_both_fall_in_silence() -> None:
    ears = Ears(1)
    hear(ears, speech(5.0, np.random.default_rng(1)))
    last = hear(ears, np.concatenate([np.zeros(5 * RATE, np.float32), sine(100.0, 0.01, 0.0)]))[-1].values

    assert last["voice"] < 0.02
    assert last["applause"] < 0.02
