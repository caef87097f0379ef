"""A download of strangers' files: each counts for the student whom the LMS names, whatever the files are called and receipts contain."""

import contextlib
import datetime
import itertools
import os
import unicodedata
import zipfile
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from restorekit.grading import naming
from restorekit.grading.archive import Item
from restorekit.grading.ingest import Attempt, choose, read
from restorekit.grading.receipts import parse_receipt, receipt_time
from restorekit.handed_in import Refused

SIX = {f"Model{k}.{ending}": f"{k} {ending}".encode() for k in (1, 2, 3) for ending in ("png", "py")}
TIME, LATER = "2026-06-08-23-42-10", "2026-06-08-23-59-59"
SEOUL = ZoneInfo("Asia/Seoul")


def receipt(
    user, names=(), full_name="Ada King", assignment="Denoising", date="Monday, June 8, 2026 11:42:10 PM KST", text=""
):
    """A receipt as the LMS writes it; `text` is the student's."""
    files = "".join(f"\tOriginal filename: x\n\tFilename: {name}\n\n" for name in names)
    return (
        f"Name: {full_name} ({user})\nAssignment: {assignment}\nDate Submitted: {date}\nCurrent Mark: Needs Marking\n\n"
        f"Submission Field:\n{text}\n\nComments:\n{text}\n\nFiles:\n{files}"
    ).encode()


def handed_in(user, time=TIME, files=SIX, assignment="Denoising", with_receipt=True, **said):
    """What the download holds of one attempt: a list of (name, contents)."""
    beginning = f"{assignment}_{user}_attempt_{time}"
    entries = [(f"{beginning}_{name}", contents) for name, contents in dict(files).items()]
    said = {"assignment": assignment, **said}
    return entries + [(f"{beginning}.txt", receipt(user, [name for name, _ in entries], **said))] * with_receipt


def zipped(folder, *entries):
    """A zip of lists of (name, contents), names twice if so given."""
    with zipfile.ZipFile(folder / "download.zip", "w", zipfile.ZIP_DEFLATED) as file:
        for name, contents in itertools.chain(*entries):
            with pytest.warns(UserWarning) if name in file.NameToInfo else contextlib.nullcontext():
                file.writestr(name, contents)
    return folder / "download.zip"


def take(folder, *entries, **options):
    """The intake of such a zip."""
    return read(zipped(folder, *entries), "Asia/Seoul", **options)[1]


def of(intake, student="ada"):
    """The one attempt of a student."""
    (attempt,) = intake.attempts[student]
    return attempt


def test_a_class_is_read_with_all_attempts_in_the_order_of_time(tmp_path):
    part = dict.fromkeys(list(SIX)[:4], b"part")
    entries = handed_in("bob", LATER, full_name="Bob Ray"), handed_in("ada", LATER, part), handed_in("ada")
    archive, intake = read(zipped(tmp_path, *entries), SEOUL, roster=["ada", "bob", "cyd"])
    assert list(intake.attempts) == ["ada", "bob"]
    assert intake.full_names == {"ada": "Ada King", "bob": "Bob Ray"}
    first, second = intake.attempts["ada"]
    assert first.when == datetime.datetime(2026, 6, 8, 23, 42, 10, tzinfo=SEOUL) < second.when
    assert first.complete and not second.complete and second.missing == ("Model3.png", "Model3.py or Model3.ipynb")
    assert {name: archive.read(item, 99) for name, item in first.files.items()} == SIX
    assert first.others == first.remarks == intake.unresolved == intake.remarks == ()
    assert second.remarks == (
        "The receipt says 2026-06-08 23:42:10, the names of the files 2026-06-08 23:59:59; the names count.",
    )


def test_an_attempt_without_files_is_an_attempt(tmp_path):
    attempt = of(take(tmp_path, handed_in("ada", files={})))
    assert attempt.files == {} and len(attempt.missing) == 6 and attempt.remarks == ()


def test_both_kinds_of_source_may_be_there(tmp_path):
    attempt = of(take(tmp_path, handed_in("ada", files=SIX | {"Model1.ipynb": b"{}"})))
    assert {"Model1.py", "Model1.ipynb"} < set(attempt.files) and attempt.complete


# Whose file is it?


@pytest.mark.parametrize(("user", "assignment"), [("kim_ada", "Unit_04_Denoising"), ("ada", "HW_kim"), ("_a_", "_")])
def test_underscores_are_settled_by_the_receipt(tmp_path, user, assignment):
    intake = take(tmp_path, handed_in(user, assignment=assignment))
    assert list(intake.attempts) == [user] and of(intake, user).complete and not intake.unresolved


