"""The table of differences (docs/differences.md): each is shown by a scenario."""

import re
from pathlib import Path

from kernel_model.scenario import Scenario, load

HERE = Path(__file__).parent
TABLE = (HERE.parent / "docs" / "differences.md").read_text()
SHOWN = re.compile(r"\| .*`(messages|shm|sem|suite|posix|pipe|fifo|socket|ptrace|signal)\.")
ROWS = [line for line in TABLE.splitlines() if SHOWN.match(line)]
SCENARIOS = {one.id: one for file in (HERE / "scenarios").glob("*.json") for one in load(file)}


def scopes(scenario: Scenario) -> set[str]:
    """The sides that the scenario, or a step of it, is for alone."""
    found = {step.scope for step in scenario.steps} | {scenario.scope}
    return {scope for scope in found if scope is not None}


def test_every_difference_has_five_cells_and_a_scenario_that_shows_it() -> None:
    assert len(ROWS) >= 25

    for row in ROWS:
        *cells, last = (cell.strip() for cell in row.strip("|").split(" | "))
        assert len(cells) == 4, row
        assert all(cells), row
        assert scopes(SCENARIOS[last.strip("` ")]), f"{last} is for both sides"


def test_every_scenario_about_a_difference_is_in_the_table() -> None:
    about = [name for name in SCENARIOS if name.startswith("suite.differences.")]

    assert about
    assert [name for name in about if f"`{name}`" not in TABLE] == []
