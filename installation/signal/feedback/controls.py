"""The parameters of feedback edges: ``/feedback/NAME/gain``, ``/coupling`` and ``/delay``."""

from collections.abc import Iterable

from installation.parameter.parameter import Kind, Parameter
from installation.show.model import FeedbackSpec
from installation.values import Address

__all__ = ["CONTROLS", "authored_control", "feedback_address", "feedback_parameters"]

CONTROLS = ("gain", "coupling", "delay")

_LARGEST_GAIN = 8.0
_LONGEST_S = 10.0
_LONGEST_FRAMES = 600.0


def feedback_address(edge: str, control: str) -> Address:
    """Return the address of the gain, the coupling or the delay of an edge."""
    return f"/feedback/{edge}/{control}"


def authored_control(spec: FeedbackSpec, control: str) -> float:
    """Return the authored gain, coupling or delay (in seconds, or in frames) of an edge."""
    match control:
        case "gain":
            return spec.gain
        case "coupling":
            return spec.coupling
    return spec.delay if spec.delay_frames is None else float(spec.delay_frames)


def feedback_parameters(specs: Iterable[FeedbackSpec]) -> list[Parameter]:
    """Return the controllable parameters of each edge, with their authored values."""
    made = []
    for spec in specs:
        frames = spec.delay_frames is not None
        rows = (
            ("gain", _LARGEST_GAIN, "", "Factor on the input of the edge"),
            ("coupling", 1.0, "", "Share of the other edges in the input of this one"),
            (
                "delay",
                _LONGEST_FRAMES if frames else _LONGEST_S,
                "frames" if frames else "s",
                "Delay of the input",
            ),
        )
        for control, most, unit, description in rows:
            value = min(max(authored_control(spec, control), 0.0), most)
            made.append(
                Parameter(
                    feedback_address(spec.name, control), Kind.FLOAT, (value,), (0.0,), (most,), unit,
                    f"{spec.name}: {control}", description, tags=frozenset({"feedback"}),
                )
            )  # fmt: skip
    return made
