"""The LMS's own file comes back with one column filled and no other byte changed; and no spreadsheet runs what a student typed."""

import csv
import io
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from restorekit.grading.gradebook import fill, load, safe_cell, write_table

HEADER = [
    "Last Name",
    "First Name",
    "Username",
    "Student ID",
    "Denoising [Total Pts: 100 Score] |123456",
    "Quiz [Total Pts: 10 Score] |7",
]
ROWS = [
    ["King", "Ada", "ada", "001", "", "7"],
    ["홍", "길동", "kim_bob", "002", "50", ""],
    ['O"Neil, J', "Cyd", "cyd", "003", "Needs Grading", "3"],
]


def table(rows, separator=",", end="\r\n", quoting=csv.QUOTE_ALL, encoding="utf-8"):
    """A gradebook as bytes."""
    file = io.StringIO()
    csv.writer(file, delimiter=separator, lineterminator=end, quoting=quoting).writerows(rows)
    return file.getvalue().encode(encoding)


@pytest.fixture
def book(tmp_path):
    """Writes a file and loads it."""

    def write(contents, **options):
        (tmp_path / "lms.csv").write_bytes(contents)
        return load(tmp_path / "lms.csv", **options)

    return write


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp949"])
@pytest.mark.parametrize("separator", [",", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("quoting", [csv.QUOTE_ALL, csv.QUOTE_MINIMAL])
def test_one_column_is_filled_and_every_other_byte_stays(book, encoding, separator, end, quoting):
    dialect = {"separator": separator, "end": end, "quoting": quoting, "encoding": encoding}
    gradebook = book(table([HEADER, *ROWS], **dialect))
    assert fill(gradebook, "denoising", {})[0] == table([HEADER, *ROWS], **dialect)
    expected = [row[:4] + [mark] + row[5:] for row, mark in zip(ROWS, ["87.5", "50", "100"], strict=True)]
    contents, remarks = fill(gradebook, "denoising", {"ada": 87.5, "cyd": 100.0, "kim_bob": None})
    assert contents == table([HEADER, *expected], **dialect)
    assert remarks == ('"Needs Grading" stood in 1 cells, and is replaced by marks.',)


def test_the_roster_has_user_names_and_full_names(book):
    gradebook = book(table([HEADER, *ROWS]))
    assert list(gradebook.headers) == HEADER
    assert gradebook.roster == {"ada": "Ada King", "kim_bob": "홍길동", "cyd": 'Cyd O"Neil, J'}
    assert book(table([["성", "이름", "사용자 이름", "과제"], ["홍", "길동", "a", ""]])).roster == {"a": "홍길동"}
    assert book(table([["Name", "Student ID", "x"], ["Ada King", "7", ""]])).roster == {"7": "Ada King"}
    assert book(table([["Login", "x"], ["ada", ""]]), user_column="login").roster == {"ada": ""}
    assert book(table([["Last Name", "Username", "x"], ["=cmd()\x1b", "ada", ""]])).roster == {
        "ada": "=cmd()\N{REPLACEMENT CHARACTER}"
    }


def test_what_is_not_quoted_as_a_whole_file_is_kept_cell_by_cell(book):
    mixed = b'Username,"Denoising |1",Note\nada,"",it\'s "fine"\n"bob",,"two\nlines, ""quoted"""\n\n'
    contents, _ = fill(book(mixed), "denoising", {"ada": 1, "bob": 2})
    assert contents == mixed.replace(b'ada,""', b'ada,"1"').replace(b'"bob",,', b'"bob",2,')


def test_a_last_column_and_a_last_line_without_an_end(book):
    assert fill(book(b"Username,Mark"), "mark", {})[0] == b"Username,Mark"
    assert fill(book(b"Username,Mark\nada,\nbob,"), "mark", {"ada": 1, "bob": 2})[0] == b"Username,Mark\nada,1\nbob,2"
    assert (
        fill(book(b"Username\tMark\tNote\nada\t\tone, two,\n"), "note", {"ada": 3})[0]
        == b"Username\tMark\tNote\nada\t\t3\n"
    )


def test_marks_that_were_there_are_kept_or_said(book):
    rows = [
        ["Username", "Mark"],
        ["ada", "80"],
        ["bob", "7.50"],
        ["cyd", "1"],
        ["dan", "In Progress"],
        ["eve", "In Progress"],
    ]
    contents, remarks = fill(book(table(rows)), "mark", {"ADA ": 90, "bob": 7.5, "dan": 3, "eve": 1.239})
    assert contents == table([rows[0], ["ada", "90"], ["bob", "7.5"], ["cyd", "1"], ["dan", "3"], ["eve", "1.24"]])
    assert remarks == (
        "ADA : 80 stood in the gradebook, and is replaced by 90.",
        '"In Progress" stood in 2 cells, and is replaced by marks.',
    )


def test_the_column_is_found_by_a_part_of_its_header_alone(book):
    gradebook = book(table([["Username", "Denoising |1", "Denoising (late) |2", "Student ID"], ["ada", "", "", "7"]]))
    assert b'"ada","5",""' in fill(gradebook, "denoising |1", {"ada": 5})[0]
    assert b'"ada","","5"' in fill(gradebook, "LATE", {"ada": 5})[0]
    for column, said in [
        ("denoising", '2 columns for "denoising": "Denoising |1", "Denoising (late) |2"'),
        ("", 'has 4 columns for ""'),
        ("Deblurring", 'no column for "Deblurring". It has "Username"'),
        ("username", 'column "Username" of .* has names, not marks'),
        ("student", 'column "Student ID" of .* has names, not marks'),
    ]:
        with pytest.raises(ValueError, match=said if ".*" in said else re.escape(said)):
            fill(gradebook, column, {"ada": 5})
    twins = book(table([["Username", "Mark", "Mark (old)"], ["ada", "", ""]]))
    assert b'"ada","5",""' in fill(twins, "mark", {"ada": 5})[0], "the whole header names its column"


def test_users_that_are_unknown_or_there_twice_are_refused(book):
    gradebook = book(table([HEADER, *ROWS]))
    with pytest.raises(ValueError, match='"zoe" can\'t be found in .*lms.csv; is it the gradebook of this class'):
        fill(gradebook, "denoising", {"ada": 1, "zoe": 2})
    with pytest.raises(ValueError, match="and 5 more"):
        fill(gradebook, "denoising", dict.fromkeys(map(str, range(15)), 1))
    for again in ("ada", "ADA", " ada"):
        with pytest.raises(ValueError, match="more than once"):
            book(table([HEADER, *ROWS, ["X", "Y", again, "004", "", ""]]))
    assert len(book(table([HEADER, *ROWS, ["Points", "", "", "", "100", ""], ["", "", " ", "", "", ""]])).users) == 3


@pytest.mark.parametrize("mark", ["=1+1", "", "A", float("nan"), float("inf"), True])
def test_only_numbers_are_written_as_marks(book, mark):
    with pytest.raises(ValueError, match="the mark of ada is .* not a number"):
        fill(book(table([HEADER, *ROWS])), "denoising", {"ada": mark})


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (b"", "no table with commas or tabs"),
        (b"just text\nmore\n", "no table with commas or tabs"),
        (b"PK\3\4 workbook", "is an Excel workbook, not text"),
        (b"\xd0\xcf\x11\xe0 old", "is an Excel workbook, not text"),
        (b"Username,Mark\nada,\xff\xff\n", "no table of text"),
        (b"Username,Mark\nada,\0\n", "no table of text"),
        (b"\xff\xfeU\0s\0", "no table with commas"),
        (b"\xff\xfeU\0s\0,", "no table of text"),
        (b"First,Mark\nada,\n", 'no column with user names (it has "First", "Mark")'),
        (b"Username,Username,Mark\na,b,\n", '2 columns for "username"'),
        (b"Username,Mark\nada,1,2\n", "row 2 has 3 columns, the first row 2"),
        (b"Username,Mark\nada\n", "row 2 has 1 columns"),
        (b'Username,Mark\n"ada,1\n', "row 2: a quote is not closed"),
        (b'Username,Mark\n"ada"x,1\n', "row 2: a quote is not closed, or something stands behind one"),
    ],
)  # fmt: skip
def test_what_is_no_gradebook_is_refused_in_words(book, contents, said):
    with pytest.raises(ValueError, match=re.escape(said)):
        book(contents)


