"""What one key makes of one mapping: another grid, another curve, none at all. Pure."""

from dataclasses import replace
from typing import Final

from installation.render.mapping.handles import Mode, within
from installation.render.mapping.surface import regular, resampled
from installation.show.mapping import NO_MAPPING, DisplayMapping

__all__ = ["adjusted", "figures_of", "remade"]

_GRIDS: Final = (0, 3, 4, 5, 7, 9)
"""Points along each side of a grid, in the order in which they follow each other; 0 is none."""


def remade(name: str, mode: Mode, mapping: DisplayMapping) -> DisplayMapping:
    """Return a mapping after a key that changes the whole of it; the same where that key does nothing.

    Args:
        name: ``r`` resets, ``g`` takes a finer grid, ``c`` another curve, ``i`` the other side of masks.
        mode: What is edited.
        mapping: As it is.
    """
    match name, mode:
        case "g", "grid":
            finer = next((one for one in _GRIDS if one > len(mapping.grid)), 0)
            if not finer:
                return replace(mapping, grid=())
            made = resampled(mapping, finer, finer) if mapping.grid else regular(finer, finer)
            return replace(mapping, grid=tuple(tuple(map(within, row)) for row in made))
        case "c", "grid":
            return replace(mapping, curve="straight" if mapping.curve == "smooth" else "smooth")
        case "i", "mask":
            return replace(mapping, mask_mode="keep" if mapping.mask_mode == "hide" else "hide")
        case "r", "corners":
            return replace(mapping, corners=())
        case "r", "grid":
            size = len(mapping.grid)
            return replace(mapping, grid=regular(len(mapping.grid[0]), size) if size else ())
        case "r", "blend":
            return replace(mapping, blend=NO_MAPPING.blend, blend_gamma=1.0)
        case "r", "mask":
            return replace(mapping, mask=(), mask_soft=0.0)
    return mapping


def adjusted(mode: Mode, mapping: DisplayMapping, way: float) -> DisplayMapping:
    """Return a mapping whose number of that mode is a step further: gamma of ``blend``, softness of ``mask``.

    Args:
        mode: What is edited.
        mapping: As it is.
        way: 1 for more, -1 for less.
    """
    if mode == "blend":
        gamma = min(max(round(mapping.blend_gamma + 0.1 * way, 1), 1.0), 4.0)
        return replace(mapping, blend_gamma=gamma)
    if mode == "mask":
        return replace(mapping, mask_soft=min(max(round(mapping.mask_soft + 0.005 * way, 3), 0.0), 0.5))
    return mapping


def figures_of(mode: Mode, mapping: DisplayMapping) -> str:
    """Return the figures of a mapping in words, as far as the mode shows them; empty where it shows none."""
    match mode:
        case "blend":
            left, bottom, right, top = mapping.blend
            widths = f"left {left:.3f}  bottom {bottom:.3f}  right {right:.3f}  top {top:.3f}"
            return f"{widths}   gamma {mapping.blend_gamma:.1f}"
        case "mask":
            return f"masks {mapping.mask_mode}   soft {mapping.mask_soft:.3f}"
        case "grid" if mapping.grid:
            return f"{len(mapping.grid[0])} x {len(mapping.grid)}   {mapping.curve}"
        case "grid":
            return "no grid: G makes one"
    return ""
