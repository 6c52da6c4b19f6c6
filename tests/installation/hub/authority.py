"""Certificates of a site's own authority, made with openssl as docs/site.md says."""

import shutil
import subprocess
from pathlib import Path

__all__ = ["Authority", "openssl"]

openssl = shutil.which("openssl")


class Authority:
    """An authority in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        _run(
            folder,
            *(
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-days",
                "3650",
            ),
            *("-subj", "/CN=site", "-keyout", "authority.key", "-out", "authority.pem"),
        )
        self.certificate = str(folder / "authority.pem")

    def issue(self, name: str, address: str, authority: str = "") -> dict[str, str]:
        """Make a certificate; returns the fields of ``HubOptions``."""
        extensions = f"subjectAltName=IP:{address}\nextendedKeyUsage=serverAuth,clientAuth\n"
        (self.folder / f"{name}.ext").write_text(extensions)
        _run(
            self.folder,
            *(
                "req",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-nodes",
                "-subj",
                f"/CN={name}",
            ),
            *("-keyout", f"{name}.key", "-out", f"{name}.csr"),
        )
        _run(
            self.folder,
            *("x509", "-req", "-in", f"{name}.csr", "-days", "825", "-CA", "authority.pem"),
            *("-CAkey", "authority.key", "-CAcreateserial", "-extfile", f"{name}.ext", "-out", f"{name}.pem"),
        )
        return {
            "certificate": str(self.folder / f"{name}.pem"),
            "private_key": str(self.folder / f"{name}.key"),
            "authority": authority or self.certificate,
        }


def _run(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)
