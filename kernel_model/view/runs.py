"""A run in a notebook: its player, two of them side by side, one step as a picture.

What needs anywidget is brought in by the call that uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kernel_model.view.pictures import Picture

if TYPE_CHECKING:
    from kernel_model.view.player.widget import Player


def play(
    what: Any,
    *,
    functions: Iterable[Callable[..., Any]] = (),
    personality: str = "classic",
    only: str | None = None,
    uids: Mapping[str, int] | None = None,
    limits: Mapping[str, int] | None = None,
    title: str = "",
    step: int | str = 0,
    tables: Sequence[str] = (),
) -> Player:
    """A player of a run.

    what       a Trace; a Scenario, or one as a dict or JSON; a file of scenarios (its path, text or
               content) with `only`, the id of one; a list of calls in short form
    functions  functions of one's own to put into the kernel first
    uids, limits   of the processes of a list of calls, and of its kernel
    step       where it starts; negative: from the end; words: the first step that says them
    tables     the pictures that it has, such as "processes" and "signals"; by default all

    Raises ValueError or ScenarioError, in words, for what cannot be played.
    """
    from kernel_model.view.player.recording import record
    from kernel_model.view.player.story import story_of
    from kernel_model.view.player.widget import Player

    made = record(what, several(functions), personality, only, uids, limits)
    title = title or made.title
    story = story_of(made.trace, title, made.note)
    return Player(title, [story], [""], step=step, keep=tables)


def compare(
    what: Any,
    other: Any,
    *,
    personality: str = "classic",
    only: str | None = None,
    uids: Mapping[str, int] | None = None,
    limits: Mapping[str, int] | None = None,
    names: tuple[str, str] | None = None,
    title: str = "",
    tables: Sequence[str] = (),
) -> Player:
    """A player of two runs side by side, in step by system call; it starts where they part.

    what    as in `play`
    other   a function of one's own, or a list of them: the same run with these in the kernel;
            "classic" or "linux": the same run on that kernel; or anything that can be played
    names   what the two are called; by default the kernel's and yours, or the two personalities
    tables  as in `play`

    Raises ValueError or ScenarioError, in words, for what cannot be played.
    """
    from kernel_model.view.player import compare as comparing
    from kernel_model.view.player.recording import record
    from kernel_model.view.player.story import story_of
    from kernel_model.view.player.widget import Player

    given = only, uids, limits
    first = record(what, (), personality, *given)
    own = several(other) if callable(other) or all_callable(other) else []
    if own or other in ("classic", "linux"):
        second = record(what, own, personality if own else other, *given)
    elif isinstance(other, list | tuple):
        second = record(other, (), personality, *given)
    else:
        second = record(other, (), personality)
    stories = [story_of(made.trace, made.title, made.note) for made in (first, second)]
    rows = comparing.rows(stories[0].steps, stories[1].steps)
    part = comparing.parting(stories[0].steps, stories[1].steps, rows)
    called = names or comparing.named(bool(own), first.trace, second.trace)
    shown = title or first.title
    return Player(shown, stories, list(called), rows, part, step=part or 0, keep=tables)


def snapshot(what: Any, step: int = -1, title: str = "") -> Picture:
    """A step of a run, by default the last: of a Player, or of anything that `play` takes."""
    from kernel_model.view.player.recording import record
    from kernel_model.view.player.snapshot import snapshot_of
    from kernel_model.view.player.story import story_of

    if hasattr(what, "snapshot"):
        shown: Picture = what.snapshot(step)
        return shown
    made = record(what)
    story = story_of(made.trace, title or made.title, made.note)
    if not -len(story.steps) <= step < len(story.steps):
        raise ValueError(f"step {step}; this run has the steps 0 to {len(story.steps) - 1}")
    return snapshot_of(story.title, [story], [""], (step % len(story.steps),))


def several(functions: Any) -> list[Callable[..., Any]]:
    """Functions, whether one or several are given."""
    return [functions] if callable(functions) else list(functions)


def all_callable(given: Any) -> bool:
    """Is this a list of functions?"""
    return isinstance(given, list | tuple) and bool(given) and all(map(callable, given))
