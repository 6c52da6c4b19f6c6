"""A whole frame of a loaded stage beside a script, written by hand, that does the same drawing."""

from installation.bench.frame.load import display, loaded_production, loaded_stage
from installation.bench.frame.measure import apart, measure, run, turns
from installation.bench.frame.script import Script

__all__ = ["Script", "apart", "display", "loaded_production", "loaded_stage", "measure", "run", "turns"]