def test_a_receipt_of_another_attempt_tells_too(tmp_path):
    intake = take(tmp_path, handed_in("kim_ada"), handed_in("kim_ada", LATER, with_receipt=False))
    assert [attempt.remarks for attempt in intake.attempts["kim_ada"]] == [
        (),
        ("There is no receipt for this attempt.",),
    ]


def test_without_a_receipt_the_roster_tells_if_one_user_alone_fits(tmp_path):
    entries = handed_in("kim_ada", with_receipt=False)
    intake = take(tmp_path, entries, roster=["kim_ada", "bob"])
    assert list(intake.attempts) == ["kim_ada"] and not intake.full_names
    intake = take(tmp_path, entries, handed_in("bob"), roster=["kim_ada", "ada", "bob"])
    assert list(intake.attempts) == ["bob"]
    (said,) = intake.unresolved
    assert '"ada" and "kim_ada" both fit' in said and "6 files" in said
    assert "no user name of the roster fits" in take(tmp_path, entries, handed_in("bob"), roster=["bob"]).unresolved[0]
    assert "there is no roster" in take(tmp_path, entries, handed_in("bob")).unresolved[0]
    assert of(take(tmp_path, handed_in("ada", with_receipt=False))).complete, "no underscore: one way to read it"


def test_a_user_name_on_the_roster_is_spelled_as_there(tmp_path):
    intake = take(tmp_path, handed_in("ADA"), handed_in("Kim_Bob", with_receipt=False), roster=["ada", "kim_bob"])
    assert list(intake.attempts) == ["ada", "kim_bob"] and intake.remarks == ()


def test_receipts_that_do_not_fit_their_files_say_nothing(tmp_path):
    name = f"Denoising_kim_ada_attempt_{TIME}.txt"
    files, bob = handed_in("kim_ada", with_receipt=False), handed_in("bob")
    for bad, why in [
        ([(name, receipt("bob"))], 'its receipt is that of "bob", its files are not'),
        ([(name, receipt("da"))], 'is that of "da"'),
        ([(name, receipt("ada", assignment="Denoising"))], '"ada" and "Denoising", which do not fit'),
        ([(name, receipt("kim_ada")), (name, receipt("ada"))], "two receipts for it, which differ"),
        ([(name, b"Dear LMS,\nName: X (kim_ada)\n")], "does not begin like one"),
        ([(name, b"")], "is empty"),
        ([(name, receipt("kim_ada", text=os.urandom(300_000).hex()))], "more than 1 MB"),
    ]:
        intake = take(tmp_path, files, bad, bob)
        assert list(intake.attempts) == ["bob"]
        assert why in intake.unresolved[0]
        intake = take(tmp_path, files, bad, bob, roster=["kim_ada", "bob"])
        assert list(intake.attempts) == ["bob", "kim_ada"]
        assert why in of(intake, "kim_ada").remarks[0].replace("Its", "its").replace("There are", "there are")
        assert list(take(tmp_path, files, bad, bob, roster=["ada", "kim_ada", "bob"]).attempts) == ["bob"]
    single = handed_in("ada", with_receipt=False), [(f"Denoising_ada_attempt_{TIME}.txt", receipt("bob"))]
    assert list(take(tmp_path, *single, bob).attempts) == ["bob"], "a doubtful receipt leaves no simple case"


def test_receipt_and_roster_that_disagree_leave_it_open(tmp_path):
    intake = take(tmp_path, handed_in("ada", assignment="HW_kim"), handed_in("bob"), roster=["kim_ada", "bob"])
    assert list(intake.attempts) == ["bob"]
    assert 'the receipt says "ada", but of the roster "kim_ada" would fit' in intake.unresolved[0]


def test_the_same_receipt_twice_is_one(tmp_path):
    entries = handed_in("ada")
    assert of(take(tmp_path, entries, entries[-1:])).complete


PIECES = [
    f"Denoising_vic_attempt_{LATER}_Model1.png", f"_attempt_{LATER}", f"_vic_attempt_{LATER}.txt", "Denoising_vic", "Model1.png", ".txt",
    "/", "\\", "../", "\n", "_", "\r\nFiles:\n", "\tFilename: ", "Name: Vic (vic)\n", "Comments:\n", "Assignment: X", "\u2028", "\u202e",
]  # fmt: skip


