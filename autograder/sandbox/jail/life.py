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

Handle = Callable[[object], object]


def run(channel: int, shut_in: Callable[[], int], handle: Handle) -> NoReturn:
    """Never returns, whatever happens: a child that did would go on as a second server."""
    status = UNCONFINED_STATUS
    try:
        try:
            channel = shut_in()
        except BaseException as error:
            _send(channel, UNCONFINED, _words(error))
        else:
            status = LOST_CHANNEL
            _answer(channel, handle)
            status = 0
    finally:
        os._exit(status)


def _answer(channel: int, handle: Handle) -> None:
    _send(channel, READY, "")
    while (request := _receive(channel)) is not None:
        try:
            kind, text = ANSWER, json.dumps(handle(json.loads(request)))
        except BaseException as error:
            kind, text = RAISED, _words(error)
        _send(channel, kind, text)


def _words(error: BaseException) -> str:
    try:
        return f"{type(error).__name__}: {error}"[:SHOWN]
    except BaseException:  # its __str__ is the student's
        return "an exception that cannot be shown"


def _send(channel: int, kind: bytes, text: str) -> None:
    body = kind + text.encode("utf-8", "replace")
    frame = memoryview(LENGTH.pack(len(body)) + body)
    while frame:
        frame = frame[os.write(channel, frame) :]


def _receive(channel: int) -> bytes | None:
    header = _exactly(channel, LENGTH.size)
    return None if header is None else _exactly(channel, LENGTH.unpack(header)[0])


def _exactly(channel: int, count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        part = os.read(channel, count - len(data))
        if not part:
            return None
        data += part
    return bytes(data)
