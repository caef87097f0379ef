"""Text tables with commas or tabs, taken apart so that they can be put together again byte for byte."""

import re

__all__ = ["decode", "rows", "value"]

#: A field, and what ends it. One that begins with a quote must end with one; "" in it stands for a quote.
_FIELD = r'("[^"]*(?:""[^"]*)*"|(?!")[^{0}\r\n]*)({0}|\r\n|\n|\r|\Z)'


def decode(path, data):
    """The text, its encoding, and the byte order mark before it; encoded again, it is what was read.

    Raises ValueError if it is no text.
    """
    if data[:2] == b"PK" or data[:4] == b"\xd0\xcf\x11\xe0":
        raise ValueError(f"{path} is an Excel workbook, not text; take the LMS's own file, comma- or tab-delimited")
    marks = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be", b"\xef\xbb\xbf": "utf-8"}
    mark = next((mark for mark in marks if data.startswith(mark)), b"")
    if mark:
        encodings = [marks[mark]]
    elif b"\0" in data[:2]:
        encodings = ["utf-16-be" if data[:1] == b"\0" else "utf-16-le"]
    else:
        encodings = ["utf-8", "cp949"]
    body = data[len(mark) :]
    for encoding in encodings:
        try:
            text = body.decode(encoding)
        except UnicodeDecodeError:
            continue
        if text.encode(encoding) == body and "\0" not in text:
            return text, encoding, mark
    raise ValueError(f"{path} is no table of text, or damaged; take the LMS's own file, comma- or tab-delimited")


def rows(path, text):
    """All rows of a text, each a list of (field as it stands, what ends it); joined again, they are the text.

    Raises ValueError if it is no such table, or rows differ in length.

    Examples
    --------
    >>> rows("a.csv", 'a,"b"\\n1,"2,3"')
    [[('a', ','), ('"b"', '\\n')], [('1', ','), ('"2,3"', '')]]
    """
    first_line = re.match(r'(?:"[^"]*"|[^"\r\n]+)*', text)[0]
    separator = "\t" if "\t" in re.sub(r'"[^"]*"', "", first_line) else ","
    pattern, table, row, place = re.compile(_FIELD.format(separator)), [], [], 0
    while place < len(text) or row:
        match = pattern.match(text, place)
        if not match:
            where = f"{path}, row {len(table) + 1}"
            raise ValueError(f"{where}: a quote is not closed, or something stands behind one; was the file edited?")
        row.append(match.groups())
        place = match.end()
        if match[2] != separator:
            table.append(row)
            row = []
    if not table or len(table[0]) < 2:
        raise ValueError(f"{path} is no table with commas or tabs between its columns; take the LMS's own file")
    for k, row in enumerate(table[1:], 2):
        blank = len(row) == 1 and not row[0][0].strip()
        if len(row) != len(table[0]) and not blank:
            raise ValueError(
                f"{path}, row {k} has {len(row)} columns, the first row {len(table[0])}; was the file edited?"
            )
    return table


def value(cell):
    """What a (field, end) says."""
    text = cell[0]
    return text[1:-1].replace('""', '"') if text.startswith('"') else text
