"""The people in the room as numbers, and the interface's state: what answers whom, and how well."""

__all__: list[str] = []
