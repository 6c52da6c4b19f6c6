"""Moves the playheads of videos by the frame's clock, and has the picture show what stands there.

A playhead is a function of frame times and parameters alone, so a film shows the same pictures again.
"""

from collections.abc import Iterable, Mapping

from installation import isf
from installation.errors import CommandError
from installation.media import Playhead
from installation.parameter import Tree
from installation.player.media.binding import Binding, bindings
from installation.render.isf_host.media import PATIENCE
from installation.render.picture import Picture
from installation.show.model import Show
from installation.status import MediaStatus
from installation.values import Frame, Seconds

__all__ = ["MediaInputs"]

_END: Seconds = 0.001
"""How much before its end a video stands that does not loop: behind that its next lap would begin."""


class _Head:
    """The playhead of one input."""

    def __init__(self, binding: Binding) -> None:
        self.binding = binding
        self.at: Seconds = 0.0
        self.lap = 0
        self.epoch = 0
        self.seek: float | None = None
        self.shown = False
        self.play = True
        self.loop = True

    def advance(self, tree: Tree, dt: Seconds, length: Seconds) -> Playhead:
        """Move by one frame.

        Args:
            tree: Its parameters.
            dt: Seconds since the last frame.
            length: Seconds of the video; 0 while unknown.
        """
        play, seek, loop, rate = (self._value(tree, name) for name in ("play", "seek", "loop", "rate"))
        self.play, self.loop = play > 0.0, loop > 0.0
        if not self.shown or (length and seek != self.seek):
            self.epoch += 1
            self.at, self.lap, self.seek = seek * length, 0, seek if length else None
        elif play and length:
            self.at += dt * rate
        if length and self.at >= length - (0.0 if loop else _END):
            laps = int(self.at / length) if loop else 0
            self.lap += laps
            self.at = self.at - laps * length if loop else length - _END
        self.shown = True
        return Playhead(self.epoch, self.lap * length + self.at, self.loop, self.play)

    def _value(self, tree: Tree, name: str) -> float:
        """Return a parameter's value; what the show says where there is none, as for ``--input``."""
        address = f"{self.binding.address}/{name}"
        if address in tree.parameters():
            return float(tree.effective[tree.slot(address)])
        return float(getattr(self.binding.spec, name))


class MediaInputs:
    """The playheads of all inputs with a source.

    Args:
        tree: The parameters of the show.
        picture: Draws; None plays without a picture, and opens nothing.
        show: What is played.
        shaders: Shaders of its scenes.
        effects: Shaders of its effects.

    Attributes:
        exact: Whether each frame waits for exactly its picture, as films need. Cameras and streams stay black
            then: what they show is not known again, and pictures of visitors are not to be stored.
    """

    def __init__(
        self,
        tree: Tree,
        picture: Picture | None,
        show: Show,
        shaders: Mapping[str, isf.Shader],
        effects: Mapping[str, isf.Shader],
    ) -> None:
        self._tree = tree
        self._picture = picture
        self._heads: dict[str, _Head] = {}
        self.exact = False
        self.follow(show, shaders, effects)

    def must_be_storable(self) -> None:
        """Raise CommandError while a camera or a stream is shown: pictures of visitors are not kept."""
        if any(one.shown and one.binding.source.live for one in self._heads.values()):
            raise CommandError("a camera or a stream is in the picture: what may show people is not stored")

    def follow(
        self, show: Show, shaders: Mapping[str, isf.Shader], effects: Mapping[str, isf.Shader]
    ) -> None:
        """Open the sources of a show, and close those that it does not have any more."""
        if self._picture is None:
            return
        wanted = {one.address: one for one in bindings(show, shaders, effects, self._picture.media.given)}
        for address in [*self._heads]:
            if address not in wanted or wanted[address].source != self._heads[address].binding.source:
                del self._heads[address]
        for address, binding in wanted.items():
            self._heads.setdefault(address, _Head(binding)).binding = binding
        self._picture.media.follow({address: one.source for address, one in wanted.items()})

    def show(self, frame: Frame, scenes: Iterable[str], effects: Iterable[str]) -> None:
        """Move the playheads of what is drawn in this frame, and take its pictures.

        A video begins where ``seek`` says when its scene begins, or its effect is switched on.

        Args:
            frame: The frame's time.
            scenes: Scenes that are drawn.
            effects: Effects that are drawn.
        """
        if self._picture is None or not self._heads:
            return
        media = self._picture.media
        wait = PATIENCE if self.exact else 0.0
        drawn = {f"/scene/{one}" for one in scenes} | {f"/effect/{one}" for one in effects}
        for address, head in self._heads.items():
            live = head.binding.source.live
            if head.binding.prefix not in drawn or (live and self.exact):
                if head.shown:
                    media.rest(address)
                head.shown = False
            else:
                length = 0.0 if live else media.length(address, wait)
                media.show(address, head.advance(self._tree, frame.dt, length), wait)

    def status(self) -> tuple[MediaStatus, ...]:
        """Return the state of each input with a source."""
        if self._picture is None:
            return ()
        reports = self._picture.media.reports()
        return tuple(
            MediaStatus(
                input=address,
                source=source.told if source.live else self._heads[address].binding.spec.name,
                kind=source.kind,
                state=report.state,
                reason=report.reason,
                width=report.size[0],
                height=report.size[1],
                position_s=round(self._heads[address].at, 3),
                length_s=round(report.length, 3),
                late=report.late,
            )
            for address, (source, report) in reports.items()
            if address in self._heads
        )
