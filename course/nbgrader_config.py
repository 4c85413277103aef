"""The course, as nbgrader sees it; found from this folder, or through JUPYTER_CONFIG_PATH."""

from pathlib import Path

from autograder.nbgrader_plugin import configure

c = get_config()  # noqa: F821
c.CourseDirectory.course_id = "kernelbook"
c.CourseDirectory.root = str(Path(__file__).resolve().parent)
configure(c)

# An instructor's own suites, kept out of the repository:
# c.GradeInSandbox.suites = "private/suites"
