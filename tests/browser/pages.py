"""How a person works with a notebook page: opens it, runs it, types into it. One class for JupyterLab, one for the classic notebook."""

import re
import shutil

import nbformat

MINUTE = 60_000
ALL_DONE = 5 * MINUTE  # one notebook, on a busy machine


def put(server, notebook, name=""):
    """Copy a notebook (a path, or a notebook object) alone into an empty folder of the server; return its path there."""
    name = name or notebook.stem
    target = server.files / name / f"{name}.ipynb"
    target.parent.mkdir()
    if hasattr(notebook, "cells"):
        nbformat.write(notebook, target)
    else:
        shutil.copy(notebook, target)
    return target


class Front:
    """A notebook in a page; what JupyterLab and the classic notebook share."""

    def __init__(self, page, server, path):
        self.page, self.path = page, path
        self.address = f"{server.address}/{self.PREFIX}/{path.relative_to(server.files).as_posix()}{self.SUFFIX}"

    def cell(self, text):
        """The first code cell whose source holds this text, as a locator."""
        found = [number for number, (kind, source) in enumerate(self.sources()) if kind == "code" and text in source]
        return self.page.locator(self.CELL).nth(found[0])

    def output(self, text):
        """Where the output of that cell stands."""
        return self.cell(text).locator(self.OUTPUT)

    def failures(self):
        """One line for each error among the outputs that no tag announces, and for each code cell that has not run."""
        found = []
        for cell in self.code_cells():
            announced = "raises-exception" in cell["metadata"].get("tags", [])
            errors = [one for one in cell["outputs"] if one["output_type"] == "error"]
            first = cell["source"].split("\n")[0]
            found += [f"{first}: {one['ename']}: {one['evalue']}" for one in errors if not announced]
            if not cell["execution_count"] and cell["source"].strip():
                found.append(f"{first}: has not run")
        return found


