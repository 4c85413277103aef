"""Kernelbook's part in nbgrader: grades exercises in the sandbox, from any state of a notebook.

A course's nbgrader_config.py needs one line for it:

    from autograder.nbgrader_plugin import configure; configure(c)

Both the command line (`nbgrader autograde`) and the formgrader's button then go through it.
"""

import os
import sys
from typing import Any

STUB = 'raise NotImplementedError("Write this function, then run the check below.")'


def configure(config: Any) -> None:
    """Sets the parts of nbgrader that read, repair and grade submissions; all else stays stock.

    CheckCellMetadata is not among them: RepairNotebook writes what it would look for.
    """
    autograde = config.Autograde
    autograde.exporter_class = "autograder.nbgrader_plugin.exporter.SubmissionExporter"
    autograde.sanitize_preprocessors = [
        "autograder.nbgrader_plugin.sanitize.RepairNotebook",
        "nbgrader.preprocessors.ClearOutput",
    ]
    autograde.autograde_preprocessors = [
        "autograder.nbgrader_plugin.grade.GradeInSandbox",
        "nbgrader.preprocessors.IgnorePattern",
        "nbconvert.preprocessors.ClearMetadataPreprocessor",
        "nbgrader.preprocessors.LimitOutput",
        "nbgrader.preprocessors.SaveAutoGrades",
        "nbgrader.preprocessors.AssignLatePenalties",
    ]
    # feedback and formgrader: no script of a student's runs there, and no text stops a page
    config.HTMLExporter.filters = {
        "markdown2html": "autograder.nbgrader_plugin.pages.markdown2html",
        "highlight_code": "autograder.nbgrader_plugin.pages.highlight_code",
    }
    config.GenerateFeedback.exporter_class = "autograder.nbgrader_plugin.pages.FeedbackExporter"
    config.ExchangeFactory.collect = "autograder.nbgrader_plugin.collecting.CollectFiles"
    config.ClearSolutions.code_stub = {"python": STUB}
    # nbgrader runs `alembic` by name when it makes a gradebook; without it, half of one is left
    folder = os.path.dirname(sys.executable)
    if folder not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join([folder, os.environ.get("PATH", "")])
