"""Commands of time and of the stage."""

from installation.commands.spec import Argument, By, CommandSpec, Key, Kind, Role
from installation.commands.table.arguments import SLOT, VALUES

__all__ = ["STAGED", "TIMED"]

TIMED = (
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
            SLOT,
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
            SLOT,
            Argument("state", Kind.SWITCH, "`on` or `off`; without a word it changes over", optional=True),
        ),
    ),
    CommandSpec(
        name="loop-clear", help="Empty a gesture loop.", by=By.PLAYER, role=Role.OPERATOR,
        address="/loop/{slot}/clear", osc=True, midi=True, cli="loop clear", arguments=(SLOT,),
    ),
)  # fmt: skip

STAGED = (
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
            VALUES,
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
        name="mapping", help="Calibrate the windows: corner pin, grid, soft edges, masks (again: leave).",
        by=By.STAGE, role=Role.OPERATOR, recorded=False, live=True, http=False, outside=True, cli="mapping",
        arguments=(
            Argument("state", Kind.SWITCH, "`on` or `off`; without a word it changes over", optional=True),
        ),
        keys=(Key("f9", words="F9 mapping"),),
    ),
    CommandSpec(
        name="page-code", help="Show or hide the code for phones on the picture.", by=By.STAGE,
        role=Role.OPERATOR, recorded=False, live=True, http=False, keys=(Key("q", words="Q phones' code"),),
    ),
    CommandSpec(
        name="hud", help="Show the HUD in short, in full, or not at all.", by=By.STAGE, role=Role.OPERATOR,
        recorded=False, live=True, http=False, keys=(Key("h", words="H this"),),
    ),
)  # fmt: skip
