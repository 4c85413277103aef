"""Folders made once from what they hold, kept for the next time, and trusted only when whole.

They lie where every user may look something up by its whole name, and only the owner may list
or change anything; each name ends in letters that nobody else can guess. A process of another
user can thus be given one to read, as the sandbox does.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
import stat
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

Files = dict[str, bytes]  # contents by place in the folder, with /
UNUSED = 7 * 24 * 3600  # seconds after which an older one of the same name is removed


def kept(name: str, key: str, make: Callable[[], Files], home: Path | None = None) -> Path:
    """The folder for what `key` stands for; `make` gives its files when it is not there yet.

    Several processes may ask at once; a half-made folder is never seen, a damaged one not used.
    Raises PermissionError when somebody else could change what is there.
    """
    home = private_home() if home is None else home
    prefix = f"{name}-{key[:20]}-"
    for folder in sorted(home.glob(prefix + "*")):
        if not _ours(folder):
            continue
        with suppress(FileNotFoundError):  # removed by another process just now
            os.utime(folder)  # in use: nobody removes it now
            if _digest(_read(folder)) == folder.name.removeprefix(prefix)[:20]:
                return folder
    files = make()
    folder = home / f"{prefix}{_digest(files)}-{secrets.token_hex(8)}"
    new = Path(tempfile.mkdtemp(prefix=".new-", dir=home))
    try:
        write(new, files)
        os.rename(new, folder)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    _remove_unused(home, name)
    return folder


def write(folder: Path, files: Files) -> None:
    """Writes files that everyone may read and only the owner change, whatever the umask."""
    for place, data in files.items():
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(0o644)
    for inner in [folder, *(path for path in folder.rglob("*") if path.is_dir())]:
        inner.chmod(0o755)


def private_home() -> Path:
    """The folder of this user for such folders."""
    home = Path(tempfile.gettempdir()) / f"kernelbook-{os.geteuid()}"
    try:
        home.mkdir(mode=0o711)
        home.chmod(0o711)
    except FileExistsError:
        if not _ours(home):
            raise PermissionError(
                f"{home} is not a folder that only you can change; "
                f"remove it, or set TMPDIR to a folder of your own"
            ) from None
    return home


def _ours(folder: Path) -> os.stat_result | None:
    """What is known of a real folder of this user that nobody else can write to; else None."""
    try:
        found = folder.lstat()
    except FileNotFoundError:  # removed, or finished, by another process just now
        return None
    writable = stat.S_IWGRP | stat.S_IWOTH
    mine = stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()
    return found if mine and not found.st_mode & writable else None


def _read(folder: Path) -> Files:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if not path.is_dir()
    }


def _digest(files: Files) -> str:
    digest = hashlib.sha256()
    for place, data in sorted(files.items()):
        digest.update(f"{place} {len(data)}\n".encode() + data)
    return digest.hexdigest()[:20]


def _remove_unused(home: Path, name: str) -> None:
    for folder in [*home.glob(f"{name}-*"), *home.glob(".new-*")]:
        found = _ours(folder)
        if found and time.time() - found.st_mtime > UNUSED:
            shutil.rmtree(folder, ignore_errors=True)