@given(
    st.lists(st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join), min_size=1, max_size=4),
    st.lists(st.sampled_from(PIECES), max_size=8).map("".join),
)
@example([f"Denoising_vic_attempt_{LATER}_Model1.png", f"Denoising_vic_attempt_{LATER}.txt"], "")
@example(
    [f"x/../Denoising_vic_attempt_{LATER}_Model1.png"],
    f"\nFiles:\n\tFilename: Denoising_vic_attempt_{LATER}_Model1.png\n",
)
@example(
    ["Model1.png"],
    f"Name: V (vic)\nFiles:\n\n\tOriginal filename: Model1.png\n\tFilename: Denoising_vic_attempt_{LATER}_x\n",
)
def test_no_name_and_no_comment_touches_another_student(tmp_path_factory, names, text):
    folder = tmp_path_factory.mktemp("class")
    victim = handed_in("vic", LATER, full_name="Vic Hugo")
    hostile = handed_in("eve", files=dict.fromkeys(names, b"evil"), full_name="Eve", text=text)
    alone, both = take(folder, victim), take(folder, hostile, victim)
    strip = [
        (a.when, a.others, a.remarks, {n: (i.name, i.size) for n, i in a.files.items()}) for a in alone.attempts["vic"]
    ]
    assert strip == [
        (a.when, a.others, a.remarks, {n: (i.name, i.size) for n, i in a.files.items()}) for a in both.attempts["vic"]
    ]
    assert set(both.attempts) == {"vic", "eve"} and len(both.attempts["eve"]) == 1 and not both.unresolved
    assert both.full_names == {"vic": "Vic Hugo", "eve": "Eve"}


def test_names_that_no_lms_gives_are_said_and_given_to_nobody(tmp_path):
    strange = [
        "notes.txt", f"../Denoising_ada_attempt_{TIME}_Model1.png", f"/tmp/Denoising_ada_attempt_{TIME}_Model1.png",
        f"C:\\Denoising_ada_attempt_{TIME}_Model1.png", f"Denoising_ada_attempt_{TIME}Model1.png", f"_attempt_{TIME}_Model1.png",
        f"Denoising_\n_ada_attempt_{TIME}_Model1.png", f"{'_' * 60_000}_ada_attempt_{TIME}_Model1.png", f"x_attempt_{TIME}.txt\n",
    ]  # fmt: skip
    intake = take(tmp_path, [(name, b"x") for name in strange], handed_in("ada"))
    assert of(intake).others == () and of(intake).complete
    assert len(intake.unresolved) == len(strange)
    assert all("has no name of the form that the LMS gives" in said and len(said) < 150 for said in intake.unresolved)


def test_many_strange_names_are_counted(tmp_path):
    intake = take(tmp_path, [(f"{k}.txt", b"") for k in range(250)], handed_in("ada"))
    assert len(intake.unresolved) == 101 and intake.unresolved[-1] == "And 150 more like these."


def test_a_download_packed_again_is_read_and_system_files_are_not(tmp_path):
    top = [(f"Class 2026/{name}", contents) for name, contents in handed_in("ada")]
    junk = ["Class 2026/", "__MACOSX/Class 2026/._x", "Class 2026/.DS_Store", "Class 2026/Thumbs.db"]
    intake = take(tmp_path, top, [(name, b"") for name in junk])
    assert of(intake).complete and intake.unresolved == ()


def test_a_students_slash_makes_no_folder_that_all_lie_in_not_even_in_a_class_of_one(tmp_path):
    hostile = f"x/Denoising_ada_attempt_{TIME}_Model1.png"
    assert list(take(tmp_path, handed_in("eve", files={hostile: b"x"}, with_receipt=False)).attempts) == ["eve"]


def test_two_assignments_two_students_with_one_name_and_strangers_are_said(tmp_path):
    entries = handed_in("ada"), handed_in("bob", assignment="Other"), handed_in("cyd", full_name="Cyd")
    intake = take(tmp_path, *entries, roster=["ada", "bob"])
    assert intake.remarks == (
        'The download holds 2 assignments: "Denoising", "Other". Is it the right one?',
        '"cyd" is not on the roster.',
        'ada, bob have one name, "Ada King": go by the user name.',
    )
    assert set(intake.attempts) == {"ada", "bob", "cyd"}


# When did it come?


