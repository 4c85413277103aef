"""How nbgrader's autograde reads a class: every submission, whatever state it is in.

Stock nbgrader leaves out a student whose file it cannot parse, and one who handed in no file of
the expected name. Set as `c.Autograde.exporter_class`, this reads both as an empty submission with
the reason in it, so that they get a grade, a page of feedback and a warning in the log.
"""

import fnmatch
import glob
import os
import re
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import nbformat
from nbconvert.exporters import NotebookExporter
from nbconvert.exporters.exporter import ResourcesDict
from nbgrader.converters import NbGraderException
from traitlets import default

from autograder.sandbox import probe

from .ahead import started
from .beside import pass_over
from .grade import GradeInSandbox
from .marks import Marks
from .master import Master, masters
from .reading import NotANotebook, read

ODD = re.compile(r"[^\w .,()-]")  # in a student's file name, which is shown on pages
MASTER, NOTES, REASON = "kernelbook_master", "kernelbook_notes", "kernelbook_reason"


class SubmissionExporter(NotebookExporter):
    """Reads notebooks for the preprocessors, and knows the assignment's own cells."""

    def __init__(self, config: Any = None, **kwargs: Any) -> None:
        super().__init__(config=config, **kwargs)  # type: ignore[no-untyped-call]  # nbconvert's
        self.masters: dict[str, Master] = {}
        self.coming: dict[str, Future[Marks]] = {}  # grades that workers are making, by key
        self.versions: dict[str, str] = {}  # of the suites, by exercise, in this run of nbgrader
        self._begun = False
        if self.parent is not None:
            self._require_isolation()
            self._expect_every_notebook(self.parent)

    @default("optimistic_validation")
    def _optimistic_validation_default(self) -> bool:
        return True  # once, after the last preprocessor: a submission is valid when it is read

    def _require_isolation(self) -> None:
        """No class is begun that could not be graded officially, unless that is allowed."""
        tier = probe()
        if not tier.isolated and not GradeInSandbox(parent=self).allow_unisolated:
            self.log.error(
                "Nothing was graded: this machine cannot isolate student code (%s). To grade "
                "without, unofficially, set c.GradeInSandbox.allow_unisolated = True.",
                "; ".join(tier.reasons),
            )
            raise NbGraderException("this machine cannot isolate student code")

    def _expect_every_notebook(self, converter: Any) -> None:
        """Adds the notebooks that a student did not hand in to those to be graded."""
        course = converter.coursedir
        self.masters = masters(course.db_url, course.assignment_id, course.course_id)
        expected = [f"{name}.ipynb" for name in fnmatch.filter(self.masters, course.notebook_id)]
        pattern = course.format_path(
            course.submitted_directory, course.student_id, course.assignment_id
        )
        for folder in glob.glob(pattern):
            if not os.path.isdir(folder):
                continue
            files = converter.assignments.setdefault(folder, [])
            absent = {os.path.join(folder, name) for name in expected} - set(files)
            files.extend(sorted(absent))
        pass_over(converter)

    def from_filename(
        self, filename: str, resources: dict[str, Any] | None = None, **_kwargs: Any
    ) -> tuple[Any, dict[str, Any]]:
        """Reads one notebook and sends it through the preprocessors; no file is too broken."""
        path = Path(filename)
        if not self._begun and self.parent is not None:
            self._begun, self.coming = True, started(self)
        resources = ResourcesDict() if resources is None else resources
        resources["metadata"] = ResourcesDict(name=path.stem, path=str(path.parent))
        resources[MASTER] = self.masters.get(path.stem)
        try:
            notebook, resources[NOTES] = read(path)
        except NotANotebook as reason:
            resources[REASON] = told(path, reason)
            notebook = nbformat.v4.new_notebook()
        exporter: Any = self  # its methods have no types
        result: tuple[Any, dict[str, Any]] = exporter.from_notebook_node(notebook, resources)
        return result


def told(path: Path, reason: NotANotebook) -> str:
    """Why there was nothing to grade, in a sentence or two for student and instructor."""
    text = f"{path.name} could not be graded: {reason}."
    others = sorted(other.name for other in path.parent.glob("*.ipynb") if other.name != path.name)
    if not os.path.lexists(path) and others:
        names = ODD.sub("?", ", ".join(others))
        text += f" It holds {names} instead: rename it to {path.name}."
    return text
