"""Pairing codes: what a person types once, so that a browser on the network may look in or more.

There is one code for each role, made anew at each start. The keeper alone knows them, and shows them to who
sits at the machine; the panel, which the network can reach, is given nothing but a salted scrypt hash of
each.
"""

import hashlib
import hmac
import secrets
from typing import Final

import msgspec

from installation.commands import Role
from installation.errors import PhotophoreError

__all__ = ["VARIABLE", "Codes", "Hashes", "make_codes", "normal"]

VARIABLE: Final = "PHOTOPHORE_PAIRING"
"""Environment variable that carries the hashes to the panel, as JSON."""

Codes = dict[str, str]
"""Pairing code by the name of its role: viewer, operator, moderator, admin."""

_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that are not taken for each other (Crockford's base 32)."""
_LENGTH: Final = 8
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})

_N: Final = 1 << 14
_R: Final = 8
_P: Final = 1
_MEMORY: Final = 64 << 20


def make_codes() -> Codes:
    """A code of 40 random bits for each role, e.g. ``7Q3K-9XWT``."""
    made: Codes = {}
    for role in Role:
        text = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
        made[role.name.lower()] = f"{text[:4]}-{text[4:]}"
    return made


def normal(code: str) -> str:
    """A code as it is hashed: upper case, without dashes, with the usual misreadings put right."""
    return code.upper().translate(_MISREAD)


class Hashes(msgspec.Struct, frozen=True, kw_only=True):
    """What the panel knows of the codes.

    Attributes:
        salt: Hexadecimal.
        roles: scrypt hash of each role's code, hexadecimal.
    """

    salt: str = ""
    roles: dict[str, str] = {}

    @classmethod
    def of(cls, codes: Codes) -> "Hashes":
        """The hashes of these codes, with a salt of their own."""
        salt = secrets.token_bytes(16)
        roles = {role: _hash(normal(code), salt).hex() for role, code in codes.items()}
        return cls(salt=salt.hex(), roles=roles)

    @classmethod
    def from_text(cls, text: str) -> "Hashes":
        """What ``VARIABLE`` holds; empty text is no codes. Raises PhotophoreError for anything else."""
        if not text:
            return cls()
        try:
            made = msgspec.json.decode(text, type=cls)
            bytes.fromhex(made.salt)
        except (msgspec.DecodeError, ValueError) as error:
            message = f"{VARIABLE} is damaged ({error}); let the keeper start the panel"
            raise PhotophoreError(message) from error
        return made

    def to_text(self) -> str:
        """For ``VARIABLE``."""
        return msgspec.json.encode(self).decode()

    def role_of(self, code: str) -> Role | None:
        """The role that a code gives, None for a wrong one; takes some 50 ms and 16 MiB either way."""
        given = _hash(normal(code), bytes.fromhex(self.salt)).hex()
        found = None
        for role, known in self.roles.items():
            if hmac.compare_digest(given, known):
                found = Role[role.upper()]
        return found


def _hash(code: str, salt: bytes) -> bytes:
    """RFC 7914; the parameters are those that its section 2 recommends for a person who waits."""
    return hashlib.scrypt(code.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=32)
