"""The form of a child's replies, and the state that one shows: a submission may say anything."""

from __future__ import annotations

from typing import Any

from autograder.driven import WORDS
from autograder.sandbox import BadAnswer, answers
from kernel_model import states

NO_ANSWER = "What came is no answer of the kernel."


def is_numbered(given: dict[str, int], known: dict[str, int]) -> bool:
    """Do processes keep their numbers? Whoever came later has a higher one than those."""
    last = max(known.values(), default=0)
    return all(pid == known[name] if name in known else pid > last for name, pid in given.items())


def state_in(answer: Any, before: states.State | None) -> states.State:
    """The state that an answer shows, maybe from the one before; BadAnswer where there is none."""
    shown = answer.get("tables") if isinstance(answer, dict) else None
    if not isinstance(shown, str):
        raise BadAnswer(NO_ANSWER)
    try:
        state = states.read(answers.parse_tables(shown, states.from_json), before)
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        raise BadAnswer(NO_ANSWER) from error
    if isinstance(state.seen, dict) and not isinstance(state.seen.get("unreadable"), str):
        raise BadAnswer(NO_ANSWER)
    for part, kind in ((state.procs, str), (state.pids, int), (state.ended, dict)):
        if not is_made_of(kind, part):
            raise BadAnswer(NO_ANSWER)
    return state


def is_answer(given: Any, to_call: bool) -> bool:
    """Has it the form of an answer of driven.py? Who answers there may be the submission."""
    if not isinstance(given, dict) or type(given.get("state")) is not str:
        return False
    if to_call and not is_outcome(given.get("outcome")):
        return False
    back = given.get("back", {})
    if not is_made_of(dict, back) or not all(map(is_outcome, back.values())):
        return False
    return WORDS not in given or are_words(given[WORDS], back, to_call)


def are_words(words: Any, back: dict[str, Any], to_call: bool) -> bool:
    """Are these the words of errors, each of a call that came out?"""
    return is_made_of(str, words) and all(proc in back if proc else to_call for proc in words)


def is_made_of(kind: type, given: Any) -> bool:
    """Is it a dict whose values are all of this type?"""
    return isinstance(given, dict) and {type(value) for value in given.values()} <= {kind}


def is_outcome(given: Any) -> bool:
    """An outcome says at least one thing."""
    return isinstance(given, dict) and bool(given)
