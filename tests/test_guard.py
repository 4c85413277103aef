"""Calls of a learner's function that would not end (autograder/guard.py)."""

import signal
import sys
import threading
from collections.abc import Callable
from typing import Any

import pytest

from autograder.guard import EndlessLoop, Guard

BEGIN = "def loop():\n"
LOOPS = {
    "one line": "    while True: pass\n",
    "several lines": "    while True:\n        x = 1\n        y = 2\n",
    "an expression": "    return sum(0 for _ in iter(int, 1))\n",
    "a function": "    while True: loop.__defaults__\n",
}


def function(body: str) -> Callable[[], Any]:
    names: dict[str, Any] = {}
    exec(compile(BEGIN + body, "<cell>", "exec"), names)
    return names["loop"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("kind", LOOPS)
def test_a_loop_is_stopped_by_counting_where_there_is_no_timer(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    monkeypatch.delattr(signal, "setitimer")
    before = sys.gettrace()
    with pytest.raises(EndlessLoop, match=r"not come to an end; line [23] was next$"), Guard():
        function(LOOPS[kind])()

    assert sys.gettrace() is before


def test_outside_the_main_thread_loops_are_stopped_too() -> None:
    said: list[str] = []

    def work() -> None:
        try:
            with Guard(lines=1000):
                function(LOOPS["several lines"])()
        except EndlessLoop as error:
            said.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()

    assert said[0].startswith("loop ran for 1,000 lines and did not come to an end; line ")


def test_what_ends_is_left_alone_and_the_timer_is_as_it_was() -> None:
    handler = signal.getsignal(signal.SIGVTALRM)
    with Guard() as guard:
        made = function("    return [n for n in range(1000)][-1]\n")()
    guard.off()

    assert made == 999
    assert signal.getitimer(signal.ITIMER_VIRTUAL) == (0.0, 0.0)
    assert signal.getsignal(signal.SIGVTALRM) is handler
