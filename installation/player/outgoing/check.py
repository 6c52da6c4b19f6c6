"""Checks of what a show sends against the signals and parameters that there are."""

from collections.abc import Collection, Iterable

from installation.errors import nearest
from installation.parameter.tree import Tree
from installation.show.outgoing.model import SendSpec
from installation.signal.modulators.steps import parse_shape
from installation.values import Address, Finding

__all__ = ["check_sends"]


def check_sends(
    sends: Iterable[SendSpec], tree: Tree, signals: Collection[Address], prefixes: tuple[str, ...]
) -> list[Finding]:
    """Return sources that do not exist, wrong modulators, and triggers from several numbers.

    Args:
        sends: The streams of a show.
        tree: Its parameters.
        signals: Addresses of signals.
        prefixes: Beginnings of addresses below which any signal may appear.
    """
    findings = []
    known = tree.parameters()
    for send in sends:
        findings += parse_shape(send.shape)[1]
        where = send.places.get("from", send.where)
        for source in send.sources:
            if source not in known and source not in signals and not source.startswith(prefixes):
                hint = nearest(source, [*known, *signals], "start from a signal or a parameter", prefixes)
                findings.append(Finding(where, f"from: no signal and no parameter {source}", hint))
        single = len(send.sources) == 1 and (
            send.source not in known or known[send.source].kind.components == 1
        )
        if send.on == "rise" and not single:
            hint = "start from one number"
            findings.append(
                Finding(where, f"from: {send.source} is several numbers, which do not rise", hint)
            )
        if send.on == "change" and not single and send.midi:
            message = f"midi: {send.source} is several numbers, and the message takes one"
            place = send.places.get("midi", send.where)
            findings.append(Finding(place, message, "start from one number"))
    return findings