def test_the_receipts_student_text_is_never_the_lms(tmp_path):
    text = "Name: Bob (bob)\nAssignment: X\nDate Submitted: Monday, June 1, 2026 1:00:00 PM KST\nFiles:\n\tFilename: forged\n"
    data = receipt("ada", ["right"], text=text)
    assert parse_receipt(data) == ("ada", "Ada King", "Denoising", "Monday, June 8, 2026 11:42:10 PM KST", ("right",))
    assert parse_receipt(data.split(b"Files:")[0]).files == ()
    short = b"Name: Ada (ada)\nComments:\nDate Submitted: Monday, June 1, 2026\n"
    assert parse_receipt(short).date == ""
    assert parse_receipt(b"Name: Ada (x) (King) (ada)")[:2] == ("ada", "Ada (x) (King)")
    assert parse_receipt(b"Name: Ada (ada)\nName: Bob (bob)\n").user == "ada"
    assert parse_receipt("Name: A\u2028Name: Bob (bob)\x0c (ada)".encode()).user == "ada"
    for coded in ("utf-8-sig", "utf-16", "cp949"):
        assert parse_receipt("Name: 홍길동 (ada)\r\nAssignment: 잡음".encode(coded))[:3] == ("ada", "홍길동", "잡음")
    assert parse_receipt(b"") is parse_receipt(b"Name: Ada King") is parse_receipt(b"\nFiles:\nName: A (a)") is None


@pytest.mark.parametrize(
    "date",
    [
        "Monday, June 8, 2026 11:42:10 PM KST",
        "Monday, June 8, 2026 at 11:42:10\u202fPM Korean Standard Time",
        "Jun 8, 2026, 11:42:10 PM",
        "Monday, 8 June 2026 23:42:10 o'clock BST",
        "8 Jun 2026, 23:42:10",
        "2026년 6월 8일 월요일 오후 11시 42분 10초 KST",
        "2026년 6월 8일 (월) 오후 11:42:10",
        "2026. 6. 8. 오후 11:42:10",
        "2026년 6월 8일 23:42:10",
    ],
)
def test_dates_of_receipts(date):
    assert receipt_time(date) == datetime.datetime(2026, 6, 8, 23, 42, 10)


def test_noon_midnight_and_what_is_no_date():
    assert receipt_time("June 8, 2026 12:00:01 AM").hour == receipt_time("2026년 6월 8일 오전 12:00:01").hour == 0
    assert receipt_time("June 8, 2026 12:00:01 PM").hour == receipt_time("2026년 6월 8일 오후 12:00:01").hour == 12
    for date in (
        "",
        "yesterday",
        "Juno 8, 2026 11:42 PM",
        "June 31, 2026 11:42 PM",
        "8/6/2026 11:42",
        "Foo 8, 2026 11:42 PM",
    ):
        assert receipt_time(date) is None


def test_the_file_names_time_counts_and_the_receipt_is_compared(tmp_path):
    dates = {
        "ada": "June 8, 2026 11:44:10 PM",
        "bob": "June 8, 2026 11:44:11 PM",
        "cyd": "on time",
        "dan": "June 8, 2026 11:40:09 PM",
    }
    intake = take(tmp_path, *(handed_in(user, date=date, full_name=user) for user, date in dates.items()))
    assert {of(intake, user).when.minute for user in dates} == {42}
    assert [len(of(intake, user).remarks) for user in dates] == [0, 1, 0, 1]
    assert intake.remarks == ("1 receipts have a date in a form that is not known here, so it was not compared.",)


def test_what_receipts_list_is_compared(tmp_path):
    entries = handed_in("ada")
    (said,) = of(take(tmp_path, entries[1:])).remarks
    assert "lists what the download lacks" in said and "Model1.png" in said
    more = (f"Denoising_ada_attempt_{TIME}_extra.py", b"x")
    (said,) = of(take(tmp_path, entries, [more])).remarks
    assert said == f'The receipt does not list "{more[0]}".'


def test_clocks_that_go_forward_or_back_are_said(tmp_path):
    times = {"gap": "2026-03-29-01-30-00", "fold": "2026-10-25-01-30-00", "none": "2026-10-25-00-30-00"}
    entries = [handed_in(user, time, with_receipt=False) for user, time in times.items()]
    intake = read(zipped(tmp_path, *entries), "Europe/London")[1]
    gap, fold, none = (of(intake, user) for user in times)
    assert "There is no 2026-03-29 01:30:00" in gap.remarks[0] and gap.when.isoformat() == "2026-03-29T02:30:00+01:00"
    assert "two moments 2026-10-25 01:30:00" in fold.remarks[0] and fold.when.isoformat() == "2026-10-25T01:30:00+01:00"
    assert none.remarks == ("There is no receipt for this attempt.",)


