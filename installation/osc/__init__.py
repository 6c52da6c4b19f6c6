"""Open Sound Control in front of everything: bounded work on any bytes, and one kind of error.

python-osc parses the messages, but only those that the checks here have walked through: it skips type tags
that it does not know without eating their bytes, recurses once per nested bundle, and copies the rest of a
packet for every argument. Its servers, dispatcher and regular expressions are not used: one datagram with
a few stars keeps them busy for minutes.
"""

from installation.osc.codec import Argument, Message, bundle, decode, encode
from installation.osc.fastpath import FastPath
from installation.osc.limits import LIMITS, Limits
from installation.osc.pattern import Pattern, is_pattern, match

__all__ = [
    "LIMITS",
    "Argument",
    "FastPath",
    "Limits",
    "Message",
    "Pattern",
    "bundle",
    "decode",
    "encode",
    "is_pattern",
    "match",
]
