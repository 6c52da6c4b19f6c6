"""Real receivers, run inside the private network by the tests: what did they understand of what we sent?

Each job prints one JSON object. Frames go out at 44 Hz until the receiver shows them or patience ends.
"""

import json
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import msgspec
import numpy as np

from hardware.artnet import ArtNetOutput
from hardware.sacn import SacnOutput
from installation.contract import LightFrame
from tests.hardware.wire import random_levels

PERIOD = 1 / 44
PATIENCE = 12.0
HOST, OTHER = "10.77.0.1", "10.77.0.2"

OLA_OFF = (
    "dummy espnet ftdidmx gpio karate kinet milinst nanoleaf opendmx openpixelcontrol osc pathport renard "
    "sandnet shownet spi stageprofi uartdmx usbdmx usbserial"
)
OLA_ARTNET = f"""enabled = true
ip = {HOST}
net = 0
subnet = 0
output_ports = 0
use_loopback = true
always_broadcast = false
use_limited_broadcast = false
long_name = ola
short_name = ola
"""
OLA_E131 = f"""enabled = true
ip = {HOST}
input_ports = 2
output_ports = 0
draft_discovery = false
ignore_preview = true
prepend_hostname = true
revision = 0.46
"""


def output(kind, **values):
    """An output of a kind, opened, with settings as a venue file gives them."""
    made = kind("wall", msgspec.convert(values, kind.Settings))
    made.open()
    return made


def stream(out, levels, until, patience=PATIENCE):
    """Send at 44 Hz until ``until()`` says something true; what it said last."""
    start = time.monotonic()
    frames = 0
    while True:
        now = time.monotonic()
        out.send(LightFrame(frames, now, levels), now)
        frames += 1
        said = until() if frames % 5 == 0 else None
        if said or now - start > patience:
            return said
        time.sleep(max(0.0, start + frames * PERIOD - time.monotonic()))


def wait(ready, patience=PATIENCE):
    """Ask until there is an answer."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        said = ready()
        if said:
            return said
        time.sleep(0.05)
    message = "the receiver did not start"
    raise TimeoutError(message)


def answer(*command):
    """What a program prints; nothing while it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


@contextmanager
def ola():
    """An OLA daemon with Art-Net and E1.31 inputs; gives device numbers by plugin name."""
    with tempfile.TemporaryDirectory() as folder:
        for name in OLA_OFF.split():
            Path(folder, f"ola-{name}.conf").write_text("enabled = false\n")
        Path(folder, "ola-artnet.conf").write_text(OLA_ARTNET)
        Path(folder, "ola-e131.conf").write_text(OLA_E131)
        for path in (Path(folder), *Path(folder).iterdir()):
            shutil.chown(path, "olad")
        command = ["setpriv", "--reuid=olad", "--regid=nogroup", "--init-groups", "olad"]
        command += ["--no-register-with-dns-sd", "--config-dir", folder, "--interface", "photo0"]
        command += ["--http-port", "9090", "--log-level", "1", "--no-http-quit"]
        daemon = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            wait(lambda: {"ArtNet", "E1.31"} <= devices().keys())
            yield devices()
        finally:
            daemon.terminate()
            daemon.wait(10)


def devices():
    """OLA's device numbers by the first word of their names."""
    return {name: number for number, name in re.findall(r"Device (\d+): (\S+)", answer("ola_dev_info"))}


def dmx(universe):
    """What OLA's web server says that a universe holds now."""
    with urllib.request.urlopen(f"http://127.0.0.1:9090/get_dmx?u={universe}", timeout=5) as reply:
        return json.load(reply)["dmx"]


def run_ola():
    """Both protocols into OLA: what its web server shows, beside what was sent."""
    result = {}
    with ola() as numbers:
        jobs = {
            # OLA ignores Art-Net from its own address, hence the other end of the cable.
            "artnet": (1, numbers["ArtNet"], ArtNetOutput, {"host": HOST, "bind": OTHER}),
            "sacn multicast": (7, numbers["E1.31"], SacnOutput, {"bind": HOST}),
        }
        for job, (universe, device, kind, values) in jobs.items():
            wait(lambda d=device, u=universe: patch(d, u))
            levels = random_levels(1, universe)
            out = output(kind, send=[{"universe": 1, "address": universe}], **values)
            got = stream(out, levels, lambda u=universe, w=levels: match(dmx(u), w))
            out.finish(LightFrame(0, 0.0, np.zeros_like(levels)), 0.0)
            out.close()
            after = last_look(universe) if job == "artnet" else None
            result[job] = {"sent": levels[0].tolist(), "got": got or dmx(universe), "after": after}
    return result


def last_look(universe, patience=10.0):
    """What OLA shows once it is dark, or after some seconds: it takes packets while it answers others."""
    end = time.monotonic() + patience
    while any(shown := dmx(universe)) and time.monotonic() < end:
        time.sleep(0.05)
    return shown


def patch(device, universe):
    """Patch OLA's first input of a device; True when that worked."""
    command = ["ola_patch", "-d", str(device), "-p", "0", "-i", "-u", str(universe)]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def match(got, levels):
    """The values if they are what was sent."""
    return got if got == levels[0].tolist() else None


