"""What a value may have to be, with all names resolved, and whether the value that came is so.

The comparison is strict about types: true is not 1, and 1.0 is not 1 either.
"""

from dataclasses import dataclass
from typing import Any

from kernel_model.scenario.errors import show

Pattern = Any  # one of the classes below; a dict or a list of patterns; or the value itself


@dataclass(frozen=True, slots=True)
class Anything:
    """Fits whatever came, and even nothing: the value is not judged."""


@dataclass(frozen=True, slots=True)
class Not:
    """Fits what the pattern does not fit; where a number stands, only another number."""

    pattern: Pattern
    number: bool


@dataclass(frozen=True, slots=True)
class Between:
    """Fits the integers from `least` to `most`, None being no bound."""

    least: int | None
    most: int | None


@dataclass(frozen=True, slots=True)
class Holds:
    """Fits a list with such a member, a string with such a part; or, not `there`, one without."""

    part: Pattern
    there: bool


@dataclass(frozen=True, slots=True)
class Members:
    """Fits a list of just these, in any order: signals, flags."""

    members: tuple[Pattern, ...]


ANYTHING = Anything()


def fits(pattern: Pattern, came: Any) -> bool:
    """Whether what came is as the pattern says."""
    kind = type(pattern)
    if kind is int or kind is str:  # which most are
        return kind is type(came) and bool(pattern == came)
    match pattern:
        case Anything():
            return True
        case Not(inner, of_number):
            return not fits(inner, came) and (type(came) is int or not of_number)
        case Between(least, most):
            return (
                type(came) is int
                and (least is None or came >= least)
                and (most is None or came <= most)
            )
        case Holds(wanted, there):
            if isinstance(came, str):
                return isinstance(wanted, str) and (wanted in came) is there
            return isinstance(came, list) and any(fits(wanted, one) for one in came) is there
        case Members(members):
            return (
                isinstance(came, list)
                and len(came) == len(members)
                and all(any(fits(one, other) for other in came) for one in members)
                and all(any(fits(one, other) for one in members) for other in came)
            )
        case dict():
            return isinstance(came, dict) and all(
                fits(wanted, came[key]) if key in came else wanted is ANYTHING
                for key, wanted in pattern.items()
            )
        case list():
            return (
                isinstance(came, list)
                and len(came) == len(pattern)
                and all(map(fits, pattern, came))
            )
        case _:
            return type(pattern) is type(came) and bool(pattern == came)


def words(pattern: Pattern) -> str:
    """The pattern as a sentence names it."""
    match pattern:
        case Anything():
            return "anything"
        case Not(inner):
            return f"anything but {words(inner)}"
        case Between(least, None):
            return f"{least} or more"
        case Between(None, most):
            return f"{most} or less"
        case Between(least, most):
            return f"{least} to {most}"
        case Holds(wanted, there):
            return f"something {'with' if there else 'without'} {words(wanted)}"
        case Members(members):
            return f"[{', '.join(map(words, members))}] in any order" if members else "[]"
        case dict():
            return ", ".join(f"{key} {words(wanted)}" for key, wanted in pattern.items())
        case list():
            return f"[{', '.join(map(words, pattern))}]"
        case _:
            return show(pattern)
