"""Who holds a port, in words, so that a person can end it."""

from pathlib import Path

__all__ = ["holder"]


def holder(port: int, proc: Path = Path("/proc"), kind: str = "udp") -> str:
    """The program that has bound ``port``, e.g. ``oscdump (pid 4211)``; ``another program`` if unknown.

    Reads Linux's tables of sockets (proc(5)); another user's processes do not show their files.

    Args:
        port: Its number.
        proc: Where the tables are.
        kind: ``udp`` or ``tcp``.
    """
    tables = [proc / "net" / name for name in (kind, f"{kind}6")]
    inodes = {f"socket:[{inode}]" for table in tables for inode in _inodes(table, port)}
    if inodes:
        for process in proc.glob("[0-9]*"):
            if _owns(process, inodes):
                return f"{_name(process)} (pid {process.name})"
    return "another program"


def _inodes(table: Path, port: int) -> list[str]:
    """Inodes of the sockets bound to ``port``: column 1 is ``address:port`` in hex, column 9 the inode."""
    try:
        lines = table.read_text().splitlines()[1:]
    except OSError:
        return []
    rows = (line.split() for line in lines)
    return [row[9] for row in rows if len(row) > 9 and row[1].endswith(f":{port:04X}") and row[9] != "0"]


def _owns(process: Path, inodes: set[str]) -> bool:
    try:
        return any(str(link.readlink()) in inodes for link in (process / "fd").iterdir())
    except OSError:  # it ended while we looked, or is not ours to look at
        return False


def _name(process: Path) -> str:
    try:
        name = (process / "comm").read_text().strip()
    except OSError:
        return "a program"
    return "".join(character for character in name if character.isprintable())
