"""The tree of parameters: named values with a base that people and cues write, and an effective value."""

from installation.parameter.parameter import Kind, Parameter
from installation.parameter.preset import morph, recall, save, snapshot, write_atomically
from installation.parameter.tree import Tree

__all__ = ["Kind", "Parameter", "Tree", "morph", "recall", "save", "snapshot", "write_atomically"]
