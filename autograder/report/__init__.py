"""Reports on a whole class: what nbgrader's gradebook holds, as a table, a figure and one page."""
