"""The ``photophore`` command: one function per verb, each importing what it needs when it is called.

Data goes to stdout, messages to stderr. Exit codes: 0 success, 1 findings or failure, 2 usage error, 3 no
show is running.
"""

import sys
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from installation.cli.calibrate import calibrate_verbs
from installation.cli.learn import learn_verb
from installation.cli.service_verbs import service_verbs
from installation.cli.stories import stories_verbs
from installation.cli.verbs import add_verbs
from installation.errors import NotRunningError, PhotophoreError
from installation.values import CANVAS_HEIGHT, CANVAS_WIDTH, DEFAULT_VENUE

__all__ = ["application", "main"]

EXIT_FAILURE, EXIT_USAGE, EXIT_NOT_RUNNING = 1, 2, 3

application = typer.Typer(
    name="photophore",
    help="Living light from the people in a room: shows, lamps and sound in one program.",
    no_args_is_help=True,
    rich_markup_mode=None,  # importing rich for help texts takes 0.2 s
    pretty_exceptions_enable=False,
    add_completion=False,
)
preset = typer.Typer(
    help="Save or recall a preset of the running show.", no_args_is_help=True, rich_markup_mode=None
)
loop = typer.Typer(help="Record and play gesture loops.", no_args_is_help=True, rich_markup_mode=None)
application.add_typer(preset, name="preset")
application.add_typer(loop, name="loop")
application.add_typer(service_verbs, name="service")
application.add_typer(calibrate_verbs, name="calibrate")
application.add_typer(stories_verbs, name="stories")

