"""Known locks: verdicts, counts, and how often one may be overtaken, as the literature has them."""

from pathlib import Path

import pytest

from kernel_model.explore import check

LOCKS = Path(__file__).parent / "locks"
RIGHT = (True, True, True)
UNFAIR = (True, True, False)  # somebody may starve
STUCK = (True, False, False)
BROKEN = False  # two inside; the rest is not looked at

# lock, processors: (states, transitions), verdicts, overtaken at most (None: without bound)
KNOWN = {
    ("alternating", 2): ((16, 32), STUCK, [0, 0]),
    ("bakery", 2): ((541, 1082), UNFAIR, [None, None]),
    ("bakery", 3): ((57339, 172017), UNFAIR, [None, None, None]),
    ("bakery_no_choosing", 2): ((450, 900), BROKEN, [1, 1]),
    ("book_from_0", 2): ((256, 512), BROKEN, [1, 1]),
    ("book_from_0", 3): ((12155, 36465), BROKEN, [None, 3, 3]),
    ("book_from_1", 2): ((385, 770), RIGHT, [1, 1]),
    ("book_from_1", 3): ((16987, 50961), RIGHT, [3, 3, 3]),
    ("book_mended", 2): ((316, 632), RIGHT, [1, 1]),
    ("book_mended", 3): ((13104, 39312), RIGHT, [3, 3, 3]),
    ("compare_and_swap", 3): ((32, 96), UNFAIR, [0, 0, 0]),
    ("counted", 2): ((32, 64), STUCK, [None, None]),
    ("counted", 3): ((160, 480), STUCK, [None, None, None]),
    ("de_bruijn", 2): ((208, 416), RIGHT, [1, 1]),
    ("de_bruijn", 3): ((4704, 14112), RIGHT, [3, 3, 3]),
    ("dekker", 2): ((134, 268), RIGHT, [None, None]),
    ("dijkstra", 2): ((264, 528), UNFAIR, [None, None]),
    ("dijkstra", 3): ((8084, 24252), UNFAIR, [None, None, None]),
    ("eisenberg_mcguire", 2): ((236, 472), RIGHT, [1, 1]),
    ("eisenberg_mcguire", 3): ((4663, 13989), RIGHT, [2, 2, 2]),
    ("filter", 2): ((73, 146), RIGHT, [2, 1]),
    ("filter", 3): ((4637, 13911), RIGHT, [None, None, None]),
    ("flag", 2): ((25, 50), BROKEN, [0, 0]),
    ("flag", 3): ((125, 375), BROKEN, [0, 0, 0]),
    ("hyman", 2): ((70, 140), BROKEN, [None, None]),
    ("knuth", 2): ((154, 308), RIGHT, [1, 1]),
    ("knuth", 3): ((2958, 8874), RIGHT, [3, 3, 3]),
    ("knuth_no_second_look", 2): ((126, 252), BROKEN, [1, 1]),
    ("mcs", 2): ((89, 178), RIGHT, [None, None]),
    ("mcs", 3): ((1707, 5121), RIGHT, [None, None, None]),
    ("mcs_hasty", 2): ((217, 434), STUCK, [None, None]),
    ("no_lock", 2): ((4, 8), BROKEN, [0, 0]),
    ("no_release", 3): ((62, 186), STUCK, [0, 0, 0]),
    ("peterson", 2): ((58, 116), RIGHT, [1, 1]),
    ("peterson_turn_first", 2): ((96, 192), BROKEN, [None, None]),
    ("polite", 2): ((21, 42), STUCK, [0, 0]),
    ("test_and_set", 2): ((20, 40), UNFAIR, [None, None]),
    ("test_and_set", 3): ((80, 240), UNFAIR, [None, None, None]),
    ("ticket", 2): ((70, 140), RIGHT, [1, 1]),
    ("ticket", 3): ((510, 1530), RIGHT, [2, 2, 2]),
}
NEVER_FINISHED = {"bakery_unbounded", "ticket_unbounded", "waits_in_vprim"}  # test_explore_errors


def text(lock: str) -> str:
    return (LOCKS / f"{lock}.py").read_text("utf-8")


@pytest.mark.parametrize(("lock", "n"), KNOWN, ids=lambda part: str(part))
def test_a_known_lock_gets_its_verdicts_and_counts(lock: str, n: int) -> None:
    counts, verdicts, bypass = KNOWN[lock, n]

    report = check(text(lock), n)

    assert report.error is None
    assert (report.states, report.transitions) == counts
    found = (report.mutual_exclusion, report.deadlock_free, report.starvation_free)
    assert found == verdicts if verdicts else found[0] is False
    assert report.bypass is not None
    assert list(report.bypass.values()) == bypass
    assert (report.counterexample is None) == (verdicts == RIGHT)


def test_every_lock_of_the_folder_is_known() -> None:
    names = {path.stem for path in LOCKS.glob("*.py")}

    assert names == {lock for lock, _ in KNOWN} | NEVER_FINISHED


@pytest.mark.parametrize(
    ("lock", "bound"),
    [
        ("eisenberg_mcguire", lambda n: n - 1),
        ("de_bruijn", lambda n: n * (n - 1) // 2),
        ("knuth", lambda n: 2 ** (n - 1) - 1),
        ("dijkstra", lambda n: None),
    ],
)
@pytest.mark.parametrize("n", [2, 3])
def test_bypass_bounds_are_those_of_the_literature(lock: str, bound: object, n: int) -> None:
    report = check(text(lock), n, ["starvation"])

    assert callable(bound)
    assert report.bypass == {str(p): bound(n) for p in range(n)}


@pytest.mark.parametrize(("lock", "states"), [("eisenberg_mcguire", 98_397), ("dijkstra", 252_867)])
def test_four_processors_have_as_many_states_as_recorded(lock: str, states: int) -> None:
    report = check(text(lock), 4, ["mutex"])

    assert report.mutual_exclusion is True
    assert report.states == states
