"""docs/unsupported.md tells what the targets do not know, neither more nor less."""

import re
from pathlib import Path

from kernel_model import Kernel
from kernel_model.scenario import SIGNATURES
from kernel_model.targets.linux_calls import CALLS

WORKER = {"fork", "sigaction", "signal", "sigcount"}  # made by the worker, beside its table

PAGE = Path(__file__).parents[1] / "docs" / "unsupported.md"


def listed(column: int, *says: str) -> set[str]:
    """The calls in rows that say this in a column."""
    rows = [line.split("|") for line in PAGE.read_text().splitlines() if line.startswith("| ")]
    return {
        call
        for row in rows
        if row[column].strip() in says
        for call in re.findall("`(.*?)`", row[2])
    }


def test_every_call_that_the_model_lacks_is_listed() -> None:
    assert listed(3, "no") == set(SIGNATURES) - set(Kernel("linux").sysent)
    assert listed(3, "no", "linux") == set(SIGNATURES) - set(Kernel("classic").sysent)


def test_every_call_that_the_linux_target_lacks_is_listed() -> None:
    assert listed(4, "no") == set(SIGNATURES) - set(CALLS) - WORKER
