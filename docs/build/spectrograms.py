"""Draws what the acts sound like: ``python -m docs.build.spectrograms [FOLDER [NAME ...]]``."""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from installation.bench.voice.loudness import loudness_over_time
from installation.bench.voice.score import FPS, PlayedScore
from installation.bench.voice.spectrogram import spectrogram
from installation.sound import BLOCK, RATE
from installation.sound.voice import Voice, load

__all__ = ["heard"]

WIDTH, HEIGHT, COLUMNS = 400, 150, 3
SECONDS, BEFORE = 30.0, 12.0
# Scene, and where in the score its 30 s begin; with a name of its own where a scene is shown twice.
STRETCHES = (
    ("sea-sparkle", 40.0), ("mosaic", 150.0), ("strata", 290.0), ("critics", 370.0), ("order", 440.0),
    ("drifting", 495.0), ("malfunction", 568.0), ("rally", 690.0), ("backfire", 725.0), ("ledger", 762.0),
    ("choice", 820.0), ("repair", 890.0), ("divide", 930.0), ("stories", 1030.0), ("symbiosis", 1290.0),
    ("going out", 1395.0), ("mycelium", 1500.0), ("reef", 1500.0), ("night", 1700.0),
)  # fmt: skip


def heard(place: float, seconds: float, *, heal: bool = True, odd: bool = False) -> npt.NDArray[np.float32]:
    """The sound of a stretch of the score, begun a little before so that patches have come in."""
    score = PlayedScore(heal=heal, odd=odd)
    begins = max(place - BEFORE, 0.0)
    voice = Voice(load(b""), 1)
    out: list[npt.NDArray[np.float32]] = []
    try:
        for drive in score.frames(begins, place + seconds - begins):
            voice.drive(drive)
            while len(out) * BLOCK / RATE < (drive.frame + 1) / FPS - begins:
                out.append(voice.render())
    finally:
        voice.close()
    return np.concatenate(out, 1)[:, round((place - begins) * RATE) :]


def main(folder: Path, names: list[str]) -> None:
    """Draw the sheet, and print how loud each is."""
    tiles = []
    for name, place in STRETCHES:
        if names and name not in names:
            continue
        samples = heard(place, SECONDS, heal=name != "divide", odd=name == "reef")
        loud = loudness_over_time(samples)
        print(f"{name:12} {loud.min():6.1f} {np.median(loud):6.1f} {loud.max():6.1f} LUFS", flush=True)
        tiles.append(spectrogram(samples, WIDTH, HEIGHT, name))
    rows = -(-len(tiles) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (WIDTH + 6) - 6, rows * (HEIGHT + 6) - 6), (60, 60, 60))
    for index, tile in enumerate(tiles):
        sheet.paste(tile, (index % COLUMNS * (WIDTH + 6), index // COLUMNS * (HEIGHT + 6)))
    folder.mkdir(parents=True, exist_ok=True)
    # Noise does not compress: few colours keep the file small.
    sheet.quantize(16, dither=Image.Dither.NONE).save(folder / "voice.png", optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/pictures"), sys.argv[2:])
