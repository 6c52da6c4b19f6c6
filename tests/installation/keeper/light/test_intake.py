"""What the wire takes from the stage: each frame once, and nothing that makes no sense."""

from collections.abc import Iterator

import numpy as np
import pytest

from installation.ipc.shared_memory import Mapping
from installation.keeper.light.intake import Intake
from installation.keeper.light.look import Look
from installation.show.venue_model import LightSettings
from tests.installation.keeper.tiny_keeper import PlainEncoder
from tests.installation.keeper.tiny_light import pack


class Heard(PlainEncoder):
    def __init__(self) -> None:
        self.messages: list[bytes] = []

    def hear(self, message: bytes) -> None:
        super().hear(message)
        self.messages.append(message)


@pytest.fixture
def mapping() -> Iterator[Mapping]:
    made = Mapping.create(1)
    yield made
    made.close()


def look() -> Look:
    return Look(LightSettings(), np.zeros((1, 512), np.float32), None, 100.0)


def test_a_frame_is_taken_once_and_is_the_newest_light(mapping: Mapping) -> None:
    intake, encoder, shown = Intake(mapping), Heard(), look()
    intake.take_light(encoder, shown, 100.0)
    assert (intake.light, intake.received) == (None, 0)

    mapping.state.write(pack(np.full((1, 512), 4000, np.uint16), 1))
    for _ in range(3):
        intake.take_light(encoder, shown, 100.0)

    assert intake.received == 1
    assert intake.light is not None
    assert intake.light[0, 0] == 4000


def test_what_makes_no_sense_is_counted_and_told_once_and_the_light_stays(
    mapping: Mapping, caplog: pytest.LogCaptureFixture
) -> None:
    intake, encoder, shown = Intake(mapping), Heard(), look()
    mapping.state.write(pack(np.full((1, 512), 4000, np.uint16), 1))
    intake.take_light(encoder, shown, 100.0)
    before = intake.light
    mapping.state.write(b"nonsense")
    intake.take_light(encoder, shown, 100.1)
    mapping.picture.write(b"nonsense")
    intake.hear_picture(encoder)

    assert (intake.received, intake.rejected) == (1, 2)
    assert intake.light is before
    assert len(caplog.records) == 1


def test_what_the_guard_of_the_picture_says_is_heard_once(mapping: Mapping) -> None:
    intake, encoder = Intake(mapping), Heard()
    mapping.picture.write(b"a mean")
    intake.hear_picture(encoder)
    intake.hear_picture(encoder)

    assert encoder.messages == [b"a mean"]
