"""What the panel has refused, noted for those who ask the keeper."""

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from installation.errors import PhotophoreError
from installation.status import RefusalStatus

__all__ = ["PanelNote"]


@dataclass(slots=True)
class PanelNote:
    """What the panel has refused to clients of the network, for those who ask the keeper.

    Attributes:
        refused: As told last; it stays when the panel has ended.
    """

    refused: tuple[RefusalStatus, ...] = ()

    def take(self, parts: Sequence[object]) -> dict[str, bool]:
        """Take what was refused, JSON in several texts. Raises PhotophoreError for anything else."""
        text = "".join(map(str, parts)).encode(errors="replace")
        try:
            self.refused = msgspec.json.decode(text, type=tuple[RefusalStatus, ...])
        except (msgspec.DecodeError, RecursionError) as error:
            message = f"these are no refusals: {error}"
            raise PhotophoreError(message) from error
        return {"taken": True}
