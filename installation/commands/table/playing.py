"""Commands that the player carries out: cues, blackout, parameters, people."""

from installation.commands.spec import Argument, By, CommandSpec, Key, Kind, Role
from installation.commands.table.arguments import ADDRESS, CUE, DIGITS, FADE, PLACE, PRESET, VALUES

__all__ = ["PLAYED"]

PLAYED = (
    CommandSpec(
        name="go", help="GO: run the standby cue.", by=By.PLAYER, role=Role.OPERATOR, ends_panic=True,
        address="/go", osc=True, midi=True, cli="go", keys=(Key("space", words="Space GO"),),
    ),
    CommandSpec(
        name="take", help="GO on the next beat or bar, whatever the show and the cue say of that.",
        by=By.PLAYER, role=Role.OPERATOR, ends_panic=True, cli="take",
        arguments=(
            Argument(
                "on", Kind.TEXT, "`beat`, `bar`, `2 bars`, `4 bars`, `8 bars`, or `off`: now", optional=True
            ),
        ),
    ),
    CommandSpec(
        name="back", help="Go back to the previous cue.", by=By.PLAYER, role=Role.OPERATOR, ends_panic=True,
        address="/back", osc=True, midi=True, cli="back", keys=(Key("backspace", words="Backspace back"),),
    ),
    CommandSpec(
        name="cue", help="Run a cue: by its id, or the same number.", by=By.PLAYER, role=Role.OPERATOR,
        ends_panic=True, arguments=(CUE,), address="/cue/{cue}/go", osc=True, midi=True, cli="cue",
    ),
    CommandSpec(
        name="cue-number", help="Run a cue by its place in the list.", by=By.PLAYER, role=Role.OPERATOR,
        ends_panic=True,
        keys=DIGITS, arguments=(Argument("number", Kind.WHOLE, "its place, from 1", low=1),),
    ),
    CommandSpec(
        name="standby", help="Move the standby along the list.", by=By.PLAYER, role=Role.OPERATOR,
        arguments=(Argument("by", Kind.WHOLE, "cues down the list; 1 if left out", optional=True),),
        keys=(Key("up", (-1,), words="arrows standby"), Key("down", (1,))),
    ),
    CommandSpec(
        name="standby-number", help="Stand by a cue by its place in the list.", by=By.PLAYER,
        role=Role.OPERATOR, arguments=(Argument("number", Kind.WHOLE, "its place, from 1", low=1),),
    ),
    CommandSpec(
        name="hold", help="Pause or resume the cue clock.", by=By.PLAYER, role=Role.OPERATOR,
    ),
    CommandSpec(
        name="rate", help="Set the rate of the cue clock: waits, fades, follows and the score.", by=By.PLAYER,
        role=Role.OPERATOR, address="/rate", osc=True, values=True, cli="rate",
        arguments=(Argument("factor", Kind.NUMBER, "1 = as written", low=0.1, high=100.0),),
    ),
    CommandSpec(
        name="score", help="Let the score run from a place on, or stop its clock.", by=By.PLAYER,
        role=Role.OPERATOR, ends_panic=True, cli="score",
        arguments=(
            Argument("place", Kind.TEXT, "`M:SS`, `act-N`, or `stop`"),
            Argument(
                "speed", Kind.NUMBER, "Factor on the cue clock.", low=0.1, high=100.0, optional=True,
                option=True,
            ),
        ),
    ),
    CommandSpec(
        name="panic", help="Fade everything to the safe look; a GO brings the light back.", by=By.PLAYER,
        role=Role.OPERATOR, keeper=True, live=True, address="/panic", osc=True, midi=True, cli="panic",
        arguments=(
            Argument(
                "how", Kind.SWITCH, "`hard` is ten times as fast; `off` ends it", words=("hard",),
                optional=True,
            ),
        ),
        keys=(Key("escape", words="Esc panic"), Key("escape", ("hard",), how="twice")),
    ),
    CommandSpec(
        name="blackout", help="Lamps and picture to black within one frame, and back.", by=By.PLAYER,
        role=Role.OPERATOR, keeper=True, live=True, address="/blackout", osc=True, values=True,
        arguments=(
            Argument(
                "state", Kind.SWITCH, "`on`, `off` or `toggle`; without a word it changes over",
                words=("toggle",), optional=True,
            ),
        ),
        cli="blackout", keys=(Key("b", words="B blackout"),),
    ),
    CommandSpec(
        name="mute", help="Mute the sound, and back.", by=By.PLAYER, role=Role.OPERATOR, live=True,
        address="/mute", osc=True, values=True,
        arguments=(
            Argument(
                "state", Kind.SWITCH, "`on`, `off` or `toggle`; without a word it changes over",
                words=("toggle",), optional=True,
            ),
        ),
        cli="mute", keys=(Key("m", how="shift", words="Shift+M mute"),),
    ),
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
            Argument("state", Kind.TEXT, "state of the interface; empty: none", optional=True),
            Argument("since", Kind.NUMBER, "seconds since that state began", optional=True),
            Argument("macros", Kind.TEXT, "macros off the middle, such as `light=0.8`", optional=True),
        ),
    ),
    CommandSpec(
        name="scene", help="Change to a scene by hand.", by=By.PLAYER, role=Role.OPERATOR,
        arguments=(Argument("scene", Kind.TEXT, "its id"),),
    ),
    CommandSpec(
        name="next-scene", help="Change to the next scene.", by=By.PLAYER, role=Role.OPERATOR,
        keys=(Key("n", words="N next scene"),),
    ),
    CommandSpec(
        name="as-authored", help="Fade back to the values of the cue.", by=By.PLAYER, role=Role.OPERATOR,
    ),
    CommandSpec(
        name="neutral", help="Bring one macro or trim, or all of them, back to the middle in 4 s.",
        by=By.PLAYER, role=Role.OPERATOR, address="/neutral", osc=True, midi=True, cli="neutral",
        arguments=(Argument("macro", Kind.TEXT, "its name; all if left out", optional=True),),
        keys=(Key("0", words="0 neutral"),),
    ),
    CommandSpec(
        name="neutral-one", help="Bring one macro or trim back to the middle in 4 s.", by=By.PLAYER,
        role=Role.OPERATOR, address="/neutral/{macro}", osc=True, midi=True,
        arguments=(Argument("macro", Kind.TEXT, "its name, e.g. `light`"),),
    ),
    CommandSpec(
        name="identify", help="Fade a lamp or a group up and down three times in 12 s, to identify it.",
        by=By.PLAYER, role=Role.OPERATOR, cli="identify",
        arguments=(Argument("name", Kind.TEXT, "a fixture, a pixel item or a group of the venue"),),
    ),
    CommandSpec(
        name="set", help="Set a parameter's base, in natural units.", by=By.PLAYER, role=Role.OPERATOR,
        cli="set", arguments=(ADDRESS, VALUES),
    ),
    CommandSpec(
        name="render-scale", help="Draw scenes at this share of the picture's size; the stage adapts it.",
        by=By.PLAYER, role=Role.ADMIN, http=False,
        arguments=(Argument("scale", Kind.NUMBER, "1 = full size", low=0.25, high=1.0),),
    ),
    CommandSpec(
        name="update-cue", help="Save what was changed by hand into the current cue's file, or into another.",
        by=By.PLAYER, role=Role.OPERATOR, recorded=False, outside=True, cli="update-cue",
        arguments=(Argument("cue", Kind.TEXT, "its id; the current one if left out", optional=True),),
    ),
    CommandSpec(
        name="undo-update", help="Take the last `update-cue` back; the look stays as it is.", by=By.PLAYER,
        role=Role.OPERATOR, recorded=False, outside=True, cli="undo-update",
    ),
    CommandSpec(
        name="preset-save", help="Save the bases of all parameters under a name.", by=By.PLAYER,
        role=Role.OPERATOR, recorded=False, outside=True, arguments=(PRESET,), cli="preset save",
    ),
    CommandSpec(
        name="preset-recall", help="Recall a preset, over a time.", by=By.PLAYER, role=Role.OPERATOR,
        outside=True, cli="preset recall",
        arguments=(Argument("name", Kind.TEXT, "which one"), FADE),
    ),
    CommandSpec(
        name="calm", help="Bring the macro tension down to 0 in 2 s.", by=By.PLAYER, role=Role.OPERATOR,
    ),
    CommandSpec(
        name="choose", help="Decide what the room chooses, and play that branch of the score.", by=By.PLAYER,
        role=Role.OPERATOR, ends_panic=True,
        arguments=(Argument("outcome", Kind.TEXT, "`heal` or `divide`"),),
    ),
    CommandSpec(
        name="room-stir", help="Stir the water at one of 4 x 8 places of the room; the longer, the harder.",
        by=By.PLAYER, role=Role.OPERATOR,
        arguments=(
            *PLACE,
            Argument(
                "state", Kind.SWITCH, "on when it is pressed, off when it is let go; one stroke if left out",
                optional=True,
            ),
        ),
    ),
    CommandSpec(
        name="room-shock", help="Send shockwaves from one of 4 x 8 places of the room.", by=By.PLAYER,
        role=Role.OPERATOR, arguments=PLACE,
    ),
    CommandSpec(
        name="page", help="Turn the page of a controller, or of all.", by=By.PLAYER, role=Role.OPERATOR,
        arguments=(
            Argument("by", Kind.WHOLE, "pages forwards; 1 if left out", optional=True),
            Argument("device", Kind.TEXT, "its name in addresses, e.g. `nanokontrol2`", optional=True),
        ),
    ),
    CommandSpec(
        name="learn", help="Learn the control that is moved next for a parameter or a command.",
        by=By.PLAYER, role=Role.OPERATOR, outside=True, cli="learn", keys=(Key("l", words="L learn"),),
        arguments=(
            Argument(
                "target", Kind.TEXT, "a parameter's address or a command; the parameter that was set last if "
                "left out", optional=True,
            ),
            Argument("component", Kind.TEXT, "of a point or colour: x, y, red, ...", optional=True),
            Argument("how", Kind.TEXT, "absolute, relative, momentary, toggle or hold", optional=True),
        ),
    ),
    CommandSpec(
        name="learn-answer", help="Say what becomes of a control that is in use already.", by=By.PLAYER,
        role=Role.OPERATOR, outside=True,
        arguments=(Argument("what", Kind.TEXT, "`move` or `share`"),),
    ),
    CommandSpec(
        name="learn-cancel", help="Give up learning a control.", by=By.PLAYER, role=Role.OPERATOR,
        outside=True,
    ),
    CommandSpec(
        name="learn-undo", help="Take back what was learned last.", by=By.PLAYER, role=Role.OPERATOR,
        outside=True,
    ),
)  # fmt: skip
