"""A child's life: it shuts itself in, says that it is ready, and answers one question at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from typing import NoReturn

from .wire import (
    ANSWER,
    LENGTH,
    LOST_CHANNEL,
    RAISED,
    READY,
    SHOWN,
    UNCONFINED,
    UNCONFINED_STATUS,
)

CHANNEL = 3  # the only descriptor besides 0, 1 and 2, which are /dev/null
_PLAIN = json.JSONEncoder(check_circular=False)
_READ = 1 << 16  # bytes at a time
Handle = Callable[[object], object]


def run(channel: int, shut_in: Callable[[], None], handle: Handle) -> NoReturn:
    """Never returns, whatever happens: a child that did would go on as a second server."""
    status = UNCONFINED_STATUS
    try:
        os.dup2(channel, CHANNEL)
        os.closerange(CHANNEL + 1, 1 << 20)
        try:
            shut_in()
        except BaseException as error:
            _send(UNCONFINED, _words(error))
        else:
            status = LOST_CHANNEL
            _answer(handle)
    finally:
        os._exit(status)


def _answer(handle: Handle) -> None:
    _send(READY, "")
    while (request := _receive()) is not None:
        try:
            kind, text = ANSWER, _json(handle(json.loads(request.decode())))
        except BaseException as error:
            kind, text = RAISED, _words(error)
        _send(kind, text)


def _json(answer: object) -> str:
    """The answer in JSON; looks for circles in it only if there seems to be one."""
    try:
        return _PLAIN.encode(answer)
    except RecursionError:
        return json.dumps(answer)


def _words(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:SHOWN]
    except BaseException:  # its __str__ is the student's
        return "an exception that cannot be shown"


def _send(kind: bytes, text: str) -> None:
    body = kind + text.encode("utf-8", "replace")
    frame = memoryview(LENGTH.pack(len(body)) + body)
    while frame:
        frame = frame[os.write(CHANNEL, frame) :]


def _receive() -> bytes | None:
    """One question; the grader sends no other before it has the answer."""
    data = b""
    size = LENGTH.size
    while len(data) < size:
        part = os.read(CHANNEL, max(_READ, size - len(data)))
        if not part:
            return None
        data += part
        if size == LENGTH.size <= len(data):
            size += LENGTH.unpack_from(data)[0]
    return data[LENGTH.size :]