ShowName = Annotated[
    str | None, typer.Argument(metavar="SHOW", help="A name or a folder; default: the shipped show.")
]
VenueName = Annotated[
    str | None, typer.Option("--venue", help=f"A name or a file; default: {DEFAULT_VENUE}.")
]
RunVenueName = Annotated[str | None, typer.Option("--venue", help="A name or a file; required.")]
SceneName = Annotated[str | None, typer.Option("--scene", help="Start with this scene, without cues.")]
CueName = Annotated[str | None, typer.Option("--cue", help="Start at this cue.")]
ShaderFile = Annotated[Path | None, typer.Option("--shader", help="Play one ISF file instead of a show.")]
InputName = Annotated[
    str | None, typer.Option("--input", help="Picture file or scene for the shader's inputImage.")
]
From = Annotated[str | None, typer.Option("--from", metavar="M:SS", help="Start the score at this position.")]
Act = Annotated[int | None, typer.Option("--act", min=0, help="Start the score where this act begins.")]
Speed = Annotated[
    float,
    typer.Option(
        "--speed", min=0.1, max=100.0, help="Factor on the cue clock; everything else runs in real time."
    ),
]
Size = Annotated[str | None, typer.Option("--size", metavar="WxH", help="Size of the canvas in pixels.")]
Seed = Annotated[int | None, typer.Option("--seed", help="Random seed; default: the show's.")]
Headless = Annotated[bool, typer.Option("--headless", help="Open no window.")]
Seconds = Annotated[float | None, typer.Option("--seconds", min=0.0, help="Stop after this many seconds.")]
PanelPort = Annotated[
    int | None, typer.Option("--panel-port", min=0, max=65535, help="TCP port of the panel; 0 takes any.")
]
PanelHost = Annotated[
    str | None,
    typer.Option(
        "--panel-host",
        help="IP address of the panel instead of the venue's; 0.0.0.0: the network, with pairing.",
    ),
]
Operator = Annotated[
    bool | None,
    typer.Option("--operator/--no-operator", help="Open the operator's screen (an extra)."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Record = Annotated[Path | None, typer.Option("--record", help="Record every input to this JSONL file.")]
Trace = Annotated[Path | None, typer.Option("--trace", help="Write one JSON line per frame.")]


@application.command()
def preview(
    show: ShowName = None,
    venue: VenueName = None,
    scene: SceneName = None,
    cue: CueName = None,
    from_: From = None,
    act: Act = None,
    speed: Speed = 1.0,
    people: Annotated[
        int | None,
        typer.Option("--people", min=0, max=40, help="Number of simulated people; default: the venue's."),
    ] = None,
    shader: ShaderFile = None,
    input_: InputName = None,
    size: Size = None,
    seed: Seed = None,
    headless: Headless = False,
    seconds: Seconds = None,
    record: Record = None,
    panel_port: PanelPort = None,
    panel_host: PanelHost = None,
    operator: Operator = None,
) -> int:
    """Play in a window on this machine. Without a display: headless, with the picture on the panel."""
    from installation.cli.play import Choice, play, score_place

    choice = Choice(
        mode="preview", show=show, venue=venue, scene=scene, cue=cue, score=score_place(from_, act, cue),
        speed=speed, people=people, shader=shader, input=input_, size=size,
        seed=seed, headless=headless, seconds=seconds, record=record, panel_port=panel_port,
        panel_host=panel_host, operator=operator,
    )  # fmt: skip
    return play(choice)


@application.command()
def perform(
    show: ShowName = None,
    venue: VenueName = None,
    seed: Seed = None,
    seconds: Seconds = None,
    panel_port: PanelPort = None,
    panel_host: PanelHost = None,
    operator: Operator = None,
) -> int:
    """Play full screen, by hand: keys, MIDI controller, HUD."""
    from installation.cli.play import Choice, play

    choice = Choice(
        mode="perform", show=show, venue=venue, seed=seed, seconds=seconds, panel_port=panel_port,
        panel_host=panel_host, operator=operator,
    )  # fmt: skip
    return play(choice)


@application.command()
def run(
    show: ShowName = None,
    venue: RunVenueName = None,
    headless: Headless = False,
    seconds: Seconds = None,
    seed: Seed = None,
    record: Record = None,
    panel_port: PanelPort = None,
    panel_host: PanelHost = None,
) -> int:
    """Play unattended. The keeper restarts what fails; the lamps hold their look meanwhile."""
    from installation.cli.play import Choice, play

    if venue is None:
        typer.echo("run needs --venue NAME; `photophore list venues` lists them", err=True)
        return EXIT_USAGE
    choice = Choice(
        mode="run", show=show, venue=venue, headless=headless, seconds=seconds, seed=seed, record=record,
        panel_port=panel_port, panel_host=panel_host,
    )  # fmt: skip
    return play(choice)


@application.command()
def render(
    show: ShowName = None,
    out: Annotated[Path | None, typer.Option("--out", help="FILE.mp4, or a folder for PNG frames.")] = None,
    venue: VenueName = None,
    scene: SceneName = None,
    cue: CueName = None,
    from_: From = None,
    act: Act = None,
    speed: Speed = 1.0,
    shader: ShaderFile = None,
    input_: InputName = None,
    seconds: Annotated[float, typer.Option("--seconds", min=0.0, help="Length.")] = 10.0,
    fps: Annotated[float, typer.Option("--fps", min=1.0, max=240.0, help="Frames per second.")] = 30.0,
    size: Annotated[
        str, typer.Option("--size", metavar="WxH", help="Size of the picture in pixels.")
    ] = f"{CANVAS_WIDTH}x{CANVAS_HEIGHT}",
    seed: Annotated[int, typer.Option("--seed", help="Random seed.")] = 0,
    set_: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="ADDRESS=VALUE",
            help="Set a base before the first frame; components are separated by commas.",
        ),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(
            "--replay",
            help="Replay a recording of inputs. It contains no readings of people, which are private.",
        ),
    ] = None,
    people: Annotated[
        int, typer.Option("--people", min=0, max=40, help="Number of simulated people in the room.")
    ] = 0,
    trace: Trace = None,
    sheet: Annotated[Path | None, typer.Option("--sheet", help="Also write a contact sheet PNG.")] = None,
) -> int:
    """Render to a film or to pictures, frame-exact: frame i is at i/fps seconds."""
    from installation.cli.play import score_place
    from installation.cli.render import Job, render_job

    if out is None and trace is None and sheet is None:
        typer.echo("render needs --out FILE.mp4 or --out FOLDER (or --trace FILE.jsonl)", err=True)
        return EXIT_USAGE
    job = Job(
        show=show, venue=venue, scene=scene, cue=cue, score=score_place(from_, act, cue), speed=speed,
        shader=shader, input=input_, out=out, seconds=seconds,
        fps=fps, size=size, seed=seed, settings=tuple(set_ or ()), replay=replay, people=people, trace=trace,
        sheet=sheet,
    )  # fmt: skip
    return render_job(job)


@application.command()
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH...",
            help="Shows, venues, fixture profiles, shaders, folders of shaders; default: everything shipped.",
        ),
    ] = None,
    json: Json = False,
) -> int:
    """Check shows, venues, fixture profiles and shaders; shaders are compiled and rendered."""
    from installation.cli.check import check as run_check

    return run_check(paths or [], as_json=json)