def test_missing_and_huge_files_are_refused(tmp_path, book):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / "no.csv")
    with open(tmp_path / "huge.csv", "wb") as file:
        file.truncate(10**11)
    with pytest.raises(ValueError, match="is it a gradebook"):
        load(tmp_path / "huge.csv")
    with pytest.raises(ValueError, match="quote is not closed"):
        book(b'Username,Mark\n"' + b'a""' * 200_000)


@given(
    st.lists(st.lists(st.text("ab,\"\t\r\n '=é한", max_size=6), min_size=2, max_size=2), min_size=1, max_size=5),
    st.sampled_from(",\t"),
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
)
def test_whatever_the_other_cells_hold_they_stay(tmp_path_factory, cells, separator, end, quoting):
    if quoting == csv.QUOTE_MINIMAL:  # Python's versions differ in which line ends they then quote
        cells = [[re.sub("[\r\n]", "", cell) for cell in row] for row in cells]
    rows = [["Username", "Mark", "A", "B"]] + [[f"u{k}", "", *row] for k, row in enumerate(cells)]
    path = tmp_path_factory.mktemp("book") / "lms.csv"
    path.write_bytes(table(rows, separator, end, quoting))
    expected = [[*row[:1], row[1] or str(k), *row[2:]] if k else row for k, row in enumerate(rows)]
    marks = {f"u{k - 1}": k for k in range(1, len(rows))}
    assert fill(load(path), "mark", marks)[0] == table(expected, separator, end, quoting)


