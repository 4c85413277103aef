"""The course, as nbgrader sees it; found from this folder, or through JUPYTER_CONFIG_PATH."""

from pathlib import Path

from autograder.nbgrader_plugin import configure

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "kernelbook"
c.CourseDirectory.root = str(root := Path(__file__).resolve().parent)
configure(c)

# the reviewed sources hold every solution: nbgrader must not hand them out beside the notebooks
sources = [path for path in root.glob("source/*/*.py") if path.with_suffix(".ipynb").exists()]
c.CourseDirectory.ignore.extend(path.name for path in sources)

# An instructor's own suites, kept out of the repository:
# c.GradeInSandbox.suites = "private/suites"