def test_times_that_are_none_are_unresolved(tmp_path):
    times = ["2026-13-08-23-42-10", "2026-06-08-24-00-00", "0001-01-01-00-00-00", "0000-00-00-00-00-00"]
    intake = take(tmp_path, *(handed_in("ada", time) for time in times), handed_in("bob", full_name="Bob"))
    assert list(intake.attempts) == ["bob"] and len(intake.unresolved) == 4
    assert all("that is no time" in said for said in intake.unresolved)


def test_unknown_time_zones_and_lms_are_refused(tmp_path):
    for zone in ("Seoul", "", "../../etc/passwd"):
        with pytest.raises(ValueError, match="like Asia/Seoul"):
            read(zipped(tmp_path, handed_in("ada")), zone)
    with pytest.raises(ValueError, match="'moodle' is not known here; known: blackboard"):
        take(tmp_path, handed_in("ada"), lms="moodle")


# Which file counts?


@pytest.mark.parametrize(
    "name",
    [
        "model1.png", "MODEL1.PNG", "Model_1.png", "Model 1.png", "model-1.png", "Model1 (1).PNG", "Model1(2).png", "Model1 - Copy.png",
        "Model1 - Copy (2).png", "Model1 copy.png", "Model1 copy 2.png", "Model1 복사본.png", "Model1 - 복사본.png", "Model1 복사본 2.png",
        "Copy of Model1.png", unicodedata.normalize("NFD", "Model1 복사본.png"), " Model1.png ",
    ],
)  # fmt: skip
def test_case_and_copies_are_forgiven_with_a_remark(tmp_path, name):
    files = {name if own == "Model1.png" else own: contents for own, contents in SIX.items()}
    attempt = of(take(tmp_path, handed_in("ada", files=files)))
    assert attempt.complete and attempt.files["Model1.png"].name == unicodedata.normalize("NFC", name)
    (said,) = attempt.remarks
    assert said.endswith("counts as Model1.png.")


@pytest.mark.parametrize(
    "name",
    [
        "Model12.png", "Model4.png", "Model1_final.png", "Model1.jpg", "MyModel1.png", "Model1.png.exe", "Model1", "model１.png",
        "a/Model1.png", "Model1" + " " * 60_000 + ".png",
        "Model1" + " - copy (1)" * 17 + "x.png", "Model1" + "  copy" * 30 + ".pn",
    ],
)  # fmt: skip
def test_other_names_are_not_guessed(tmp_path, name):
    attempt = of(take(tmp_path, handed_in("ada", files={name: b"x"})))
    assert attempt.files == {}


def test_colab_copies_count(tmp_path):
    for name in ("Copy_of_Model1.ipynb", "Model1.ipynb의 사본.ipynb", "Model1_ipynb의_사본.ipynb"):
        assert list(of(take(tmp_path, handed_in("ada", files={name: b"x"}))).files) == ["Model1.ipynb"]


def test_the_exact_name_counts_before_copies(tmp_path):
    files = SIX | {"Model1 (1).png": b"another", "model1.PNG": SIX["Model1.png"]}
    attempt = of(take(tmp_path, handed_in("ada", files=files)))
    assert attempt.files["Model1.png"].name == "Model1.png" and attempt.complete
    assert attempt.remarks == (
        '"Model1 (1).png" claims to be Model1.png, too; it holds something else, and counts for nothing.',
        '"model1.PNG" claims to be Model1.png, too; it holds the same.',
    )


def test_copies_without_an_exact_name_must_agree(tmp_path):
    rest = {name: contents for name, contents in SIX.items() if name != "Model1.png"}
    attempt = of(take(tmp_path, handed_in("ada", files=rest | {"model1.png": b"x", "Model1 (1).png": b"x"})))
    assert attempt.complete and attempt.files["Model1.png"].name == "Model1 (1).png"
    attempt = of(take(tmp_path, handed_in("ada", files=rest | {"model1.png": b"x", "Model1 (1).png": b"y"})))
    assert attempt.files["Model1.png"].problem == 'is claimed by 2 files that differ: "Model1 (1).png", "model1.png"'
    assert attempt.missing == ("Model1.png",)


