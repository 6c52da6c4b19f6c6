"""The pages of the visitors' process: plain HTML that works without script, on old phones and read aloud."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Final
from urllib.parse import urlencode

from installation.guestbook import FRAME, MOST_PLACES
from installation.visitors.languages import Texts

__all__ = ["Form", "Place", "form_page", "left_page", "notice_page", "privacy_page", "withdraw_page"]

_LONGEST_TYPED: Final = 500
"""UTF-16 units that the text field takes: more than any sentence that fits needs."""


@dataclass(frozen=True, slots=True)
class Place:
    """What every page of one request knows.

    Attributes:
        texts: Texts of its language.
        language: Tag of it.
        asked: The language was chosen on the page, so links keep it.
        languages: Tags and names of all.
        token: Of the address; empty for none.
        days: Days after which a story is deleted.
        contact: Who is responsible; empty if it is not stated.
    """

    texts: Texts
    language: str
    asked: bool
    languages: Mapping[str, str] = field(default_factory=dict)
    token: str = ""
    days: int = 365
    contact: str = ""

    def link(self, path: str, **query: str) -> str:
        """Return an address of ours, which keeps the chosen language, escaped for HTML."""
        asked = query | ({"lang": self.language} if self.asked else {})
        return escape(f"/{path}" + (f"?{urlencode(asked)}" if asked else ""))

    def home(self, **query: str) -> str:
        """Return the address of the form."""
        return self.link(self.token, **query)


@dataclass(frozen=True, slots=True)
class Form:
    """The content of the form.

    Attributes:
        key: Stands for this form: what is sent twice with it is one story.
        text: The sentence so far.
        strokes: The drawing so far, as JSON.
        message: Why it was not taken; empty at first.
    """

    key: str
    text: str = ""
    strokes: str = ""
    message: str = ""


def form_page(place: Place, form: Form) -> str:
    """Return the page with the form."""
    texts = place.texts
    room = escape(texts.room.format(most=MOST_PLACES))
    consent = escape(texts.consent.format(days=place.days))
    invalid = ' aria-invalid="true"' if form.message else ""
    width, height = FRAME
    return _document(
        place,
        texts.title,
        f"""<h1>{escape(texts.title)}</h1>
<p>{escape(texts.intro)}</p>
{_notice(form.message)}<form id="story" method="post" action="{place.home()}" accept-charset="utf-8"
autocomplete="off">
<input type="hidden" name="key" value="{escape(form.key)}">
<input type="hidden" name="strokes" id="strokes" value="{escape(form.strokes)}">
<div id="writing">
<label for="text">{escape(texts.sentence)}</label>
<textarea id="text" name="text" rows="3" maxlength="{_LONGEST_TYPED}" dir="auto" data-most="{MOST_PLACES}"
aria-describedby="room consent"{invalid}>
{escape(form.text)}</textarea>
<p class="small" id="room">{room}</p>
<p class="small" id="count" aria-live="polite" hidden data-left="{escape(texts.left)}"
data-over="{escape(texts.over)}"></p>
</div>
<div id="drawing" hidden>
<p id="how">{escape(texts.canvas)}</p>
<canvas id="canvas" width="{width}" height="{height}" role="img" aria-labelledby="how"></canvas>
<p><button type="button" class="quiet" id="clear">{escape(texts.clear)}</button></p>
</div>
<p id="change-row" hidden><button type="button" class="quiet" id="change" data-draw="{escape(texts.draw)}"
data-write="{escape(texts.write)}">{escape(texts.draw)}</button></p>
<p id="consent">{consent}</p>
<p><button type="submit">{escape(texts.send)}</button></p>
</form>""",
        script='<script src="/visitors.js" defer></script>\n',
    )


def left_page(place: Place, code: str) -> str:
    """Return the page after a story was left, with its withdrawal code."""
    texts = place.texts
    return _document(
        place,
        texts.thanks,
        f"""<h1>{escape(texts.thanks)}</h1>
<p>{escape(texts.sent)}</p>
<p>{escape(texts.code)}</p>
<p class="code" id="code" dir="ltr">{escape(code)}</p>
<p>{escape(texts.dark)}</p>
<p><a href="{place.home()}">{escape(texts.again)}</a></p>""",
    )


def withdraw_page(place: Place, message: str = "") -> str:
    """Return the page on which a story is withdrawn."""
    texts = place.texts
    return _document(
        place,
        texts.withdraw,
        f"""<h1>{escape(texts.withdraw)}</h1>
{_notice(message)}<p id="about">{escape(texts.withdraw_intro)}</p>
<form method="post" action="{place.link("withdraw")}" accept-charset="utf-8" autocomplete="off">
<p><label for="code">{escape(texts.withdraw_code)}</label>
<input type="text" id="code" name="code" required maxlength="40" dir="ltr" autocapitalize="characters"
spellcheck="false" aria-describedby="about"></p>
<p><button type="submit">{escape(texts.withdraw_send)}</button></p>
</form>""",
    )


def privacy_page(place: Place) -> str:
    """Return the page that says what is kept, for how long, and by whom."""
    texts = place.texts
    said = "\n".join(f"<p>{escape(one.format(days=place.days))}</p>" for one in texts.privacy_text)
    who = f"\n<p>{escape(texts.responsible.format(contact=place.contact))}</p>" if place.contact else ""
    return _document(place, texts.privacy, f"<h1>{escape(texts.privacy)}</h1>\n{said}{who}")


def notice_page(place: Place, message: str, title: str = "") -> str:
    """Return a page that says one thing."""
    title = title or place.texts.title
    return _document(place, title, f"<h1>{escape(title)}</h1>\n{_notice(message)}")


def _notice(message: str) -> str:
    return f'<p class="notice" role="alert">{escape(message)}</p>\n' if message else ""


def _document(place: Place, title: str, body: str, script: str = "") -> str:
    texts = place.texts
    home = escape(f"/{place.token}")
    others = "".join(
        f'<li><a href="{home}?lang={tag}" lang="{tag}" hreflang="{tag}">{escape(name)}</a></li>'
        for tag, name in place.languages.items()
        if tag != place.language
    )
    return f"""<!doctype html>
<html lang="{place.language}" dir="{texts.direction}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="dark">
<meta name="theme-color" content="#060403">
<meta name="robots" content="noindex">
<title>{escape(title)}</title>
<link rel="stylesheet" href="/visitors.css">
</head>
<body>
<main>
{body}
</main>
<footer class="small">
<p><a href="{place.link("privacy")}">{escape(texts.privacy)}</a></p>
<p><a href="{place.link("withdraw")}">{escape(texts.withdraw)}</a></p>
<nav aria-label="{escape(texts.languages)}"><ul>{others}</ul></nav>
</footer>
{script}</body>
</html>
"""
