"""The table itself: one row a command."""

from collections.abc import Mapping
from types import MappingProxyType

from installation.commands.spec import DAY, Argument, By, CommandSpec, Key, Kind, Role

__all__ = ["CANCEL", "COMMANDS", "CONTROLS", "CUES", "PARAMETERS", "WATCH"]

_CUE = Argument("cue", Kind.TEXT, "its id; `photophore list cues` shows them")
_ADDRESS = Argument("address", Kind.TEXT, "a parameter or a signal")
_VALUES = Argument("values", Kind.SCALAR, "one for each component", optional=True, rest=True)
_FADE = Argument("fade", Kind.NUMBER, "Seconds.", low=0.0, high=DAY, optional=True, default=0.0, option=True)
_PRESET = Argument("name", Kind.NAME, "letters, digits, - and _")
_DIGITS = tuple(Key(str(digit), (digit,), words="1-9 cue" if digit == 1 else "") for digit in range(1, 10))

_SLOT = Argument("slot", Kind.WHOLE, "number of the loop", low=1, high=8)

WATCH, CANCEL, PARAMETERS, CUES, CONTROLS = "watch", "cancel", "parameters", "cues", "controls"
"""Verbs that the program itself speaks on the control socket."""

_PLAYED = (
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
        ends_panic=True, arguments=(_CUE,), address="/cue/{cue}/go", osc=True, midi=True, cli="cue",
    ),
    CommandSpec(
        name="cue-number", help="Run a cue by its place in the list.", by=By.PLAYER, role=Role.OPERATOR,
        ends_panic=True,
        keys=_DIGITS, arguments=(Argument("number", Kind.WHOLE, "its place, from 1", low=1),),
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
        cli="set", arguments=(_ADDRESS, _VALUES),
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
        role=Role.OPERATOR, recorded=False, outside=True, arguments=(_PRESET,), cli="preset save",
    ),
    CommandSpec(
        name="preset-recall", help="Recall a preset, over a time.", by=By.PLAYER, role=Role.OPERATOR,
        outside=True, cli="preset recall",
        arguments=(Argument("name", Kind.TEXT, "which one"), _FADE),
    ),
    CommandSpec(
        name="calm", help="Bring the macro tension down to 0 in 2 s.", by=By.PLAYER, role=Role.OPERATOR,
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

_TIMED = (
    CommandSpec(
        name="tap", help="Tap the tempo: two taps or more set it, and the beat.", by=By.PLAYER,
        role=Role.OPERATOR, timed=True, address="/tempo/tap", osc=True, midi=True, cli="tap",
        keys=(Key("t", words="T tap"),),
    ),
    CommandSpec(
        name="nudge", help="Make the beat come earlier, or later if negative.", by=By.PLAYER,
        role=Role.OPERATOR, cli="nudge", address="/tempo/nudge", osc=True, values=True,
        arguments=(
            Argument("ms", Kind.NUMBER, "milliseconds; 10 if left out", -500.0, 500.0, optional=True),
        ),
        keys=(Key("comma", (-10.0,), words=", . nudge"), Key("period", (10.0,))),
    ),
    CommandSpec(
        name="resync", help="Make this moment the downbeat.", by=By.PLAYER, role=Role.OPERATOR, timed=True,
        address="/tempo/resync", osc=True, midi=True, cli="resync", keys=(Key("d", words="D downbeat"),),
    ),
    CommandSpec(
        name="half", help="Halve the tempo; of a clock that is followed, the ratio to it.", by=By.PLAYER,
        role=Role.OPERATOR, address="/tempo/half", osc=True, midi=True, cli="half", keys=(Key("minus"),),
    ),
    CommandSpec(
        name="double", help="Double the tempo; of a clock that is followed, the ratio to it.", by=By.PLAYER,
        role=Role.OPERATOR, address="/tempo/double", osc=True, midi=True, cli="double", keys=(Key("equals"),),
    ),
    CommandSpec(
        name="loop-record", help="Record a gesture loop from the next bar on; again: end it, then overdub.",
        by=By.PLAYER, role=Role.OPERATOR, address="/loop/{slot}/record", osc=True, midi=True,
        cli="loop record",
        arguments=(
            _SLOT,
            Argument(
                "bars", Kind.WHOLE, "its length, 1 to 16; until the next press if left out", low=1, high=16,
                optional=True,
            ),
        ),
    ),
    CommandSpec(
        name="loop-play", help="Play a gesture loop from the next bar on, or stop it.", by=By.PLAYER,
        role=Role.OPERATOR, address="/loop/{slot}/play", osc=True, midi=True, cli="loop play",
        arguments=(
            _SLOT,
            Argument("state", Kind.SWITCH, "`on` or `off`; without a word it changes over", optional=True),
        ),
    ),
    CommandSpec(
        name="loop-clear", help="Empty a gesture loop.", by=By.PLAYER, role=Role.OPERATOR,
        address="/loop/{slot}/clear", osc=True, midi=True, cli="loop clear", arguments=(_SLOT,),
    ),
)  # fmt: skip

_STAGED = (
    CommandSpec(
        name="quit", help="End the stage, and with it the program.", by=By.STAGE, role=Role.ADMIN,
        recorded=False, live=True, outside=True, keys=(Key("q", how="hold", words="hold Q quit"),),
    ),
    CommandSpec(
        name="reload", help="Read an edited file again.", by=By.STAGE, role=Role.ADMIN, outside=True,
        arguments=(Argument("path", Kind.FILE, "a file of the show"),),
    ),
    CommandSpec(
        name="record", help="Begin to record every input of the running show (again: stop), except what is "
        "read of people.", by=By.STAGE, role=Role.ADMIN, recorded=False, live=True, outside=True,
        cli="record",
        arguments=(Argument("out", Kind.FILE, "the file to write, JSONL"),),
    ),
    CommandSpec(
        name="release", help="Let a shader in quarantine be played again; without a name all of them.",
        by=By.STAGE, role=Role.ADMIN, keeper=True, recorded=False, live=True, outside=True, cli="release",
        arguments=(Argument("shader", Kind.TEXT, "its path, or its file's name", optional=True),),
    ),
    CommandSpec(
        name="release-hub", help="Free what is reserved for a hub that is off and will not return.",
        by=By.STAGE, role=Role.ADMIN, recorded=False, live=True, outside=True, cli="release-hub",
        arguments=(Argument("hub", Kind.TEXT, "its name; make sure that its lamps are dark"),),
    ),
    CommandSpec(
        name="leave-safe-mode", help="Open the inputs again now, before safe mode ends by itself.",
        by=By.STAGE, role=Role.ADMIN, keeper=True, recorded=False, live=True, outside=True,
        cli="leave-safe-mode",
    ),
    CommandSpec(
        name="send", help="Send one message to a target of the venue, to try it.", by=By.STAGE,
        role=Role.OPERATOR, recorded=False, live=True, cli="send",
        arguments=(
            Argument("target", Kind.TEXT, "its name in the venue file"),
            Argument("address", Kind.TEXT, "OSC address; `/cc/1/7`, `/msc/go` and so on for MIDI"),
            _VALUES,
        ),
    ),
    CommandSpec(
        name="screenshot", help="Save the picture in the state folder.", by=By.STAGE, role=Role.OPERATOR,
        recorded=False, live=True, outside=True, keys=(Key("s", words="S screenshot"),),
    ),
    CommandSpec(
        name="fullscreen", help="Cover the screen, or go back to a window.", by=By.STAGE, role=Role.OPERATOR,
        recorded=False, live=True, http=False, keys=(Key("f11", words="F11 full screen"),),
    ),
    CommandSpec(
        name="hud", help="Show or hide the HUD.", by=By.STAGE, role=Role.OPERATOR, recorded=False, live=True,
        http=False, keys=(Key("h", words="H this"),),
    ),
)  # fmt: skip

_ANSWERED = (
    CommandSpec(
        name="get", help="A parameter's effective value (or its base), or a signal's value.", by=By.REQUESTS,
        role=Role.VIEWER, recorded=False, cli="get",
        arguments=(_ADDRESS, Argument("base", Kind.SWITCH, "the base instead", optional=True)),
    ),
    CommandSpec(
        name=PARAMETERS, help="All parameters, with their ranges and values.",
        by=By.REQUESTS, role=Role.VIEWER,
        recorded=False,
    ),
    CommandSpec(
        name=CUES, help="The cue list, and the current position.",
        by=By.REQUESTS, role=Role.VIEWER, recorded=False,
    ),
    CommandSpec(
        name="signals", help="All public signals, with their values.", by=By.REQUESTS, role=Role.VIEWER,
        recorded=False,
    ),
    CommandSpec(
        name=CONTROLS, help="What controls move, where they stand, and whether they are caught.",
        by=By.REQUESTS, role=Role.VIEWER, recorded=False,
    ),
    CommandSpec(
        name="learning", help="How far the learning of a control is.", by=By.REQUESTS, role=Role.VIEWER,
        recorded=False,
    ),
    CommandSpec(
        name=WATCH, help="Input and changes, until the client disconnects.", by=By.REQUESTS,
        role=Role.VIEWER, recorded=False, cli="watch",
        arguments=(Argument("address", Kind.TEXT, "a beginning, or a pattern", optional=True),),
    ),
    CommandSpec(
        name="reading", help="Give the reading of a controller's control, as its on-screen twin does.",
        by=By.REQUESTS, role=Role.OPERATOR, recorded=False, http=False,
        arguments=(
            Argument("address", Kind.TEXT, "below `/midi/` or `/monome/`"),
            Argument("values", Kind.SCALAR, "one for each component", rest=True),
        ),
    ),
    CommandSpec(
        name=CANCEL, help="From the keeper: a client has disconnected.", by=By.REQUESTS, role=Role.ADMIN,
        recorded=False, http=False, arguments=(Argument("request", Kind.WHOLE, "its number"),),
    ),
)  # fmt: skip

_KEPT = (
    CommandSpec(
        name="status", help="Report on the running show.", by=By.KEEPER, role=Role.VIEWER, recorded=False,
        cli="status",
    ),
    CommandSpec(
        name="pairing", help="Report the panel's address, and the codes that pair a browser.", by=By.KEEPER,
        role=Role.ADMIN, recorded=False, http=False,
    ),
    CommandSpec(
        name="quarantine", help="List the shaders in quarantine, with the reasons.",
        by=By.KEEPER, role=Role.VIEWER, recorded=False, cli="quarantine",
    ),
    CommandSpec(
        name="site", help="Report on the site that this machine is one hub of.", by=By.KEEPER,
        role=Role.VIEWER, recorded=False,
    ),
    CommandSpec(
        name="site-view", help="Note how the site looks: of the hub process.", by=By.KEEPER, role=Role.ADMIN,
        recorded=False, live=True, http=False,
        arguments=(Argument("view", Kind.SCALAR, "JSON, in several texts", rest=True),),
    ),
    CommandSpec(
        name="operator", help="Open the operator's screen again after it was closed.", by=By.KEEPER,
        role=Role.ADMIN, recorded=False, live=True, http=False, cli="operator",
    ),
    CommandSpec(
        name="stop", help="Stop the running show cleanly.", by=By.KEEPER, role=Role.ADMIN, recorded=False,
        live=True, outside=True, cli="stop",
    ),
)  # fmt: skip

COMMANDS: Mapping[str, CommandSpec] = MappingProxyType(
    {one.name: one for one in (*_PLAYED, *_TIMED, *_STAGED, *_ANSWERED, *_KEPT)}
)
"""Every command by its name."""