def test_a_name_twice_in_the_zip_is_unreadable_if_the_contents_differ(tmp_path):
    entries = handed_in("ada")
    assert of(take(tmp_path, entries, entries[:1])).complete
    intake = take(tmp_path, entries, [(entries[0][0], b"another")], handed_in("bob", full_name="Bob"))
    assert of(intake).files["Model1.png"].problem == "appears twice with different contents"
    assert of(intake).missing == ("Model1.png",) and of(intake, "bob").complete
    with pytest.raises(Refused, match="appears twice"):
        read(tmp_path / "download.zip", SEOUL)[0].read(of(intake).files["Model1.png"], 99)


def test_packed_files_and_paths_are_reported_and_system_files_are_not(tmp_path):
    names = [
        "all.zip",
        "all.7z",
        "all.rar",
        "all.tar.gz",
        "x/Model1.png",
        "..\\Model2.png",
        "notes.md",
        "._Model1.png",
        ".DS_Store",
        "x/Thumbs.db",
    ]
    attempt = of(take(tmp_path, handed_in("ada", files=SIX | dict.fromkeys(names, b"PK"))))
    assert attempt.others == (
        "..\\Model2.png",
        "all.7z",
        "all.rar",
        "all.tar.gz",
        "all.zip",
        "notes.md",
        "x/Model1.png",
    )
    assert sum("is packed; what it holds is not looked at" in said for said in attempt.remarks) == 4
    assert sum("has a path in its name" in said for said in attempt.remarks) == 2
    assert {item.name for item in attempt.files.values()} == set(SIX)


@pytest.mark.parametrize(
    "name", ["=cmd()|x", "<script>alert(1)</script>", "\u202egnp.1ledoM", "😀.png", "\x1b[2J", "x" * 1000, "a\nb", "."]
)
def test_hostile_names_are_shown_harmlessly(tmp_path, name):
    attempt = of(take(tmp_path, handed_in("ada", files=SIX | {name: b"x"}, full_name=name.replace("\n", ""))))
    (shown,) = attempt.others
    assert shown.isprintable() and len(shown) <= 80 and attempt.complete
    if name.isprintable() and len(name) < 80:
        assert shown == name


def test_files_without_contents_or_too_large_make_an_attempt_incomplete(tmp_path):
    entries = handed_in(
        "ada", files=SIX | {"Model1.png": b"", "Model2.py": os.urandom(300_000), "Model3.py": b"x = 1\n" * 9_000_000}
    )
    intake = take(tmp_path, entries, handed_in("bob", full_name="Bob"))
    problems = {name: item.problem for name, item in of(intake).files.items() if item.problem}
    assert problems == {
        "Model1.png": "is empty",
        "Model2.py": "has 0.3 MB; more than 0.25 MB are not opened here",
        "Model3.py": "claims to unpack to more than 200 times its size",
    }
    assert not of(intake).complete and of(intake, "bob").complete


def test_an_attempt_that_is_too_large_as_a_whole_is_not_opened(tmp_path, monkeypatch):
    monkeypatch.setattr(naming, "MOST_BYTES", 60)
    intake = take(tmp_path, handed_in("ada", files=SIX | {"Model1.png": b"x" * 60}), handed_in("bob", full_name="Bob"))
    assert all("files of 0 MB together; more than 6e-05 MB" in item.problem for item in of(intake).files.values())
    assert of(intake, "bob").complete


def test_thousands_of_files_in_an_attempt_do_not_flood_the_report(tmp_path):
    files = {f"{k}.zip": b"" for k in range(900)} | {f"Model1 ({k}).png": b"x" for k in range(300)}
    attempt = of(take(tmp_path, handed_in("ada", files=SIX | files)))
    assert len(attempt.others) == 21 and attempt.others[-1] == "and 880 more"
    assert len(attempt.remarks) < 40
    assert attempt.complete and attempt.files["Model1.png"].name == "Model1.png"
    attempt = of(take(tmp_path, handed_in("ada", files=files)))
    assert "is claimed by 300 files that differ" in attempt.files["Model1.png"].problem and len(attempt.missing) == 6


def test_a_damaged_member_costs_its_student_alone(tmp_path):
    path = zipped(
        tmp_path, handed_in("ada", files={"Model1.png": bytes(range(256)) * 9}), handed_in("bob", full_name="Bob")
    )
    data = bytearray(path.read_bytes())
    data[data.index(b"Model1.png") + 60] ^= 255
    path.write_bytes(data)
    archive, intake = read(path, SEOUL)
    with pytest.raises(Refused, match="damaged"):
        archive.read(of(intake).files["Model1.png"], 10**6)
    assert all(archive.read(item, 99) == SIX[name] for name, item in of(intake, "bob").files.items())


