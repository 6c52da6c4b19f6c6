"""A real process with the visitors' page, and phones that send real HTTP."""

import http.client
import json
import os
import re
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from installation.guestbook import Guestbook, folder
from installation.guestbook.tokens import Tokens
from tests.waiting import until

__all__ = ["Answer", "Page", "Served", "until"]


class Answer:
    """An answer, its page as a browser without script reads it."""

    def __init__(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.text = body.decode()
        self.page = Page()
        if "html" in headers.get("content-type", ""):
            self.page.feed(self.text)


class Page(HTMLParser):
    """The parts of a page that tests look at."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.tags: list[str] = []
        self.alert = ""
        self.code = ""
        self.html: dict[str, str] = {}
        self.action = ""
        self.words = ""
        self._open: list[tuple[str, dict[str, str]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note forms, fields and attributes; see ``HTMLParser``."""
        given = {key: value or "" for key, value in attrs}
        self.tags.append(tag)
        if tag == "html":
            self.html = given
        if tag == "form":
            self.action = given.get("action", "")
        if tag in ("input", "textarea") and "name" in given:
            self.fields[given["name"]] = given.get("value", "")
        self._open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element of that name."""
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        """Collect the words, and those of alerts and codes apart."""
        tag, given = self._open[-1] if self._open else ("", {})
        self.words += data
        if tag == "textarea":
            self.fields[given["name"]] += data.removeprefix("\n")
        if given.get("role") == "alert":
            self.alert += data
        if given.get("id") == "code":
            self.code += data


class Served:
    """The process, in a state folder of its own."""

    def __init__(self, state: Path, **options: Any) -> None:
        self.state = state
        watch, self.alive = os.pipe()
        self.log = (state / "said.log").open("wb+")
        given = {"port": 0, "burst": 1000} | options
        self.process = subprocess.Popen(
            [sys.executable, "-m", "installation.visitors", json.dumps(given)],
            env=os.environ | {"PHOTOPHORE_STATE": str(state), "PHOTOPHORE_ALIVE": str(watch)},
            pass_fds=(watch,),
            stderr=self.log,
        )
        os.close(watch)
        found = until(lambda: re.findall(r"http://\S+:(\d+)/", self.said()) or self.process.poll())
        assert isinstance(found, list), self.said()
        self.port = int(found[0])
        self.token = Tokens(folder(state), given.get("code", "printed"), given.get("hub", "")).now(
            time.time()
        )
        self.home = f"/{self.token}"

    def said(self) -> str:
        """Everything that it wrote to its log."""
        return (self.state / "said.log").read_text()

    def book(self) -> Guestbook:
        """Its guest book, opened beside it."""
        return Guestbook(folder(self.state))

    def texts(self) -> list[str]:
        """Texts of all stories, in order."""
        return sorted(one.story.text for one in self.book().stories())

    def ask(self, path: str, body: bytes | None = None, source: str = "127.0.0.1", **headers: str) -> Answer:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, 30, source_address=(source, 0))
        given = {key.replace("_", "-"): value for key, value in headers.items()}
        if body is not None:
            given = {"Content-Type": "application/x-www-form-urlencoded"} | given
        try:
            connection.request("GET" if body is None else "POST", path, body, given)
            answer = connection.getresponse()
            told = {key.lower(): value for key, value in answer.getheaders()}
            return Answer(answer.status, told, answer.read())
        finally:
            connection.close()

    def leave(self, text: str = "", *, form: Page | None = None, strokes: str = "", **more: str) -> Answer:
        """Send what a person typed into a form, and follow where it leads."""
        form = form or self.ask(self.home, **more).page
        fields = form.fields | {"text": text, "strokes": strokes}
        answer = self.ask(form.action, urlencode(fields).encode(), **more)
        return self.ask(answer.headers["location"], **more) if answer.status == 303 else answer

    def close(self) -> None:
        """Close the keeper's pipe, and wait for its end."""
        os.close(self.alive)  # as if the keeper were gone
        self.process.wait(20)
        self.log.close()
