"""The chain of one submission: form key and content -> receipt -> id and withdrawal code.

Whatever is sent twice from one form is one story, whose code is the same: nothing but the id and a digest of
the code is stored. The key is 128 random bits that the page puts into its form.
"""

import hashlib
import secrets
from base64 import b32encode
from typing import Final
from uuid import UUID

__all__ = ["code_of", "digest_of", "id_of", "new_key", "receipt_of", "written_code"]

_ALPHABET: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ")
"""From RFC 4648 to Crockford's base 32, which has no I, L, O and U."""
_READ_AS: Final = str.maketrans("OIL", "011", "- \u00a0\t.")
_CODE: Final = 10
"""Characters of a withdrawal code: 50 bits."""


def new_key() -> str:
    """Return a key for one form."""
    return secrets.token_urlsafe(16)


def receipt_of(key: str, content: str) -> str:
    """Return what stands for one submission: who has it can withdraw the story. 26 characters."""
    return _short("receipt", f"{len(key)}:{key}{content}", 26)


def id_of(receipt: str) -> str:
    """Return the id of the story of a receipt: a UUID of version 8 (RFC 9562)."""
    raw = hashlib.sha256(b"photophore story id\0" + receipt.encode()).digest()[:16]
    number = int.from_bytes(raw)
    number = number & ~(0xF << 76) | (8 << 76)
    number = number & ~(0x3 << 62) | (2 << 62)
    return str(UUID(int=number))


def code_of(receipt: str) -> str:
    """Return the withdrawal code of a receipt: ``7Q3K9-XWT2M``."""
    code = _short("code", receipt, _CODE)
    return f"{code[:5]}-{code[5:]}"


def digest_of(code: str) -> str:
    """Return what is stored of a withdrawal code."""
    return hashlib.sha256(
        b"photophore withdrawal\0" + written_code(code).encode("utf-8", "replace")
    ).hexdigest()


def written_code(code: str) -> str:
    """Return a code as it is meant, however a person wrote it: ``7q3k9 xwt2m`` with O for 0 and so on."""
    return code.upper().translate(_READ_AS)[: 2 * _CODE]


def _short(purpose: str, text: str, length: int) -> str:
    raw = hashlib.sha256(f"photophore {purpose}\0{text}".encode("utf-8", "surrogatepass")).digest()
    return b32encode(raw).decode().translate(_ALPHABET)[:length]