def test_an_encrypted_file_costs_its_student_alone(tmp_path):
    path = zipped(tmp_path, handed_in("ada", files={"Model1.png": b"secret"}), handed_in("bob", full_name="Bob"))
    data = bytearray(path.read_bytes())
    data[data.index(b"PK\3\4") + 6] |= 1
    data[data.index(b"PK\1\2") + 8] |= 1
    path.write_bytes(data)
    intake = read(path, SEOUL)[1]
    assert of(intake).files["Model1.png"].problem == "is encrypted" and of(intake, "bob").complete


# Folders


def unpacked(folder, entries):
    for name, contents in entries:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(contents)
    return folder


def test_the_unpacked_download_is_read_like_the_zip(tmp_path):
    folder = unpacked(tmp_path / "unpacked", handed_in("ada") + handed_in("bob", LATER, full_name="Bob"))
    (folder / f"Denoising_bob_attempt_{LATER}_Model9.png").symlink_to(
        folder / f"Denoising_ada_attempt_{TIME}_Model1.png"
    )
    archive, intake = read(folder, "Asia/Seoul")
    assert list(intake.attempts) == ["ada", "bob"] and of(intake).when.minute == 42
    assert {name: archive.read(item, 99) for name, item in of(intake).files.items()} == SIX


def test_a_folder_with_a_sub_folder_for_each_student(tmp_path):
    class_ = {"ada": SIX, "Bob": {"model1.png": b"x", "sub/Model2.png": b"y"}, "홍길동": {"notes.txt": b"z"}}
    folder = unpacked(
        tmp_path / "class", [(f"{user}/{name}", data) for user, files in class_.items() for name, data in files.items()]
    )
    (folder / "cyd").mkdir()
    (folder / "ada" / "Model1.ipynb").symlink_to(folder / "Bob" / "model1.png")
    (folder / "dan").symlink_to(folder / "ada")
    (folder / ".git").mkdir()
    (folder / ".git" / "Model1.png").write_bytes(b"x")
    (folder / "readme.md").write_bytes(b"x")
    archive, intake = read(folder, "Asia/Seoul", roster=["ada", "bob", "cyd", "홍길동"])
    assert list(intake.attempts) == ["ada", "bob", "cyd", "홍길동"]
    assert of(intake).when is None and of(intake).complete
    assert of(intake).files["Model1.ipynb"].problem == "is a link or a device, not a plain file"
    assert archive.read(of(intake, "bob").files["Model1.png"], 9) == b"x"
    assert of(intake, "bob").others == ("sub/Model2.png",)
    assert of(intake, "cyd").files == {}
    assert intake.unresolved == (
        '"dan" is a link or a device, not a plain file.',
        '"readme.md" lies in no student\'s folder.',
    )
    assert "no time of handing in" in intake.remarks[0]


def test_a_sub_folder_that_cannot_be_listed_is_said(tmp_path, monkeypatch):
    folder = unpacked(tmp_path / "class", [("ada/Model1.png", b"x"), ("bob/Model1.png", b"y")])
    scandir = os.scandir

    def denied(path):
        if str(path).rstrip("/").endswith("bob"):
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", denied)
    intake = read(folder, "Asia/Seoul")[1]
    assert of(intake).files and not of(intake, "bob").files
    assert intake.unresolved == ('"bob" can\'t be listed: Permission denied.',)


def test_a_students_file_does_not_turn_a_plain_folder_into_a_download(tmp_path):
    entries = [
        (f"eve/Denoising_ada_attempt_{TIME}_Model1.png", b"x"),
        ("eve/Model1.png", b"y"),
        ("ada/Model1.png", b"z"),
    ]
    intake = read(unpacked(tmp_path / "class", entries), "Asia/Seoul")[1]
    assert set(intake.attempts) == {"eve", "ada"} and of(intake).files["Model1.png"].size == 1
    assert of(intake, "eve").others == (f"Denoising_ada_attempt_{TIME}_Model1.png",)


