"""Taking edited shaders over while the show plays: the last good one goes on where the new one is refused."""

from collections.abc import Callable, Mapping
from pathlib import Path

from installation import isf
from installation.errors import ShaderError
from installation.values import Finding

__all__ = ["redraw"]


def redraw(
    wanted: Mapping[str, isf.Shader],
    standing: dict[str, isf.Shader],
    add: Callable[[str, isf.Shader], None],
    loading: Callable[[Path], None],
    forget: Callable[[], None],
) -> tuple[dict[str, isf.Shader], list[Finding]]:
    """Load what is new or has changed.

    Args:
        wanted: What is to be drawn, by name.
        standing: What is drawn now; what changes is written into it at once.
        add: Loads one, or replaces it. Raises ShaderError.
        loading: Told before each file is compiled.
        forget: Frees what is new, because nothing will be taken over.

    Returns:
        What is drawn from now on, and what is wrong with the rest.

    Raises:
        ShaderError: One that is new cannot be drawn.
    """
    drawn = dict(wanted)
    findings: list[Finding] = []
    for name in sorted(wanted, key=lambda one: one in standing):  # new ones may stop it all
        old = standing.get(name)
        if wanted[name] == old:
            continue
        loading(wanted[name].path)
        try:
            add(name, wanted[name])
        except ShaderError as error:
            if old is None:
                forget()
                raise
            drawn[name] = old
            findings += error.findings
        else:
            if old is not None:  # true from now on, whatever else is refused
                standing[name] = wanted[name]
    return drawn, findings