def run_tshark():
    """A capture of three frames of four Art-Net universes, dissected.

    A frame is five packets. tshark says that it captures a little before it does, so it may begin within a
    frame: four frames are captured, and those after the first packet of synchronization are looked at.
    """
    fields = ["artnet.header.opcode", "artnet.header.protver", "artnet.output.sequence"]
    fields += ["artnet.output.universe", "artnet.output.length", "_ws.malformed"]
    levels = random_levels(4)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "wire.pcapng")
        capture = subprocess.Popen(
            [
                "tshark",
                "-q",
                "-i",
                "lo",
                "-f",
                "udp port 6454",
                "-c",
                "20",
                "-a",
                "duration:20",
                "-w",
                str(file),
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        for line in capture.stderr:
            if "Capturing on" in line:
                break
        values = {"host": "127.0.0.1", "send": [{"universe": 1, "count": 4, "address": 14}], "sync": True}
        out = output(ArtNetOutput, **values, segment=False)
        stream(out, levels, lambda: capture.poll() is not None)
        out.close()
        capture.communicate(timeout=20)
        command = ["tshark", "-r", str(file), "-Y", "artnet", "-T", "fields"]
        text = answer(*command, *(word for field in fields for word in ("-e", field)))
    rows = [line.split("\t") for line in text.splitlines()]
    begin = next(at for at, row in enumerate(rows) if row[0] == "0x5200") + 1
    return {"rows": rows[begin : begin + 15]}


def run_cable():
    """Three frames of 130 universes, many packets a call, over a cable into another network stack."""
    far = subprocess.Popen(
        ["unshare", "--net", sys.executable, "-m", "tests.hardware.receivers", "far"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        far.stdout.readline()  # it has a network of its own now
        subprocess.run(["ip", "link", "set", "photo1", "netns", str(far.pid)], check=True)
        far.stdin.write("the cable is in\n")
        far.stdin.flush()
        far.stdout.readline()  # it listens
        send = [{"universe": 1, "count": 130, "address": 0}]
        out = output(ArtNetOutput, host=OTHER, bind=HOST, send=send)
        segmented = out._line.segmented
        for i in range(3):
            out.send(LightFrame(i, 0.0, random_levels(130, i)), 0.0)
        counters = [out.counters.sent, out.counters.dropped, out.counters.errors]
        still = out._line.segmented
        out.close()
        return {**json.loads(far.stdout.readline()), "segmented": [segmented, still], "counters": counters}
    finally:
        far.kill()
        far.communicate()


def run_far():
    """The other end of the cable: which packets came, and did they carry what was sent?"""
    print("ready", flush=True)
    sys.stdin.readline()
    for words in ("addr add 10.77.0.2/24 dev photo1", "link set photo1 up", "link set lo up"):
        subprocess.run(["ip", *words.split()], check=True)
    node = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    node.setsockopt(socket.SOL_SOCKET, 33, 1 << 22)  # SO_RCVBUFFORCE, which Python has no name for
    node.bind((OTHER, 6454))
    node.settimeout(PATIENCE)
    print("listening", flush=True)
    packets = [node.recv(65535) for _ in range(390)]
    sent = [row.tobytes() for i in range(3) for row in random_levels(130, i)]
    node.close()
    return {
        "sizes": sorted({len(packet) for packet in packets}),
        "addresses": [packet[15] << 8 | packet[14] for packet in packets[:130]],
        "equal": [packet[18:] for packet in packets] == sent,
    }


def run_sacn(way):
    """The ``sacn`` package's receiver: unicast, multicast, and whether it sees the end as an end."""
    import sacn

    values, bind = {
        "unicast": ({"host": "127.0.0.1", "suppress": True}, "127.0.0.1"),
        "multicast": ({"bind": HOST}, "0.0.0.0"),
    }[way]
    receiver = sacn.sACNreceiver(bind_address=bind)
    seen = []
    changes = []
    receiver.register_listener("universe", seen.append, universe=9)
    receiver.register_listener("availability", lambda universe, changed: changes.append(changed))
    receiver.start()
    if way == "multicast":
        receiver.join_multicast(9)
    levels = random_levels(1, 3)
    out = output(
        SacnOutput, send=[{"universe": 1, "address": 9}], priority=120, source_name="Fjord", **values
    )
    stream(out, levels, lambda: bool(seen))
    out.finish(LightFrame(0, 0.0, levels), 0.0)
    wait(lambda: "timeout" in changes)
    out.close()
    receiver.stop()
    packet = seen[0]
    told = {
        "sent": levels[0].tolist(),
        "got": list(packet.dmxData),
        "priority": packet.priority,
        "name": packet.sourceName.rstrip("\0"),
        "universe": packet.universe,
        "cid": packet.cid == tuple(out.cid.bytes),
        "changes": changes,
    }
    return {way: told}


JOBS = {"ola": run_ola, "tshark": run_tshark, "sacn": run_sacn, "cable": run_cable, "far": run_far}

if __name__ == "__main__":
    print(json.dumps(JOBS[sys.argv[1]](*sys.argv[2:])), flush=True)
