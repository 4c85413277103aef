"""The whole kernel in one picture, composed of the others."""

from __future__ import annotations

from collections.abc import Callable

from kernel_model.view.pictures.ipc_table import ipc_table
from kernel_model.view.pictures.memory import message_map
from kernel_model.view.pictures.pipes import descriptors, pipe
from kernel_model.view.pictures.processes import processes, sleepers
from kernel_model.view.pictures.queue import queue
from kernel_model.view.pictures.semaphores import semaphore_set, undo_structures
from kernel_model.view.pictures.svg import WIDTH, Picture
from kernel_model.view.pictures.words import View

Draw = Callable[[View], Picture]
GUTTER = 48  # between columns
SPACE = 28  # between pictures


def kernel(view: View, title: str = "The kernel") -> Picture:
    """Every table: processes, sleepers, queue table on the left; queues and sets on the right."""
    left = [processes(view), sleepers(view), ipc_table(view)]
    right = [*(queue(view, q["slot"]) for q in view["msgque"][:3]), message_map(view)]
    if "sema" in view:
        right += [semaphore_set(view, one["slot"]) for one in view["sema"][:3]]
        right.append(undo_structures(view))
    if view.get("pipes"):
        left.append(descriptors(view))
        right += [pipe(view, one["inode"]) for one in view["pipes"][:3]]
    return beside(title, left, right)


def beside(title: str, *columns: list[Picture]) -> Picture:
    """Pictures in columns, as one."""
    body, tall = "", 0.0
    for place, pictures in enumerate(columns):
        drawn, height = stacked(pictures)
        body += f'<g transform="translate({place * (WIDTH + GUTTER)} 0)">{drawn}</g>'
        tall = max(tall, height)
    words = " ".join(f"{p.name}: {p.words}" for column in columns for p in column)
    width = len(columns) * (WIDTH + GUTTER) - GUTTER
    return Picture(title, words, tall, body, width)


def stacked(pictures: list[Picture]) -> tuple[str, float]:
    """Pictures one below the other, and how tall that is."""
    body, y = "", 0.0
    for picture in pictures:
        body += f'<g transform="translate(0 {y:g})">{picture.body}</g>'
        y += picture.height + SPACE
    return body, max(y - SPACE, 0)
