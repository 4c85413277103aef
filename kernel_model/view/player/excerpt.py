"""The algorithm at a step, as a picture: a few lines around the one that runs, or the words."""

from __future__ import annotations

from kernel_model.view.pictures import Picture
from kernel_model.view.pictures.svg import WIDTH, path, rect, shortened, text
from kernel_model.view.player.listings import shown
from kernel_model.view.player.story import Step, Story

LINES = 9
TALL = 22  # height of a line
ROOM = 54  # characters in one


def excerpt(story: Story, step: Step) -> Picture:
    """Which functions the process is in, and where it is in the innermost one."""
    names = [name for name, _, _ in step.stack]
    where = f"{step.proc} in {' › '.join(names)}" if names else f"{step.proc} in user mode"
    lines, now, what = _lines(story, step)
    body, words = text(0, 16, where, "head"), f"{where}."
    first = max(0, min((now or 1) - LINES // 2 - 1, len(lines) - LINES))
    for place, line in enumerate(lines[first : first + LINES]):
        number, y = first + place + 1, 34 + TALL * place
        if number == now:
            body += rect(-4, y, WIDTH + 8, TALL, "now", 3) + path(f"M0 {y + 5}l8 6-8 6z", "dot")
            words = f"{where}, {what} {number}: {line.strip()}."
        indent = len(line) - len(line.lstrip())
        body += text(40, y + 16, number, "label end")
        kind = "mono" if what == "line" else ""
        body += text(52 + 9 * indent, y + 16, shortened(line.strip(), ROOM - indent), kind)
    return Picture("Algorithm", words, 34 + TALL * min(LINES, len(lines)), body)


def _lines(story: Story, step: Step) -> tuple[list[str], int | None, str]:
    """The lines of the innermost function, which of them is next (from 1), and what they are."""
    if not step.stack or step.stack[-1][0] not in story.functions:
        return [], None, "line"
    name, line, words = step.stack[-1]
    listing = story.functions[name]
    told = shown(listing)
    if told["sealed"]:
        steps: list[str] = told["steps"]
        return steps, steps.index(words) + 1 if words in steps else None, "step"
    return listing.source, line, "line"
