"""Small tables in the look of the course; learners meet them as `show.table`."""

import html

import numpy as np

from restorekit.picture import notebook


def table(rows, header=None, *, best=None, digits=2, caption=None):
    """Show a table, numbers right-aligned; the best value of a column bold if asked for.

    Parameters
    ----------
    rows : list of dict, dict of sequences, or list of sequences
        The first row should be the noisy input: every gain is counted from there. A dict of sequences or dicts has the row's name
        as key.
    header : sequence of str, optional
        Column names (the keys of the first row if it is a dict).
    best : dict of str to {"max", "min"}, or sequence of str, optional
        Columns whose best value is set bold; names alone mean the largest is best.
    digits : int or dict of str to int
        Digits after the point for floating-point numbers.
    caption : str, optional
        A sentence above.

    Returns
    -------
    Table

    Examples
    --------
    >>> table([{"method": "noisy input", "PSNR (dB)": 20.17}, {"method": "mean 3x3", "PSNR (dB)": 26.4}], best=["PSNR (dB)"])
    method       PSNR (dB)
    noisy input      20.17
    mean 3x3        *26.40
    """
    return Table(rows, header, best, digits, caption).display()


class Table:
    """A small table that shows itself as HTML in a notebook and prints as text elsewhere. Made by `table`."""

    def __init__(self, rows, header, best, digits, caption):
        if isinstance(rows, dict):
            first = header[0] if header else ""
            rows = [
                {first: k, **v}
                if isinstance(v, dict)
                else [k, *(v if isinstance(v, (list, tuple, np.ndarray)) else [v])]
                for k, v in rows.items()
            ]
        rows = list(rows)
        if not rows:
            raise ValueError("the table has no rows")
        if isinstance(rows[0], dict):
            header = list(header or dict.fromkeys(key for row in rows for key in row))
            rows = [[row.get(name, "") for name in header] for row in rows]
        self.header = [str(name) for name in (header or [""] * len(rows[0]))]
        for row in rows:
            if len(row) != len(self.header):
                raise ValueError(f"a row has {len(row)} entries, but there are {len(self.header)} columns: {list(row)}")
        best = best if isinstance(best, dict) else dict.fromkeys(best or (), "max")
        for name in best:
            if name not in self.header:
                raise ValueError(f"there is no column {name!r} to mark the best in; the columns are {self.header}")
        self.caption = caption
        self.cells = [[self._text(value, self.header[k], digits) for k, value in enumerate(row)] for row in rows]
        self.numeric = [any(_is_number(row[k]) for row in rows) for k in range(len(self.header))]
        self.bold = set()
        for name, direction in best.items():
            k = self.header.index(name)
            shown = {n: float(self.cells[n][k].replace(",", "")) for n, row in enumerate(rows) if _is_number(row[k])}
            if shown:
                champion = (max if direction == "max" else min)(shown.values())
                self.bold |= {(n, k) for n, value in shown.items() if value == champion}
        self._shown_in = None

    @staticmethod
    def _text(value, name, digits):
        if isinstance(value, (float, np.floating)):
            return f"{value:,.{digits.get(name, 2) if isinstance(digits, dict) else digits}f}"
        return f"{value:,}" if _is_number(value) else str(value)

    def __repr__(self):
        """Return the table as aligned text; an asterisk marks the best."""
        marked = [[("*" if (n, k) in self.bold else "") + c for k, c in enumerate(r)] for n, r in enumerate(self.cells)]
        widths = [max(len(row[k]) for row in [self.header, *marked]) for k in range(len(self.header))]
        lines = []
        for row in [self.header, *marked]:
            aligned = [
                c.rjust(w) if right else c.ljust(w) for c, w, right in zip(row, widths, self.numeric, strict=True)
            ]
            lines.append("  ".join(aligned).rstrip())
        return "\n".join(([self.caption] if self.caption else []) + lines)

    def _repr_html_(self):
        """Return the table as HTML."""
        side = ["right" if right else "left" for right in self.numeric]
        head = "".join(
            f'<th scope="col" style="text-align:{s};padding:4px 12px">{html.escape(name)}</th>'
            for name, s in zip(self.header, side, strict=True)
        )
        body = ""
        for n, row in enumerate(self.cells):
            body += "<tr>"
            for k, cell in enumerate(row):
                cell = html.escape(cell)
                cell = f"<strong>{cell}</strong>" if (n, k) in self.bold else cell
                numbers = ";font-variant-numeric:tabular-nums" if self.numeric[k] else ""
                body += f'<td style="text-align:{side[k]};padding:4px 12px{numbers}">{cell}</td>'
            body += "</tr>\n"
        style = "text-align:left;caption-side:top;padding:4px 12px"
        caption = f'<caption style="{style}">{html.escape(self.caption)}</caption>' if self.caption else ""
        return f"<table>{caption}<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody></table>"

    def display(self):
        """Show the table in the notebook (again); elsewhere nothing happens. Returns the table."""
        shell = notebook()
        if shell is not None:
            from IPython.display import display

            display({"text/html": self._repr_html_(), "text/plain": repr(self)}, raw=True)
            self._shown_in = shell.execution_count
        return self

    def _ipython_display_(self):
        """Called for a cell's last line: stay silent if this very cell has shown the table already."""
        shell = notebook()
        if shell is None:
            print(repr(self))
        elif self._shown_in != shell.execution_count:
            self.display()


def _is_number(value):
    """Whether a table's entry is a number (True and False are not)."""
    return isinstance(value, (int, float, np.integer, np.floating)) and not isinstance(value, (bool, np.bool_))