def test_what_holds_no_submission_is_refused_with_the_likely_reason(tmp_path):
    with pytest.raises(ValueError, match='"a.txt" has no name of the form'):
        take(tmp_path, [("a.txt", b"x")])
    outer = unpacked(tmp_path / "outer", [(f"inner/{name}", contents) for name, contents in handed_in("ada")])
    with pytest.raises(ValueError, match="holds no submission"):
        read(outer, "Asia/Seoul")
    with pytest.raises(ValueError, match="is no zip"):
        (tmp_path / "a.zip").write_bytes(b"")
        read(tmp_path / "a.zip", "Asia/Seoul")


# Which attempt is graded?


def attempt(clock, complete=True, student="ada"):
    """An attempt at a clock time of 8 June; None: no time."""
    files = {name: Item(name, 1, 0) for name in SIX if complete or "3" not in name}
    when = clock and datetime.datetime.fromisoformat(f"2026-06-08T{clock}").replace(tzinfo=SEOUL)
    return Attempt(student, when, files)


DUE = datetime.datetime(2026, 6, 8, 23, 59, 59, tzinfo=SEOUL)


def test_the_latest_complete_attempt_in_time_is_graded():
    early, good, part, late = (
        attempt("10:00:00"),
        attempt("23:59:59"),
        attempt("23:59:59", False),
        attempt("23:59:59.5"),
    )
    assert choose([early, good], DUE)[0] is good, "the due second itself is in time"
    assert choose([early, good, late], DUE)[0] is good
    assert choose([early, good, part], DUE)[0] is good
    assert choose([early, late], DUE)[0] is early
    assert choose([early, late], None)[0] is late
    assert choose([early], DUE)[1] == (
        "Graded: the only attempt, that of 2026-06-08 10:00:00; it came in time and is complete.",
    )


def test_all_moments_are_compared_in_one_time():
    london = attempt("15:59:59")
    london = Attempt("ada", london.when.replace(tzinfo=ZoneInfo("Europe/London")), london.files)
    assert choose([london], DUE)[0] is london  # at that second, summer time counted in, it is DUE in Seoul
    zone = ZoneInfo("Europe/London")  # 01:40 after the clocks went back comes after 01:50 before
    due = datetime.datetime(2026, 10, 25, 1, 40, tzinfo=zone, fold=1)
    second = Attempt("ada", datetime.datetime(2026, 10, 25, 1, 50, tzinfo=zone), attempt("10:00:00").files)
    assert choose([second], due)[0] is second
    with pytest.raises(ValueError, match="no time zone"):
        choose([second], datetime.datetime(2026, 6, 8))


def test_what_counts_otherwise_is_the_rubrics():
    part, late, late_part = attempt("10:00:00", False), attempt("23:59:59.5"), attempt("23:59:59.9", False)
    both = {"late_counts": True}, {"incomplete_counts": False}
    assert choose([part, late], DUE)[0] is part
    assert choose([part, late], DUE, **both[0])[0] is late
    assert choose([part, late], DUE, **both[1])[0] is None
    assert choose([part, late], DUE, **both[0], **both[1])[0] is late
    assert choose([late, late_part], DUE)[0] is None
    assert choose([late_part], DUE, **both[0])[0] is late_part
    assert choose([part, late_part], DUE, **both[0])[0] is part
    assert choose([late_part], DUE, **both[0], **both[1])[0] is None
    assert choose([], DUE) == (None, ("Nothing was handed in.",))


def test_attempts_at_one_time_and_without_a_time():
    first, second = attempt("10:00:00"), attempt("10:00:00", student="Ada")
    chosen, (_, said) = choose([first, second], DUE)
    assert chosen is second and "the last in the download counts" in said
    assert choose([attempt(None)], DUE)[0].when is None
    assert "whose time is not known" in choose([attempt(None)], DUE)[1][0]


def test_the_reasons_name_every_later_attempt_that_does_not_count():
    later = datetime.datetime(2026, 6, 9, 0, 14, 0, tzinfo=SEOUL)
    all_ = [
        attempt("09:00:00"),
        attempt("10:00:00"),
        attempt("11:00:00", False),
        Attempt("ada", later, attempt("10:00:00").files),
    ]
    assert choose(all_, DUE)[1] == (
        "Graded: one of 4 attempts, that of 2026-06-08 10:00:00; it came in time and is complete.",
        "Not counted: that of 2026-06-08 11:00:00, which is not complete: Model3.png, Model3.py or Model3.ipynb.",
        "Not counted: that of 2026-06-09 00:14:00, which came 0:14:01 (hours:minutes:seconds) after the due time.",
    )
