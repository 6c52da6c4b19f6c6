"""Our own output removed from the microphone, in a synthetic room whose parts are known one by one.

The output of the canceller minus what it should have kept is what it has left of our own output.
"""

from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from installation.bench.cancel.room import Signal, erle, level, path, people, pink, played_in, whole
from installation.sound import BLOCK, RATE
from installation.sound.ears.cancel import Canceller, _Filter

SEED = 20261129


@dataclass
class Heard:
    """One run: our output at the microphone, what else is there, and what the canceller made of both."""

    echo: Signal
    others: Signal
    out: NDArray[np.float32]
    canceller: Canceller

    @property
    def left(self) -> Signal:
        return self.out - self.others

    def erle(self, start: float, end: float) -> float:
        return erle(self.echo, self.left, start, end)


def run(
    echo: Signal,
    others: Signal,
    reference: Signal,
    canceller: Canceller | None = None,
) -> Heard:
    canceller = canceller or Canceller(1)
    heard = (echo + others).astype(np.float32)[None]
    played = np.atleast_2d(reference).astype(np.float32)
    out = np.empty_like(heard)
    for at in range(0, heard.shape[1], BLOCK):
        out[:, at : at + BLOCK] = canceller.process(heard[:, at : at + BLOCK], played[:, at : at + BLOCK])
    return Heard(echo, others, out[0], canceller)


def noise(random: np.random.Generator, echo: Signal, below: float = 20.0) -> Signal:
    """The noise of a room, so many decibels below our output."""
    return np.asarray(random.standard_normal(len(echo)) * echo.std() * 10 ** (-below / 20))


def test_twenty_decibels_in_a_room_that_decays_in_0_4_seconds_while_people_speak() -> None:
    random = np.random.default_rng(SEED)
    ours = 0.1 * pink(random, whole(8.0))
    echo = played_in(path(random), ours, latency=0.03)
    talk = people(random, len(ours)) * echo.std()
    talk[: whole(4.0)] = talk[whole(6.0) :] = 0.0

    heard = run(echo, noise(random, echo) + talk, ours)

    assert heard.erle(3.0, 4.0) > 20.0
    assert heard.erle(4.0, 6.0) > 17.0  # people as loud as we are
    assert heard.erle(7.0, 8.0) > 20.0
    assert heard.canceller.reduction_db > 10.0  # as far as the others let it be seen
    assert abs(heard.canceller.delay - 0.034) < 0.004


@pytest.mark.parametrize("latency", [0.13, 0.4])
def test_a_late_device_is_found_and_followed(latency: float) -> None:
    random = np.random.default_rng(SEED)
    ours = 0.1 * pink(random, whole(6.0))
    echo = played_in(path(random), ours, latency)

    heard = run(echo, noise(random, echo), ours)

    assert abs(heard.canceller.delay - latency - 0.004) < 0.004
    assert heard.erle(5.0, 6.0) > 20.0


def test_a_changed_path_is_learnt_again_in_two_seconds() -> None:
    random = np.random.default_rng(SEED)
    ours = 0.1 * pink(random, whole(8.0))
    echo = played_in(path(random), ours)
    other = played_in(path(random), ours)
    echo[whole(4.0) :] = other[whole(4.0) :]

    heard = run(echo, noise(random, echo), ours)

    assert heard.erle(3.0, 4.0) > 20.0
    assert heard.erle(6.0, 7.0) > 18.0


def test_two_loudspeakers_with_different_sound_are_two_references() -> None:
    random = np.random.default_rng(SEED)
    ours = 0.1 * np.stack([pink(random, whole(8.0)), pink(random, whole(8.0))])
    ours[1] += 0.5 * ours[0]
    echo = played_in(path(random), ours[0]) + played_in(path(random), ours[1])

    assert run(echo, noise(random, echo), ours).erle(6.0, 8.0) > 18.0


def test_four_loudspeakers_become_two_references() -> None:
    random = np.random.default_rng(SEED)
    left, right = (0.1 * pink(random, whole(6.0)) for _ in range(2))
    echo = played_in(path(random), left) + played_in(path(random), right)

    heard = run(echo, noise(random, echo), np.stack([left / 2, right, left / 2, 0 * right]))

    assert heard.erle(5.0, 6.0) > 15.0


def test_speech_of_our_own_leaves_what_others_say() -> None:
    random = np.random.default_rng(SEED)
    ours = 0.1 * people(random, whole(10.0))
    echo = played_in(path(random), ours)
    talk = people(np.random.default_rng(7), len(ours)) * 2 * echo.std()
    talk[: whole(5.0)] = 0.0

    heard = run(echo, noise(random, echo, 30.0) + talk, ours)

    kept = slice(whole(6.0), whole(10.0))
    assert level(heard.left[kept]) < level(talk[kept]) - 15.0


def test_what_we_do_not_play_passes_untouched() -> None:
    random = np.random.default_rng(SEED)
    talk = people(random, whole(1.0)) * 0.1
    silence = np.zeros_like(talk)

    heard = run(silence, talk, silence)

    np.testing.assert_array_equal(heard.out, talk.astype(np.float32))
    assert heard.canceller.reduction_db == 0.0


def loudest_gain(before: Signal, after: Signal) -> float:
    """Most decibels that any tenth of a second has gained."""
    step = whole(0.1)
    spans = range(0, len(before) - step + 1, step)
    return max(level(after[at : at + step]) - level(before[at : at + step]) for at in spans)


