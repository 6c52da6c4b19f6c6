"""A small interface for tests, to read, to play and to break."""

from pathlib import Path

STATES = """format = 1

[state.attuned]
onset = 1.0

[state.attuned.refuses]
backfire = "nothing has built up that could fire back; go through malfunction"
repairing = "nothing is torn"

[state.drifting]
onset = 1.0
decay = 1.0

[state.drifting.refuses]
symbiosis = "answers that come late cannot be shared; go through repairing or attuned"
[state.drifting.set]
"/scene/one/glow" = 0.6

[state.malfunction]
onset = 0.5
decay = 2.0
longest = 20.0
then = "repairing"

[state.malfunction.refuses]
attuned = "what is torn heals by repairing; only panic calms it at once"
drifting = "what is torn does not drift back together; go through repairing"
symbiosis = "what is torn has to be repaired first"
[state.malfunction.set]
"/scene/one/glow" = 1.0
"/neuro/attribution/permute" = 1.0
"/neuro/attribution/delay-min" = 0.8
"/neuro/attribution/delay-max" = 8.0
"/neuro/attribution/renew" = 11.5

[[state.malfunction.trigger]]
signal = "/osc/wild"
above = 0.8
release = 0.5
dwell = 2.0
after = ["drifting"]

[[state.malfunction.phase]]
at = 8.0
fade = 0.5
like = "attuned"

[[state.malfunction.phase]]
at = 12.0
fade = 0.5
set = { "/scene/two/glow" = 1.0 }

[state.backfire]
onset = 0.1
longest = 6.0
then = "repairing"

[state.backfire.refuses]
attuned = "what fired back is still torn; go through repairing"
drifting = "what fired back is torn already; go through repairing"
symbiosis = "what fired back has to be repaired first"
[state.backfire.shock]

[state.repairing]
onset = 2.0

[state.repairing.refuses]
backfire = "what could fire back is being healed; go through malfunction"

[state.symbiosis]
onset = 2.0
set = { "/scene/two/glow" = 0.1 }

[state.symbiosis.refuses]
backfire = "nothing has built up that could fire back; go through malfunction"
repairing = "nothing is torn"
"""


def add_states(folder: Path, text: str = STATES) -> Path:
    """Write ``states.toml`` into the folder of a show."""
    (folder / "states.toml").write_text(text)
    return folder
