"""Commands that come from other hubs of a site, by way of the hub process."""

from installation.commands.spec import Argument, By, CommandSpec, Kind, Role

__all__ = ["OF_SITE"]

OF_SITE = (
    CommandSpec(
        name="site-standing", help="Follow what the leading hub of the site plays, by its time.",
        by=By.PLAYER, role=Role.ADMIN, timed=True, site=True, http=False,
        arguments=(
            Argument("cue", Kind.TEXT, "its id; empty before the first", optional=True),
            Argument("elapsed", Kind.NUMBER, "seconds on the cue clock since it began; negative before"),
            Argument("rate", Kind.NUMBER, "of the cue clock", low=0.0, high=1000.0),
            Argument("held", Kind.SWITCH, "whether the cue clock is stopped"),
            Argument("scene", Kind.TEXT, "scene chosen by hand; empty: none", optional=True),
            Argument("score", Kind.NUMBER, "seconds since its cycle began; -1 where it does not run"),
            Argument("cycle", Kind.WHOLE, "cycles of the score before this one", low=0),
            Argument("panic", Kind.NUMBER, "seconds of the fade of a panic; -1: none"),
            Argument("blackout", Kind.SWITCH, "whether a blackout was set by hand"),
            Argument("bpm", Kind.NUMBER, "tempo; 0 where nobody has set one", low=0.0, high=1000.0),
            Argument("beat", Kind.NUMBER, "beats since the downbeat of bar 0"),
        ),
    ),
)  # fmt: skip