def test_it_never_adds_what_was_not_there() -> None:
    random = np.random.default_rng(SEED)
    count = whole(6.0)
    ours = 0.3 * people(random, count)
    cases = {
        "nothing of ours": 0.05 * people(np.random.default_rng(1), count),
        "mirrored": -played_in(path(random), ours)
        * np.sign(np.sin(2 * np.pi * 2.1 * np.arange(count) / RATE)),
        "jumps": played_in(path(random), np.roll(ours, 9000)) * (np.arange(count) % 40_000 < 20_000)
        + 0.001 * random.standard_normal(count),
    }
    cases["cut off"] = played_in(path(random), ours) + 0.001 * random.standard_normal(count)
    cases["cut off"][whole(3.0) :] = 0.001 * random.standard_normal(count - whole(3.0))
    for name, microphone in cases.items():
        heard = run(microphone, 0 * microphone, ours)
        assert np.isfinite(heard.out).all(), name
        assert loudest_gain(microphone + 1e-6, heard.out) < 2.5, name
        assert level(heard.out) < level(microphone) + 0.2, name


def test_broken_samples_do_not_stay() -> None:
    random = np.random.default_rng(SEED)
    ours = 0.1 * pink(random, whole(6.0))
    echo = played_in(path(random), ours)
    broken, told = ours.copy(), echo.copy()
    broken[whole(2.0) : whole(2.0) + 50] = np.nan
    broken[whole(2.1) : whole(2.1) + 50] = 1e30
    told[whole(2.2) : whole(2.2) + 50] = -np.inf

    heard = run(told, np.zeros_like(told), broken)

    assert np.isfinite(heard.out).all()
    assert erle(echo, heard.out, 5.0, 6.0) > 20.0


@pytest.mark.parametrize(("gate", "left"), [(1.0, 0.0), (0.5, -6.0)])
def test_the_gate_lets_our_output_through_again(gate: float, left: float) -> None:
    random = np.random.default_rng(SEED)
    ours = 0.1 * pink(random, whole(4.0))
    echo = played_in(path(random), ours)
    canceller = Canceller(1)
    canceller.gate = gate

    heard = run(echo, 0 * echo, ours, canceller)

    span = slice(whole(3.0), whole(4.0))
    assert level(heard.out[span]) - level(echo[span]) == pytest.approx(left, abs=1.0)
    assert canceller.reduction_db > 20.0  # it goes on to learn


def test_each_microphone_has_its_own_path_and_two_runs_are_equal() -> None:
    random = np.random.default_rng(SEED)
    ours = (0.1 * pink(random, whole(4.0))).astype(np.float32)[None]
    heard = np.stack([played_in(path(random), ours[0]), 0.3 * played_in(path(random), ours[0])])
    heard = heard.astype(np.float32)
    runs = []
    for _ in range(2):
        canceller = Canceller(2)
        spans = [slice(at, at + BLOCK) for at in range(0, ours.shape[1], BLOCK)]
        runs.append(np.hstack([canceller.process(heard[:, span], ours[:, span]) for span in spans]))

    np.testing.assert_array_equal(runs[0], runs[1])
    for before, after in zip(heard, runs[0], strict=True):
        assert erle(before, after, 3.0, 4.0) > 20.0


def test_one_microphone_on_two_channels_is_worked_out_once_and_both_go_on_when_they_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    counted: list[int] = []
    whole_process = _Filter.process

    def process(self: _Filter, heard: NDArray[np.float32], gate: float) -> NDArray[np.float32]:
        counted[-1] += 1
        return whole_process(self, heard, gate)

    monkeypatch.setattr(_Filter, "process", process)
    random = np.random.default_rng(SEED)
    ours = 0.1 * pink(random, whole(3.0))
    echo = played_in(path(random), ours)
    one, two = Canceller(1), Canceller(2)
    for number, at in enumerate(range(0, len(ours) // BLOCK * BLOCK, BLOCK)):
        reference = ours[None, at : at + BLOCK].astype(np.float32)
        heard = echo[None, at : at + BLOCK].astype(np.float32)
        both = np.concatenate([heard, heard])
        if number > 400:
            both[1] += random.standard_normal(BLOCK).astype(np.float32) * np.float32(1e-5)
        counted.append(0)
        made = two.process(both, reference)
        assert counted[-1] == (2 if number > 400 else 1)
        expected = one.process(heard, reference)[0]
        assert np.array_equal(made[0], expected)
        assert np.abs(made[1] - expected).max() < 1e-3
    assert two.reduction_db == pytest.approx(one.reduction_db, abs=1.0)
    assert one.reduction_db > 15.0


def test_a_gap_of_digital_silence_is_not_taken_for_one_microphone_on_two_channels() -> None:
    random = np.random.default_rng(SEED)
    ours = (0.1 * pink(random, whole(4.0))).astype(np.float32)[None]
    heard = np.stack([played_in(path(random), ours[0]), 0.3 * played_in(path(random), ours[0])])
    heard = heard.astype(np.float32)
    gap = whole(3.0) // BLOCK * BLOCK
    heard[:, gap : gap + BLOCK] = 0.0
    canceller = Canceller(2)
    spans = [slice(at, at + BLOCK) for at in range(0, ours.shape[1], BLOCK)]
    left = np.hstack([canceller.process(heard[:, span], ours[:, span]) for span in spans])

    for before, after in zip(heard, left, strict=True):
        assert erle(before, after, 3.2, 4.0) > 15.0
