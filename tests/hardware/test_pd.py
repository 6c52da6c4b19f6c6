"""Pure Data takes what the show sends, by the boxes that docs/voice.md names."""

import re
import socket
import subprocess
from pathlib import Path

import pytest

from installation.osc.codec import encode
from tests.parts import free_port, require
from tests.waiting import until

VOICE = Path(__file__).parents[2] / "docs" / "voice.md"


@pytest.mark.device
def test_a_patch_made_of_the_boxes_of_the_docs_gets_what_the_show_sends(tmp_path: Path) -> None:
    require("puredata")
    line = next(one for one in VOICE.read_text(encoding="utf-8").splitlines() if one.startswith("- **Pd:**"))
    port = free_port(socket.SOCK_DGRAM)
    boxes = [one.replace("9001", str(port)) for one in re.findall(r"`\[(.*?)\]`", line)]
    assert boxes[0].startswith("netreceive -u -b ")
    last = len(boxes) - 1
    patch = [
        "#N canvas 0 0 400 400 10;",
        *(f"#X obj 10 {30 * row} {box};" for row, box in enumerate(boxes, 1)),
    ]
    patch += ["#X obj 90 300 print state;", "#X obj 10 330 print gini;"]
    patch += [f"#X connect {box} 0 {box + 1} 0;" for box in range(last)]
    patch += [f"#X connect {last} 0 {last + 1} 0;", f"#X connect {last} 1 {last + 2} 0;"]
    (tmp_path / "voice.pd").write_text("\n".join(patch) + "\n", encoding="ascii")
    told = tmp_path / "told"
    command = ["puredata", "-nogui", "-noaudio", "-nomidi", "-noprefs", "-stderr", str(tmp_path / "voice.pd")]
    with told.open("wb") as stream, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream)
        try:

            def heard() -> bool:
                for message in (encode("/photophore/state", 3.0), encode("/photophore/gini", 0.25)):
                    sender.sendto(message, ("127.0.0.1", port))
                return {"state: 3", "gini: 0.25"} <= set(told.read_text().splitlines())

            until(heard, "Pd prints both numbers", 20.0)
        finally:
            process.kill()
            process.wait()
