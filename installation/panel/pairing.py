"""Pairing codes: typed once by a person to give a browser on the network a role.

There is one code for each role, generated at each start. Only the keeper knows them, and shows them to local
users; the panel, which is reachable from the network, gets only a salted scrypt hash of each.
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
"""Environment variable that passes the hashes to the panel, as JSON."""

Codes = dict[str, str]
"""Pairing code by the name of its role: viewer, operator, moderator, admin."""

_SIGNS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Digits and letters that are not easily confused (Crockford's base 32)."""
_LENGTH: Final = 8
_MISREAD: Final = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})

_N: Final = 1 << 14
_R: Final = 8
_P: Final = 1
_MEMORY: Final = 64 << 20


def make_codes() -> Codes:
    """Generate a code of 40 random bits for each role, e.g. ``7Q3K-9XWT``."""
    made: Codes = {}
    for role in Role:
        text = "".join(secrets.choice(_SIGNS) for _ in range(_LENGTH))
        made[role.name.lower()] = f"{text[:4]}-{text[4:]}"
    return made


def normal(code: str) -> str:
    """Normalise a code for hashing: upper case, without dashes, common misreadings corrected."""
    return code.upper().translate(_MISREAD)


class Hashes(msgspec.Struct, frozen=True, kw_only=True):
    """The hashes of the codes, for the panel.

    Attributes:
        salt: The salt, hexadecimal.
        roles: scrypt hash of each role's code, hexadecimal.
    """

    salt: str = ""
    roles: dict[str, str] = {}

    @classmethod
    def of(cls, codes: Codes) -> "Hashes":
        """Hash the codes, with a new salt."""
        salt = secrets.token_bytes(16)
        roles = {role: _hash(normal(code), salt).hex() for role, code in codes.items()}
        return cls(salt=salt.hex(), roles=roles)

    @classmethod
    def from_text(cls, text: str) -> "Hashes":
        """Parse the value of ``VARIABLE``; empty means no codes. Raises PhotophoreError if it is invalid."""
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
        """Return the value for ``VARIABLE``."""
        return msgspec.json.encode(self).decode()

    def role_of(self, code: str) -> Role | None:
        """Return the role of a code, None for a wrong one; takes some 50 ms and 16 MiB in both cases."""
        given = _hash(normal(code), bytes.fromhex(self.salt)).hex()
        found = None
        for role, known in self.roles.items():
            if hmac.compare_digest(given, known):
                found = Role[role.upper()]
        return found


def _hash(code: str, salt: bytes) -> bytes:
    """Hash a code (RFC 7914), with the parameters that its section 2 recommends for interactive use."""
    return hashlib.scrypt(code.encode(), salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=32)
