"""A step of a run as a picture that stands by itself, for feedback and pages that do not move."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

from kernel_model.view.pictures import Picture
from kernel_model.view.pictures.kernel import GUTTER, beside
from kernel_model.view.pictures.svg import WIDTH, group, text
from kernel_model.view.player.changes import cells, changes
from kernel_model.view.player.excerpt import excerpt
from kernel_model.view.player.places import FLAT, places
from kernel_model.view.player.story import Step, Story

LINE = 62  # characters in a line of a sentence, in a column


def snapshot_of(
    title: str,
    stories: list[Story],
    names: list[str],
    row: tuple[int, ...],
    keep: Sequence[str] = (),
) -> Picture:
    """One step of each story, with what it changed marked; several stories side by side.

    keep   the tables that are drawn; by default all
    """
    drawn = places(stories, keep)
    columns, told = [], []
    for story, name, at in zip(stories, names, row, strict=True):
        step = story.steps[at]
        before = story.steps[at - 1] if at else step
        marked = cells(changes(before.view, step.view))
        pictures = {name: _marked(draw(step.view), marked) for name, draw in drawn.items()}
        head = _head(step, f"{name}, step {at}" if name else f"step {at} of {len(story.steps) - 1}")
        told.append(step.text)
        if len(stories) == 1:
            tall = [picture for name, picture in pictures.items() if name not in FLAT]
            flat = [picture for name, picture in pictures.items() if name in FLAT]
            columns += [[head, *tall], [excerpt(story, step), *flat]]
        else:
            columns.append([head, excerpt(story, step), *pictures.values()])
    picture = beside(title, *columns)
    return Picture(title, f"{' '.join(told)} {picture.words}", picture.height, picture.body,
                   len(columns) * (WIDTH + GUTTER) - GUTTER)  # fmt: skip


def _head(step: Step, where: str) -> Picture:
    """The sentence of a step above its pictures."""
    lines, body = wrapped(step.text), text(0, 14, where, "label")
    for place, line in enumerate(lines):
        body += text(0, 40 + 24 * place, line, "head")
    return Picture("", "", 30 + 24 * len(lines), group(body))


def wrapped(sentence: str, most: int = LINE) -> list[str]:
    """A sentence in lines of at most so many characters."""
    lines = [""]
    for word in sentence.split(" "):
        if lines[-1] and len(lines[-1]) + len(word) >= most:
            lines.append("")
        lines[-1] += f" {word}" if lines[-1] else word
    return lines


def _marked(picture: Picture, marked: list[str]) -> Picture:
    """The picture with cells marked as changed."""
    body: str = picture.body
    for name in marked:
        told = f'data-cell="{escape(name)}"'
        body = re.sub(rf'class="(\w[\w ]*)" {re.escape(told)}', rf'class="\1 changed" {told}', body)
    return Picture(picture.name, picture.words, picture.height, body, picture.width)