# Our own tables


@pytest.mark.parametrize(
    "text",
    [
        "=cmd()",
        "+1+1",
        "-2+3",
        "@SUM(A1)",
        "\t=x",
        "\rx",
        "\nx",
        "  =x",
        "\u00a0=x",
        "\u200b=x",
        "\ufeff=x",
        "\0=x",
        "＝x",
        "＠x",
        "+82 10",
        "-",
    ],
)
def test_what_a_spreadsheet_takes_for_a_formula_becomes_text(text):
    assert safe_cell(text).startswith("'") and safe_cell(text)[1:] == text.replace("\0", "").replace("\t=", "\t'=")


def test_pieces_of_a_cell_are_no_formulas_either():
    assert safe_cell("a;=cmd()") == "a;'=cmd()"
    assert safe_cell('a;"=x"') == 'a;\'"=x"'
    assert safe_cell("a\n@x\t+y") == "a\n'@x\t'+y"
    assert safe_cell("gained 3 dB, -0.3 dB, -5, a=b") == "gained 3 dB, -0.3 dB, -5, a=b"


def test_numbers_and_plain_text_stay():
    for value in (1, -2.5, "3", "-4.25", "+1", "Ada King", "a-b", "a=b", "", "홍길동", "'quoted'", np.float64(-1.5)):
        assert safe_cell(value) == value
    assert safe_cell(None) == safe_cell(float("nan")) == safe_cell(float("inf")) == ""
    assert safe_cell(True) == "True"


def test_a_table_is_written_for_excel_and_all_or_nothing(tmp_path):
    path = tmp_path / "grades.csv"
    write_table(path, ["student", "points"], [["=cmd()", 87.5], ['홍 "x"\n', None], ["\ud800", -1]])
    assert (
        path.read_bytes()
        == b'\xef\xbb\xbf"student","points"\r\n"\'=cmd()",87.5\r\n"\xed\x99\x8d ""x""\n",""\r\n"?",-1\r\n'
    )
    with pytest.raises(ZeroDivisionError):
        write_table(path, ["a"], ([1 / k] for k in (1, 0)))
    assert b"87.5" in path.read_bytes() and len(list(tmp_path.iterdir())) == 1


@given(st.text())
def test_no_cell_begins_like_a_formula(text):
    cell = safe_cell(text)
    assert not str(cell).lstrip().startswith(("=", "+", "-", "@")) or re.fullmatch(r"[+-]\d+(\.\d+)?", cell)
