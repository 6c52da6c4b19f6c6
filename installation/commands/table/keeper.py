"""Questions that are answered, and commands that the keeper carries out."""

from installation.commands.spec import Argument, By, CommandSpec, Kind, Role
from installation.commands.table.arguments import ADDRESS, CANCEL, CONTROLS, CUES, PARAMETERS, WATCH

__all__ = ["ANSWERED", "KEPT"]

ANSWERED = (
    CommandSpec(
        name="get", help="A parameter's effective value (or its base), or a signal's value.", by=By.REQUESTS,
        role=Role.VIEWER, recorded=False, cli="get",
        arguments=(ADDRESS, Argument("base", Kind.SWITCH, "the base instead", optional=True)),
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

KEPT = (
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
        name="panel-refused", help="Note what the panel has refused: of the panel's process.", by=By.KEEPER,
        role=Role.ADMIN, recorded=False, live=True, http=False,
        arguments=(Argument("refused", Kind.SCALAR, "JSON, in several texts", rest=True),),
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
