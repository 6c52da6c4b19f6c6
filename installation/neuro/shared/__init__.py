"""The shared state of the people in the room: who is there, what is measured, what may be told of it."""

from installation.neuro.shared.state import LINGER, Shared, SharedState

__all__ = ["LINGER", "Shared", "SharedState"]
