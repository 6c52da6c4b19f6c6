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
    """Where the gain, the coupling or the delay of an edge stands in the tree."""
    return f"/feedback/{edge}/{control}"


def authored_control(spec: FeedbackSpec, control: str) -> float:
    """What a show says of the gain, the coupling or the delay (in seconds, or in frames) of an edge."""
    match control:
        case "gain":
            return spec.gain
        case "coupling":
            return spec.coupling
    return spec.delay if spec.delay_frames is None else float(spec.delay_frames)


def feedback_parameters(specs: Iterable[FeedbackSpec]) -> list[Parameter]:
    """What cues, pads and the interface's state may move of each edge, with its values as authored."""
    made = []
    for spec in specs:
        frames = spec.delay_frames is not None
        rows = (
            ("gain", _LARGEST_GAIN, "", "Factor on what the edge hears"),
            ("coupling", 1.0, "", "Share of the other edges in what this one hears"),
            (
                "delay",
                _LONGEST_FRAMES if frames else _LONGEST_S,
                "frames" if frames else "s",
                "How late it hears",
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
