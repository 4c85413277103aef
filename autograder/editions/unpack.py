"""Everything that can be read out of a file: archives, encodings and escapes undone, recursively.

What is masked on purpose stays closed: the question is what somebody reads who only looks.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import hashlib
import html
import io
import json
import lzma
import re
import tarfile
import urllib.parse
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DEPTH = 8  # layers of packing that are looked through
PACKED: dict[bytes, Callable[[bytes], bytes]] = {
    b"\x1f\x8b": gzip.decompress,
    b"BZh": bz2.decompress,
    b"\xfd7zXZ\x00": lzma.decompress,
    b"\x78": zlib.decompress,
}
BROKEN = (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError)
PRINTABLE = re.compile(rb"[\t\n\r -~]{12,}")
BASE64 = re.compile(r"(?:[\w+/-]{40,}\s+)*[\w+/-]{40,}={0,2}")
HEX = re.compile(r"(?:[0-9a-fA-F]{2}){30,}")
PERCENT = re.compile(r"%[0-9a-fA-F]{2}")
ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))", re.DOTALL)
CONTROLS = {"n": "\n", "r": "\r", "t": "\t"}
TAG = re.compile(r"</?[a-zA-Z][^>]*>")


@dataclass(frozen=True)
class Piece:
    """One thing that can be read."""

    where: str  # the path to it, through archives and encodings
    name: str  # of the file that it is or lies in
    data: bytes = b""
    text: str = ""
    value: Any = None  # of a JSON document


@dataclass
class Unpacker:
    """Goes through files; gives each thing once."""

    seen: set[bytes] = field(default_factory=set)

    def files(self, root: Path) -> Iterator[Piece]:
        """Everything in a folder, or in one file."""
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if path.is_file():
                place = path.relative_to(root).as_posix() if root.is_dir() else path.name
                yield from self.data(path.read_bytes(), place, place)

    def data(self, data: bytes, where: str, name: str, depth: int = 0) -> Iterator[Piece]:
        """Everything in some bytes."""
        digest = hashlib.sha256(data + b"\0" + name.encode()).digest()
        if depth > DEPTH or digest in self.seen:
            return
        self.seen.add(digest)
        yield Piece(where, name, data=data)
        for inner, how in _members(data):
            place = how or name
            yield from self.data(inner, f"{where}!{how}", place, depth + 1)
        for magic, decompress in PACKED.items():
            if data.startswith(magic):
                try:
                    inner = decompress(data)
                except BROKEN:
                    continue
                yield from self.data(inner, f"{where}!unpacked", name, depth + 1)
        yield from self.text(_readable(data), where, name, depth)

    def text(self, text: str, where: str, name: str, depth: int) -> Iterator[Piece]:
        """A text and everything that is written in it another way."""
        digest = hashlib.sha256(text.encode("utf-8", "replace")).digest()
        if depth > DEPTH or digest in self.seen:
            return
        self.seen.add(digest)
        yield Piece(where, name, text=text)
        if text.lstrip()[:1] in ("{", "["):
            yield from self._json(text, where, name, depth + 1)
        for how, other in _rewritten(text):
            yield from self.text(other, f"{where}!{how}", name, depth + 1)
        for how, inner in _encoded(text):
            yield from self.data(inner, f"{where}!{how}", name, depth + 1)

    def _json(self, text: str, where: str, name: str, depth: int) -> Iterator[Piece]:
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return
        yield Piece(where, name, value=value, text=json.dumps(value, sort_keys=True))
        for inner in _strings(value):
            yield from self.text(inner, f"{where}!string", name, depth)


def _readable(data: bytes) -> str:
    """The bytes as text; of those that are none, the parts that can be read."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        return "\n".join(part.decode() for part in PRINTABLE.findall(data))
    return data.decode("utf-8", "replace")


def _members(data: bytes) -> Iterator[tuple[bytes, str]]:
    """The files of an archive."""
    try:
        if zipfile.is_zipfile(io.BytesIO(data)):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                for name in archive.namelist():
                    yield archive.read(name), name
                yield archive.comment, "comment"
        elif data[257:262] == b"ustar":
            with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                for member in tar:
                    opened = tar.extractfile(member)
                    if opened is not None:
                        yield opened.read(), member.name
    except (zipfile.BadZipFile, tarfile.TarError, *BROKEN):
        return  # no archive after all; its bytes are looked at as they are


def _strings(value: Any) -> Iterator[str]:
    """Every text in a JSON value; a list of lines counts as one text as well."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        if value and all(isinstance(inner, str) for inner in value):
            yield "".join(value)
            yield "\n".join(value)
        for inner in value:
            yield from _strings(inner)


def _rewritten(text: str) -> Iterator[tuple[str, str]]:
    """The same text with one way of escaping undone."""
    if "&" in text:
        yield "unescaped", html.unescape(text)
    if "<" in text:
        yield "without tags", TAG.sub("", text)
    if "\\" in text:
        yield "unescaped", ESCAPE.sub(_character, text)
    if PERCENT.search(text):
        yield "unquoted", urllib.parse.unquote(text)


def _character(escape: re.Match[str]) -> str:
    code = escape[1] or escape[2]
    return chr(int(code, 16)) if code else CONTROLS.get(escape[3], escape[3])


def _encoded(text: str) -> Iterator[tuple[str, bytes]]:
    """What is written in base 64 or base 16 in the text."""
    for hit in BASE64.finditer(text):
        given = re.sub(r"\s", "", hit[0]).rstrip("=").replace("-", "+").replace("_", "/")
        try:
            yield "base64", base64.b64decode(given + "=" * (-len(given) % 4))
        except binascii.Error:
            continue
    for hit in HEX.finditer(text):
        yield "hex", bytes.fromhex(hit[0])
