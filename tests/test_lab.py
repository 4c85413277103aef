"""The folder that JupyterLab is opened over (autograder/lab.py)."""

import os
import sys
from pathlib import Path

from autograder import lab


def environment(home: Path) -> dict[str, str]:
    """Jupyter's own folders, and this Python's commands first."""
    places = [os.path.dirname(sys.executable), os.environ["PATH"]]
    return {"PATH": os.pathsep.join(places), "HOME": str(home)}


def test_everything_is_there_and_what_a_student_wrote_stays(tmp_path: Path) -> None:
    folder, env = tmp_path / "lab", environment(tmp_path)
    lab.prepare(folder, env)
    work = folder / "work" / "ps2" / "messages.ipynb"
    work.write_text(work.read_text().replace("Write this function", "I am writing this function"))
    written = work.read_text()
    lab.prepare(folder, env)

    assert "I am writing" in written
    assert work.read_text() == written
    assert "BEGIN SOLUTION" not in written
    assert "`ps2`" in (folder / "START.md").read_text()
    config = (folder / "course" / "nbgrader_config.py").read_text()
    assert config.count("c.Exchange.root = ") == 1


def test_settings_that_were_changed_by_hand_stay(tmp_path: Path) -> None:
    lab.settings(tmp_path)
    path = tmp_path / "@jupyterlab" / "apputils-extension" / "notification.jupyterlab-settings"
    path.write_text('{"fetchNews": "true"}')
    lab.settings(tmp_path)

    assert path.read_text() == '{"fetchNews": "true"}'
