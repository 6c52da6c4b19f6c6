"""The room without people, and what of a frame is not the room.

Every pixel has a mean and a mean deviation that follow the picture where nobody is. What differs by more than
a few levels and by more than the pixel's own noise is foreground. On top of that:

- *Infrared.* A camera that changes its own exposure multiplies the whole picture; the median ratio to the
  background takes that out.
- *Visible.* Light that falls on walls and floor, that of our own picture included, multiplies what was there
  by something smooth. In the logarithm that is a smooth sum, and taking out the local mean removes it; a body
  has edges and stays; it is left out of the mean, or it would take itself out. (Light is told from what it
  falls on by smoothness: Oppenheim et al., Proc. IEEE 56, 1968.) Light with hard edges is not removed: where
  the picture itself is seen, nothing counts (``usable``).
- *A light is switched on.* Suddenly a third of the picture is foreground, or another light. Nobody comes that
  fast: the background is taken anew from the frame; behind bodies that were known it is changed as much as
  around them.
- *The camera is pushed.* Several shapes appear at once, and the frame is more like the background where this
  is shifted: it is taken anew, too.
- *What was moved, and holes.* Foreground that shows no sway at all is furniture after ``absorb`` seconds; one
  whose outline is an edge of the background and not of the frame is a hole that somebody left behind, and is
  taken over at once; so is, after two seconds, what is too large for a body and stands.
"""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from installation.contract import Seconds

__all__ = ["Background", "Box", "Flags", "Grey", "Mask", "Seen"]

Flags = NDArray[np.bool_]
Grey = NDArray[np.float32]
Mask = NDArray[np.uint8]
Box: TypeAlias = tuple[slice, slice]

_LEARN: Final = 12
"""Pictures whose median is the first background, one in ``_APART`` at most."""
_APART: Final[Seconds] = 0.045
_FOLLOWS: Final[Seconds] = 10.0
_LOW, _HIGH = 9.0, 45.0  # between these lies the threshold, in levels of 255
_NOISE: Final = 4.5  # mean deviations; of a normal distribution 3.6 standard deviations
_SUDDEN: Final = (0.35, 0.2)  # share of the picture that is foreground; and by how much more than it was
_JUMP: Final = 15.0  # levels of the logarithm between two frames; a third of the picture that jumps is light
_SETTLED: Final[Seconds] = 0.15
_LONGEST_CHANGE: Final[Seconds] = 5.0
_PUSHED_BY: Final = 16  # pixels, the farthest that is looked for
_ALIKE: Final = (
    0.3,
    0.08,
)  # correlation with the room beside itself; and by how much more than with it in place
_STEADY: Final = 2.0  # levels between two frames below which a light stands
_QUICK, _SLOW = 0.25, 1.5  # seconds over which the two pictures reach whose difference is sway
_SWAY: Final = (0.04, 0.7, 2.2)  # of a body's contrast, that difference on a tenth of it; least, most
_MOVES: Final = 6.0  # levels from which a pixel moves
_MOVING: Final = 4.0  # where a quarter of the picture moves, that is all the movement there is
_LARGE_RESTS: Final[Seconds] = 2.0
_GUESSED_RESTS: Final[Seconds] = 8.0  # where the background behind a body was guessed when the light changed
_HOLE: Final = 0.4  # an outline that is so much weaker in the frame than in the background
_DARK: Final = 8.0
_HUNDRED, _FAINT = np.float32(100.0), np.float32(20.0)  # a share of the background that is not only noise
_STEPS: Final = 80.0  # of the logarithm: a tenth more light is about the threshold
_AROUND: Final = (31, 31)  # pixels over which light on the floor is smooth
_SELF: Final = 0.15  # how much a body counts there


@dataclass(frozen=True, slots=True)
class Seen:
    """What one frame shows.

    Attributes:
        mask: Foreground, 255 or 0; None while nothing can be told, because the light changes or the
            background is not known yet.
        motion: How much moves, 0..1.
        off: Difference to the background as a share of it, in steps of about a hundredth, with light on the
            room taken out; None as ``mask``.
    """

    mask: Mask | None
    motion: float = 0.0
    off: Grey | None = None


