"""Controllers on the stage: lights, prompts, and the file of what was learned."""

from installation.stage.controls.surfaces import StageSurfaces

__all__ = ["StageSurfaces"]
