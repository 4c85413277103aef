"""First preprocessor: the submission becomes the assignment's notebook again (see `repair`)."""

from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors.base import NbGraderPreprocessor

from .engines import share_engines
from .exporter import MASTER, NOTES, REASON
from .master import masters
from .repair import annotate, repair, replacement

REPAIRED = "Before grading, the notebook was put right:"
UNREAD = "This submission could not be graded:"


class RepairNotebook(NbGraderPreprocessor):  # type: ignore[misc]  # nbgrader has no types
    """Does what DeduplicateIds, OverwriteKernelspec and OverwriteCells do, for any notebook.

    Stock DeduplicateIds leaves metadata behind that stops the whole class (SchemaTooOldError), and
    stock OverwriteCells leaves out a test cell that a student deleted.
    """

    def __init__(self, **named: Any) -> None:
        super().__init__(**named)
        share_engines()

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Repairs the notebook and tells in its first cell, and in the log, what was done."""
        context = resources["nbgrader"]
        name, student = context["notebook"], context["student"]
        master = resources.get(MASTER) or masters(context["db_url"], context["assignment"])[name]
        if reason := resources.get(REASON):
            nb, notes = replacement(master, reason), [reason]
            annotate(nb, UNREAD, [*notes, "The file is kept as it was handed in."])
        else:
            notes = [*resources.get(NOTES, []), *repair(nb, master)]
            annotate(nb, REPAIRED, notes)
        for note in notes:
            self.log.warning("%s, %s: %s", student, name, note)
        return nb, resources
