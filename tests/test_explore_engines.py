"""All engines say the same of the same lock: counts, verdicts, bounds and counterexamples."""

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kernel_model.explore import arrays, check, plain
from kernel_model.explore.arrays import Arrays
from kernel_model.explore.closure import Closure
from kernel_model.explore.components import components
from kernel_model.explore.local import Phase
from kernel_model.explore.plain import Plain
from kernel_model.explore.tables import Tables, make_tables
from kernel_model.explore.verdict import Extracted

LOCKS = Path(__file__).parent / "locks"
LOCK_NAMES = sorted(path.stem for path in LOCKS.glob("*.py") if "unbounded" not in path.stem)
FOR_TWO = {"peterson", "peterson_turn_first", "polite", "hyman", "dekker"}


def said(lock: str, n: int, engine: str) -> dict[str, object]:
    report = check((LOCKS / f"{lock}.py").read_text("utf-8"), n, engine=engine)
    assert report.engine == engine
    said = report.to_json()
    del said["seconds"], said["engine"]
    return said


@pytest.mark.parametrize("lock", LOCK_NAMES)
def test_engines_agree(lock: str) -> None:
    n = 2 if lock in FOR_TWO or "bakery" in lock else 3

    assert said(lock, n, "plain") == said(lock, n, "numpy")


def tables_of(lock: str, n: int) -> Tables:
    lock_ = Extracted((LOCKS / f"{lock}.py").read_text("utf-8"), lock, n)
    return make_tables(Closure(lock_.locals, lock_.first, 8))


@pytest.mark.parametrize("lock", ["knuth", "ticket", "mcs"])
def test_searches_agree_level_by_level_however_they_remember(
    lock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = tables_of(lock, 3)
    searches = [engine(tables).search(10**9) for engine in (Plain, Arrays)]
    monkeypatch.setattr(plain, "DENSE", 0)
    monkeypatch.setattr(arrays, "DENSE", 0)
    monkeypatch.setattr(arrays, "CHUNK", 7)
    searches += [engine(tables).search(10**9) for engine in (Plain, Arrays)]
    monkeypatch.setattr(arrays, "BITS", 0)
    searches.append(Arrays(tables).search(10**9))

    levels = [[sorted(map(int, level)) for level in found.levels] for found in searches]
    assert levels[1:] == levels[:1] * 4
    assert len({found.transitions for found in searches}) == 1


def test_more_states_than_numpys_numbers_can_say_are_searched_in_plain_python() -> None:
    tables = tables_of("knuth", 2)
    wide = replace(tables, size=1 << 70)

    assert Plain(wide).search(10**6).states() == Plain(tables).search(10**6).states()


def test_without_numpy_the_plain_engine_is_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kernel_model.explore.engines.find_spec", lambda name: None)

    report = check((LOCKS / "dijkstra.py").read_text("utf-8"), 3, ["mutex"])

    assert report.engine == "plain"
    assert report.states == 8084


def test_auto_goes_over_to_numpy_where_there_is_much_to_do() -> None:
    text = (LOCKS / "dijkstra.py").read_text("utf-8")

    assert check(text, 2, ["mutex"]).engine == "plain"
    assert check(text, 3, ["mutex"]).engine == "numpy"


def test_an_engine_that_is_none_is_told() -> None:
    report = check((LOCKS / "peterson.py").read_text("utf-8"), engine="steam")

    assert report.error == "no engine steam: there are auto, plain, numpy"


@pytest.mark.parametrize("lock", ["dijkstra", "counted", "filter", "book_from_0"])
def test_graphs_agree_on_what_lasts(lock: str) -> None:
    tables = tables_of(lock, 3)
    graphs = [
        engine.graph(engine.search(10**9).levels) for engine in (Plain(tables), Arrays(tables))
    ]

    for p in range(3):
        for phase in (Phase.TRYING, Phase.LEAVING, Phase.INSIDE):
            one, other = (graph.for_ever(graph.staying(p, phase)) for graph in graphs)
            assert {frozenset(part) for part in one} == {frozenset(part) for part in other}
            assert [graph.lasts(graph.staying(p, phase)) for graph in graphs] == [bool(one)] * 2
    assert graphs[0].lasts(graphs[0].waiting()) == graphs[1].lasts(graphs[1].waiting())


def test_components_come_after_what_they_lead_to() -> None:
    after = [[1], [2, 3], [1], [4], [3, 5], [5], [0]]

    parts = [sorted(part) for part in components(after, [True] * 7)]

    assert parts == [[5], [3, 4], [1, 2], [0], [6]]


def test_components_stay_in_the_mask_and_go_deep() -> None:
    n = 10 * sys.getrecursionlimit()
    ring = [[(i + 1) % n] for i in range(n)]

    assert [len(part) for part in components(ring, [True] * n)] == [n]
    assert [len(part) for part in components(ring, [i != 7 for i in range(n)])] == [1] * (n - 1)
