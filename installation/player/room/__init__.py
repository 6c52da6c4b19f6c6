"""The people in the room, bound to a show: bodies, the commons, the choice."""
