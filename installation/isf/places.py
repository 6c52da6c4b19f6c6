"""Where things stand in an ISF file, and what is wrong there."""

import re

from installation.values import Finding, Where

__all__ = ["Places"]

MOST = 50
"""Findings of one file that are kept; the rest are counted."""


class Places:
    """Turns indexes of one text into lines and columns and gathers findings.

    Args:
        text: The whole file.
        file: Its name.

    Attributes:
        findings: What is wrong, in the order in which it was found.
        warnings: What is odd, but was understood.
    """

    def __init__(self, text: str, file: str) -> None:
        self.text = text
        self.file = file
        self.findings: list[Finding] = []
        self.warnings: list[Finding] = []
        self._last = len(text.rstrip())

    def where(self, at: int) -> Where:
        """Line and column of an index; what lies beyond the end stands at the last character."""
        at = max(0, min(at, self._last))
        before = self.text.rfind("\n", 0, at)
        return Where(self.file, self.text.count("\n", 0, at) + 1, at - before)

    def find(self, key: str, value: str) -> Where:
        """Where ``"KEY": "value"`` stands, else where ``"value"`` does, else the beginning."""
        quoted = re.escape(value)
        match = re.search(rf'(?i:"{key}")\s*:\s*"{quoted}"', self.text)
        match = match or re.search(f'"{quoted}"', self.text)
        return self.where(match.start() if match else 0)

    def find_key(self, key: str) -> Where:
        """Where ``"KEY":`` stands, else the beginning."""
        match = re.search(rf'"{re.escape(key)}"\s*:', self.text, re.IGNORECASE)
        return self.where(match.start() if match else 0)

    def error(self, where: Where, message: str, hint: str = "") -> None:
        """Note what makes the file unusable."""
        self._note(self.findings, Finding(where, message, hint))

    def warn(self, where: Where, message: str, hint: str = "") -> None:
        """Note what was read over."""
        self._note(self.warnings, Finding(where, message, hint, "warning"))

    @staticmethod
    def _note(into: list[Finding], finding: Finding) -> None:
        if len(into) < MOST:
            into.append(finding)
        elif len(into) == MOST:
            into.append(Finding(finding.where, "and more of the kind", "", finding.severity))
