"""A camera on the network that speaks RTSP and sends by UDP alone, as some do."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import av

from tests.clips import HEIGHT, WIDTH, picture_of

SDP = """v=0
o=- 0 0 IN IP4 127.0.0.1
s=wall
c=IN IP4 127.0.0.1
t=0 0
m=video 0 RTP/AVP 96
a=rtpmap:96 H264/90000
a=fmtp:96 packetization-mode=1
a=control:track1
""".replace("\n", "\r\n")


@contextmanager
def camera(number: int) -> Iterator[int]:
    """Yield the TCP port of a camera that shows one picture with a number."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.1)
        thread = threading.Thread(target=_serve, args=(server, number, stop.is_set))
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            stop.set()
            thread.join()


def _serve(server: socket.socket, number: int, ended: Callable[[], bool]) -> None:
    while not ended():
        try:
            client, _ = server.accept()
        except TimeoutError:
            continue
        client.settimeout(0.1)
        with client:
            _answer(client, number, ended)


def _answer(client: socket.socket, number: int, ended: Callable[[], bool]) -> None:
    """Answer one client's requests (RFC 2326), and send it pictures once it asks to play."""
    received, port = b"", 0
    while not ended():
        try:
            data = client.recv(4096)
        except TimeoutError:
            continue
        except OSError:
            return
        if not data:
            return
        received += data
        while b"\r\n\r\n" in received:
            head, _, received = received.partition(b"\r\n\r\n")
            method, lines = head.split()[0].decode(), head.decode().split("\r\n")[1:]
            fields = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            more, body, status = "Session: 1\r\n", "", "200 OK"
            if method == "DESCRIBE":
                more, body = "Content-Type: application/sdp\r\n", SDP
            elif method == "SETUP" and "client_port=" not in fields["transport"]:
                status = "461 Unsupported Transport"
            elif method == "SETUP":
                port = int(fields["transport"].partition("client_port=")[2].partition("-")[0])
                more += f"Transport: {fields['transport']};server_port=6970-6971\r\n"
            answer = (
                f"RTSP/1.0 {status}\r\nCSeq: {fields['cseq']}\r\n{more}Content-Length: {len(body)}\r\n\r\n"
            )
            client.sendall((answer + body).encode())
            if method == "PLAY":
                _send(client, port, number, ended)
                return


def _send(client: socket.socket, port: int, number: int, ended: Callable[[], bool]) -> None:
    """Send pictures until the client leaves or the camera is switched off."""
    client.setblocking(False)
    with av.open(f"rtp://127.0.0.1:{port}?pkt_size=1200", "w", format="rtp") as container:
        stream = container.add_stream("libx264", rate=30, options={"tune": "zerolatency", "g": "10"})
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        frame = av.VideoFrame.from_ndarray(picture_of(number), format="rgb24")
        while not ended():
            try:
                if not client.recv(4096):
                    return
            except BlockingIOError:
                pass
            except OSError:
                return
            for packet in stream.encode(frame):
                container.mux(packet)
            time.sleep(1 / 60)
