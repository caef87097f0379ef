"""From a solved lab to the lab that a student gets: solution regions become stubs.

The marks are nbgrader's (`### BEGIN SOLUTION`, `### END SOLUTION`), and so is the stub; a test holds this file against
nbgrader's own ClearSolutions.
"""

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = ("# YOUR CODE HERE", "raise NotImplementedError()")


class SourceError(ValueError):
    """A mistake in the source of a notebook; the message says where and what."""


def split(source, where="cell"):
    """Cut a cell's source into what a student sees and what the solution hides.

    Returns
    -------
    stub : str
        The source with every solution region replaced by the stub, indented like the region's first mark.
    regions : list of list of str
        The lines of each solution region, without the marks.
    """
    kept, regions, opened = [], [], None
    for number, line in enumerate(source.split("\n"), 1):
        if "BEGIN SOLUTION" in line or "END SOLUTION" in line:
            begins = line.strip() == BEGIN
            if not begins and line.strip() != END:
                raise SourceError(
                    f"{where}, line {number}: a solution mark stands alone on its line, as {BEGIN!r} or {END!r}; this is {line.strip()!r}"
                )
            if begins and opened:
                raise SourceError(f"{where}, line {number}: {BEGIN!r} inside the region that line {opened} opened")
            if not begins and not opened:
                raise SourceError(f"{where}, line {number}: {END!r} without a {BEGIN!r} before it")
            opened = number if begins else None
            if begins:
                indent = line[: len(line) - len(line.lstrip())]
                kept += [indent + stub for stub in STUB]
                regions.append([])
        elif opened:
            regions[-1].append(line)
        else:
            kept.append(line)
    if opened:
        raise SourceError(f"{where}, line {opened}: {BEGIN!r} has no {END!r}")
    return "\n".join(kept), regions


def telltale(line):
    """Whether a solution line says so much that it must not stand anywhere in the lab."""
    line = line.strip()
    if line.startswith(("#", "import ", "from ")) or "default_rng(" in line or "perf_counter(" in line:
        return False
    return len(line) >= 14 and any(sign in line for sign in "=(+-*/[")