class Lab(Front):
    """JupyterLab 4 with ipywidgets 8."""

    PREFIX, SUFFIX = "lab/tree", "?reset"
    CELL, OUTPUT = ".jp-Notebook .jp-Cell", ".jp-Cell-outputArea"
    PANEL = "window.jupyterapp.shell.currentWidget"
    #: The mark in the tool bar is no help: it says "idle" before there is a session, and "busy" for a while after the last cell.
    READY = (
        "(context => context.isReady && context.kernelDisplayStatus === 'idle' && context.session?.kernel?.connectionStatus"
        f" === 'connected')({PANEL}.sessionContext)"
    )

    def open(self):
        """Open the page and wait until its kernel is ready."""
        self.page.goto(self.address, wait_until="domcontentloaded")
        self.page.locator(".jp-NotebookPanel-toolbar").wait_for(timeout=MINUTE)
        self.page.wait_for_function(self.READY, timeout=MINUTE)
        return self

    def menu(self, *names):
        """Choose from the menu bar."""
        self.page.get_by_role("menubar").get_by_role("menuitem", name=names[0], exact=True).click()
        for name in names[1:]:  # a shortcut may stand behind it
            entry = self.page.locator(".lm-Menu-itemLabel", has_text=re.compile(rf"^{re.escape(name)}$"))
            entry.click()

    def run_all(self):
        """Menu Run > Run All Cells; return when the last cell has finished, or the first one has failed."""
        self._until("notebook:run-all-cells", lambda: self.menu("Run", "Run All Cells"), ALL_DONE)

    def run(self, text):
        """Choose the cell that holds this text and press Shift + Enter; return when it has finished."""
        if self.cell(text).locator(".cm-content").is_visible():
            self.cell(text).locator(".cm-content").click()
        else:  # its code is folded, as that of the set-up
            number = next(k for k, (kind, source) in enumerate(self.sources()) if kind == "code" and text in source)
            self.page.evaluate(f"{self.PANEL}.content.activeCellIndex = {number}; {self.PANEL}.content.node.focus()")
        self._until("notebook:run-cell-and-select-next", lambda: self.page.keyboard.press("Shift+Enter"), MINUTE)

    def restart(self):
        """Menu Kernel > Restart Kernel, its question answered; return when the new kernel is ready."""

        def answer():
            self.menu("Kernel", "Restart Kernel…")
            self.page.locator(".jp-Dialog .jp-mod-accept").click()

        self._until("notebook:restart-kernel", answer, MINUTE)

    def _until(self, command, act, timeout):
        """Do something that starts this command of JupyterLab; return when the command has ended and the kernel rests."""
        self.page.evaluate(
            """command => {
                window.ended = false;
                const noted = (_, run) => {
                    if (run.id !== command) return;
                    window.jupyterapp.commands.commandExecuted.disconnect(noted);
                    run.result.finally(() => { window.ended = true; });
                };
                window.jupyterapp.commands.commandExecuted.connect(noted);
            }""",
            command,
        )
        act()
        self.page.wait_for_function(f"window.ended && {self.READY}", timeout=timeout)

    def scroll(self, share):
        """Bring the cell at this share of the notebook to the top of the window."""
        self.page.evaluate(
            f"""async share => {{
                const book = {self.PANEL}.content;
                await book.scrollToItem(Math.floor(share * book.widgets.length), "start");
                await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            }}""",
            share,
        )

    def replace_line(self, text, old, new):
        """In the cell that holds `text`, type over the line that holds `old`; its indentation stays."""
        self.cell(text).locator(".cm-line", has_text=old).click()
        self.page.keyboard.press("End")
        self.page.keyboard.press("Shift+Home")
        self.page.keyboard.type(new)

    def sources(self):
        """Kind and text of every cell."""
        return self.page.evaluate(f"Array.from({self.PANEL}.content.model.cells, c => [c.type, c.sharedModel.source])")

    def code_cells(self):
        """The code cells as they are now, as in a notebook file."""
        code = f"Array.from({self.PANEL}.content.model.cells).filter(c => c.type === 'code').map(c => c.toJSON())"
        return self.page.evaluate(code)

    def close(self):
        """Shut the kernel down: a network may hold a gigabyte."""
        self.page.evaluate("window.jupyterapp.serviceManager.sessions.shutdownAll()")


class Classic(Front):
    """The classic notebook 6.5 with ipywidgets 7."""

    PREFIX, SUFFIX = "notebooks", ""
    CELL, OUTPUT = "#notebook-container > .cell", ".output_wrapper"
    READY = (
        "window.Jupyter && Jupyter.notebook && Jupyter.notebook.kernel && Jupyter.notebook.kernel.is_connected()"
        " && Jupyter.notebook._fully_loaded && document.querySelector('.kernel_idle_icon') !== null"
    )
    DONE = f"{READY} && Jupyter.notebook.get_cells().every(cell => cell.input_prompt_number !== '*')"

    def open(self):
        """Open the page and wait until its kernel is ready."""
        self.page.goto(self.address, wait_until="domcontentloaded")
        self.page.wait_for_function(self.READY, timeout=MINUTE)
        return self

    def run_all(self):
        """Menu Cell > Run All; return when the last cell has finished, or the first one has failed."""
        self.page.get_by_role("link", name="Cell", exact=True).click()
        self.page.locator("#run_all_cells a").click()
        self.page.wait_for_function(self.DONE, timeout=ALL_DONE)

    def sources(self):
        """Kind and text of every cell."""
        return self.page.evaluate("Jupyter.notebook.get_cells().map(c => [c.cell_type, c.get_text()])")

    def code_cells(self):
        """The code cells as they are now, as in a notebook file."""
        code = "Jupyter.notebook.get_cells().filter(c => c.cell_type === 'code').map(c => c.toJSON())"
        return self.page.evaluate(code)

    def close(self):
        """Shut the kernel down."""
        self.page.evaluate("new Promise(done => Jupyter.notebook.session.delete(done, done))")
