"""Commands that the stage carries out itself: windows, files, messages and the site; see ``table``."""

from typing import Final

from installation.commands.spec import Argument, By, CommandSpec, Key, Kind, Role

__all__ = ["STAGED"]

_VALUES = Argument("values", Kind.SCALAR, "one for each component", optional=True, rest=True)

STAGED: Final = (
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