@application.command("list")
def list_(
    what: Annotated[
        str,
        typer.Argument(
            metavar="WHAT",
            help="scenes, cues, shows, venues, parameters, signals, controls, adapters, controllers, "
            "fixtures",
        ),
    ],
    show: Annotated[
        str | None, typer.Option("--show", help="The show of scenes, cues, parameters and signals.")
    ] = None,
    venue: Annotated[str | None, typer.Option("--venue", help="Only the adapters of this venue.")] = None,
    json: Json = False,
) -> int:
    """List scenes, cues, controls, shows, venues, parameters, signals, adapters, controllers or fixtures."""
    from installation.cli.listing import listing

    return listing(what, show=show, venue=venue, as_json=json)


@application.command()
def new(folder: Annotated[Path, typer.Argument(metavar="DIR")]) -> int:
    """Write a small show to edit."""
    from installation.cli.new import new as write_new

    return write_new(folder)


@application.command()
def doctor(json: Json = False) -> int:
    """Check this machine: graphics, MIDI, ports, disk; suggest fixes."""
    from installation.cli.doctor import doctor as examine

    return examine(as_json=json)


@application.command()
def bench(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME...", help="Which benchmarks; default: all.")
    ] = None,
    json: Json = False,
) -> int:
    """Run benchmarks, as ratios to named peers measured in the same run."""
    from installation.cli.bench import bench as measure

    return measure(names or [], as_json=json)


@application.command()
def flatten(shader: Annotated[Path, typer.Argument(metavar="FILE.fs")]) -> int:
    """Print a shader with its includes resolved, for other ISF hosts."""
    from installation.cli.flatten import flatten as print_flat

    return print_flat(shader)


@application.command()
def get(
    address: str,
    base: Annotated[bool, typer.Option("--base", help="The base instead of the effective value.")] = False,
    json: Json = False,
) -> int:
    """Print a parameter's effective value (or its base), or a signal's value."""
    from installation.cli.remote import get as ask

    return ask(address, base=base, as_json=json)


@application.command("set", context_settings={"ignore_unknown_options": True})
def set_value(address: str, values: Annotated[list[str], typer.Argument(metavar="VALUE...")]) -> int:
    """Set a parameter's base, in natural units; reports how a value out of range was changed."""
    from installation.cli.remote import set_value as tell

    return tell(address, values)


@application.command(context_settings={"ignore_unknown_options": True})
def send(
    target: Annotated[str, typer.Argument(help="Its name in the venue file.")],
    address: Annotated[str, typer.Argument(help="OSC address; `/cc/1/7`, `/msc/go` and so on for MIDI.")],
    values: Annotated[list[str] | None, typer.Argument(metavar="VALUE...")] = None,
) -> int:
    """Send one message to a target of the venue, to try it."""
    from installation.cli.remote import send as tell

    return tell(target, address, values or [])


@application.command()
def watch(
    address: Annotated[
        str,
        typer.Argument(
            metavar="ADDRESS", help="The beginning of an address, or a pattern; default: all input."
        ),
    ] = "/",
    seconds: Seconds = None,
    json: Json = False,
) -> int:
    """Print input as it arrives (OSC, MIDI, keys, mouse), and changes of the named signals and parameters."""
    from installation.cli.remote import watch as look

    return look(address, seconds=seconds, as_json=json)


application.command("learn")(learn_verb)
add_verbs(application, {"preset": preset, "loop": loop})


@application.command()
def status(json: Json = False) -> int:
    """Report on the running show."""
    from installation.cli.remote import status as ask

    return ask(as_json=json)


@application.command()
def quarantine(json: Json = False) -> int:
    """List the shaders in quarantine, with the reasons."""
    from installation.cli.remote import quarantine as ask

    return ask(as_json=json)


@application.command()
def replay(
    recording: Annotated[Path, typer.Argument(metavar="FILE.jsonl")],
    show: Annotated[str | None, typer.Option("--show", help="The show that was recorded.")] = None,
    venue: VenueName = None,
) -> int:
    """Play a recording of inputs, in a window. It contains no readings of people, which are private."""
    from installation.cli.play import Choice, play

    return play(Choice(mode="preview", show=show, venue=venue, replay=recording))


def main() -> int:
    """Run the command line and return the exit code."""
    try:
        code = application(standalone_mode=False)
    except NotRunningError as error:
        print(error, file=sys.stderr)
        return EXIT_NOT_RUNNING
    except PhotophoreError as error:
        print(error, file=sys.stderr)
        return EXIT_FAILURE
    except OSError as error:
        print(f"{error.filename}: {error.strerror}" if error.filename else error, file=sys.stderr)
        return EXIT_FAILURE
    except typer.Abort:
        return EXIT_FAILURE
    except typer.Exit as leaving:
        return leaving.exit_code
    except TyperException as error:
        print(error.format_message(), file=sys.stderr)
        return EXIT_USAGE
    return code if isinstance(code, int) else 0