class Background:
    """The room, learned.

    Args:
        usable: ``(height, width)`` where anything counts.
        visible: Whether light that falls on the room has to be told from bodies.
        absorb: Seconds after which what does not move at all is furniture.
    """

    def __init__(self, usable: Flags, *, visible: bool, absorb: Seconds) -> None:
        self._usable = usable
        self._visible = visible
        self._absorb = absorb
        self._first: list[Grey] = []
        self._mean: Grey = np.zeros(usable.shape, np.float32)
        self._deviation: Grey = np.full(usable.shape, 1.5, np.float32)
        self._quick, self._slow, self._before = self._mean, self._mean, self._mean
        self._rested: Grey = np.zeros(usable.shape, np.float32)
        self._counts: Grey = usable.astype(np.float32)
        self._guessed: Flags = np.zeros(usable.shape, np.bool_)
        self._usual = 0.0
        self._time: Seconds | None = None
        self._changing: tuple[Seconds, Seconds] | None = None
        self._near = np.ones((5, 5), np.uint8)
        self.known = False
        """Whether the background has been learned."""

    def look(self, grey: Grey, bodies: Mask, now: Seconds) -> Seen:
        """Tell the foreground of a frame.

        Args:
            grey: ``(height, width)``, 0..255.
            bodies: Where bodies were in the last frame, 255 or 0.
            now: Seconds of the frame.
        """
        picture = self._field(grey)
        if not self.known:
            self._learn(picture, now)
            return Seen(None)
        dt = 0.0 if self._time is None else min(max(now - self._time, 0.0), 1.0)
        self._time = now
        known: Flags = cv2.dilate(bodies, self._near, iterations=2) > 0
        rest = self._usable & ~known
        if not self._visible:
            self._compensate(picture, rest)
        off: Grey = picture - self._mean
        if self._visible:
            off -= self._lit(off, known)
        raw: Flags = np.abs(off) > np.clip(_NOISE * self._deviation, _LOW, _HIGH)
        if self._change(raw, rest, picture, dt, now):
            self._relearn(picture, known)
            return Seen(None)
        mask = self._clean(raw)
        motion = self._move(picture, dt)
        self._follow(picture, off, mask, dt)
        return Seen(mask, motion, off if self._visible else off * (_HUNDRED / (self._mean + _FAINT)))

    def was_pushed(self, now: Seconds) -> bool:
        """Whether the camera looks elsewhere than before; then the room is learned anew, as in another light.

        Ask when more appeared at once than people do: it takes as long as a frame.
        """
        if not self.known or self._changing is not None:
            return False
        now_seen, before = (
            np.where(self._usable, one, np.float32(one[self._usable].mean()))
            for one in (self._before, self._mean)
        )
        edge = _PUSHED_BY
        if min(before.shape) <= 3 * edge:
            return False
        alike = cv2.matchTemplate(now_seen, before[edge:-edge, edge:-edge], cv2.TM_CCOEFF_NORMED)
        best, better = float(alike.max()), float(alike.max() - alike[edge, edge])
        pushed = best > _ALIKE[0] and better > _ALIKE[1]
        if pushed:
            self._changing = now, now
        return pushed

    def rests(self, inside: Flags, box: Box, dt: Seconds) -> Seconds:
        """For how long a shape has not swayed, as of now; call it once a frame for each.

        Args:
            inside: Its pixels in the box.
            box: Rows and columns around it.
            dt: Seconds since the last frame.
        """
        quick = self._quick[box][inside]
        moved = np.abs(quick - self._slow[box][inside])
        tenth = moved.size - 1 - moved.size // 10
        part, least, most = _SWAY
        contrast = float(np.abs(quick - self._mean[box][inside]).mean())
        sways = float(np.partition(moved, tenth)[tenth]) > min(max(part * contrast, least), most)
        rested = 0.0 if sways else float(self._rested[box][inside].mean()) + dt
        self._rested[box][inside] = rested
        return rested

    def is_furniture(
        self, inside: Flags, box: Box, rested: Seconds, *, large: bool, thorough: bool = True
    ) -> bool:
        """Whether a shape that has rested so long is no body: then it is background from now on.

        Args:
            inside: Its pixels in the box.
            box: Rows and columns around it, with a few to spare.
            rested: Seconds, from ``rests``.
            large: Whether it is too large for a body.
            thorough: Whether to look for holes, too: not needed in each frame.
        """
        patience = _LARGE_RESTS if large else self._absorb
        if float(self._guessed[box][inside].mean()) > 0.5:
            patience = min(patience, _GUESSED_RESTS)
        gone = rested >= patience or (thorough and self._is_hole(inside, box))
        if gone:
            around = cv2.dilate(inside.astype(np.uint8), self._near) > 0
            self._mean[box][around] = self._quick[box][around]
            self._rested[box][around], self._guessed[box][around] = 0.0, False
        return gone

    def _field(self, grey: Grey) -> Grey:
        """The picture in which differences are taken: linear, or a logarithm in like steps."""
        smooth: Grey = cv2.GaussianBlur(grey, (3, 3), 0)
        if self._visible:
            smooth = cv2.log(smooth + np.float32(_DARK)) * np.float32(_STEPS)
        return smooth

    def _lit(self, off: Grey, known: Flags) -> Grey:
        """The light that is more, or less, than the background's: smooth, and told by where nobody is."""
        weight = np.where(known, self._counts * np.float32(_SELF), self._counts)
        lit: Grey = cv2.blur(off * weight, _AROUND) / np.maximum(cv2.blur(weight, _AROUND), np.float32(1e-3))
        return lit

    def _learn(self, picture: Grey, now: Seconds) -> None:
        if self._time is None or now - self._time >= _APART:
            self._first.append(picture)
            self._time = now
        if len(self._first) >= _LEARN:
            several = np.stack(self._first)
            self._mean = np.median(several, axis=0).astype(np.float32)
            self._deviation = np.maximum(np.abs(several - self._mean).mean(0), 0.5).astype(np.float32)
            self._quick, self._slow, self._before = picture.copy(), picture.copy(), picture
            self._first.clear()
            self.known = True

    def _compensate(self, picture: Grey, rest: Flags) -> None:
        """Take the camera's own gain out: all of the background becomes brighter or darker with the frame."""
        some = (slice(1, None, 3), slice(1, None, 3))
        lit = rest[some] & (self._mean[some] > _DARK)
        if np.count_nonzero(lit) < 50:
            return
        gain = np.float32(np.median(picture[some][lit] / self._mean[some][lit]))
        if 0.5 < gain < 2.0 and abs(gain - 1.0) > 0.004:
            self._mean *= gain
            self._quick *= gain
            self._slow *= gain

    def _change(self, raw: Flags, rest: Flags, picture: Grey, dt: Seconds, now: Seconds) -> bool:
        """Whether the light of the room is changing."""
        share = float(np.count_nonzero(raw & rest)) / max(1.0, float(np.count_nonzero(rest)))
        steps = np.abs(picture - self._before)[::3, ::3][rest[::3, ::3]]
        self._before = picture
        if self._changing is None:
            sudden = bool(share > _SUDDEN[0] and share - self._usual > _SUDDEN[1])
            if self._visible and steps.size:
                sudden |= bool(np.count_nonzero(steps > _JUMP) > _SUDDEN[0] * steps.size)
            self._usual += (share - self._usual) * dt / (1.0 + dt)
            if sudden:
                self._changing = now, now
            return sudden
        began, moved = self._changing
        if steps.size and float(np.median(steps)) > _STEADY:
            moved = now
        self._changing = began, moved
        if now - moved >= _SETTLED or now - began >= _LONGEST_CHANGE:
            self._changing, self._usual = None, 0.0
        return True

    def _relearn(self, picture: Grey, known: Flags) -> None:
        """The room as it is in this light; behind bodies it has changed as much as around them."""
        mean = picture.copy()
        if known.any() and not known.all():
            change = self._light(picture) - self._light(self._mean)
            weight = (~known).astype(np.float32)
            change[known] = 0.0
            for reach in (9, 21, 61, 161):
                sums = cv2.blur(change * weight, (reach, reach))
                weights = cv2.blur(weight, (reach, reach))
                fill = (weight == 0.0) & (weights > 0.05)
                change[fill] = sums[fill] / weights[fill]
                weight[fill] = 1.0
            behind = self._light(self._mean) + change
            mean[known] = (behind if self._visible else np.exp(behind) - _DARK)[known]
        self._mean = mean
        self._guessed = known
        self._deviation[:] = 1.5
        self._quick, self._slow = picture.copy(), picture.copy()

    def _light(self, picture: Grey) -> Grey:
        """The logarithm, in which light is added to what it falls on."""
        logarithm: Grey = picture if self._visible else cv2.log(np.maximum(picture, 0) + np.float32(_DARK))
        return logarithm

    def _clean(self, raw: Flags) -> Mask:
        """Without specks, and without gaps in what is left."""
        mask: Mask = (raw & self._usable).astype(np.uint8) * np.uint8(255)
        mask = cv2.morphologyEx(mask, cv2.MORPH_OPEN, self._near[:2, :2])
        closed: Mask = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, self._near[:, :3])
        return closed

    def _move(self, picture: Grey, dt: Seconds) -> float:
        self._quick += (picture - self._quick) * np.float32(dt / (_QUICK + dt))
        self._slow += (picture - self._slow) * np.float32(dt / (_SLOW + dt))
        moving = np.count_nonzero((np.abs(picture - self._quick) > _MOVES) & self._usable)
        return min(1.0, _MOVING * float(moving) / max(1.0, float(np.count_nonzero(self._usable))))

    def _follow(self, picture: Grey, off: Grey, mask: Mask, dt: Seconds) -> None:
        """Where nobody is, the background follows slowly."""
        nobody = (cv2.dilate(mask, self._near) == 0).astype(np.float32)
        share = nobody * np.float32(dt / (_FOLLOWS + dt))
        self._mean += (picture - self._mean) * share
        self._deviation += (np.abs(off) - self._deviation) * share

    def _is_hole(self, inside: Flags, box: Box) -> bool:
        """Whether a shape's outline is an edge of the background and none of the frame."""
        quick = self._quick[box]
        if float(np.abs(self._before[box][inside] - quick[inside]).mean()) > _STEADY:
            return False
        whole = inside.astype(np.uint8)
        ring = (cv2.dilate(whole, self._near[:3, :3]) - cv2.erode(whole, self._near[:3, :3])) > 0
        now, before = (float(_edges(one)[ring].mean()) for one in (quick, self._mean[box]))
        return now < _HOLE * before


def _edges(picture: Grey) -> Any:
    across, deep = cv2.Sobel(picture, cv2.CV_32F, 1, 0), cv2.Sobel(picture, cv2.CV_32F, 0, 1)
    return cv2.magnitude(across, deep)
