"""What ``make site`` starts: four real machines in network namespaces, one of which is switched off."""

from pathlib import Path
from typing import Any

import pytest

from installation.cli.site.cables import possible
from installation.cli.site.stand import HALL, HUBS, Stand
from installation.errors import PhotophoreError
from tests.installation.hub.site import until
from tests.parts import NAMESPACES, needs

pytestmark = [needs(NAMESPACES, there=possible()), pytest.mark.timeout(300)]


def test_the_first_compiles_for_all_and_a_machine_that_is_switched_off_is_away_until_it_is_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MESA_SHADER_CACHE_DIR", str(tmp_path / "cache"))
    stand = Stand(tmp_path, "fireflies", display=False)
    try:
        stand.advance()  # the first has no picture yet
        first = sorted(one.name for one in tmp_path.glob("*.toml"))

        def states() -> dict[str, str]:
            stand.advance()
            try:
                told: dict[str, Any] = stand.told()
            except PhotophoreError:
                return {}
            return {one["name"]: one["state"] for one in told["stations"]}

        until(lambda: states() == dict.fromkeys(HUBS, "here"), "all are here", 240.0)
        with pytest.raises(PhotophoreError, match="north has not ended"):
            stand.start("north")
        stand.kill("north")
        until(lambda: states().get("north") == "away", "it is missed", 240.0)
        ended = stand.ended()
        with pytest.raises(PhotophoreError, match="north does not run"):
            stand.kill("north")
        stand.start("north")
        until(lambda: states() == dict.fromkeys(HUBS, "here"), "it is back", 240.0)

        assert first == [f"{HALL}.toml"]
        assert ended == ["north"]
        assert stand.ended() == []
    finally:
        stand.close()
