"""The states of the book's sliders: each is one of a lecture's, shows what the live slider shows, and is as new as the code."""

import base64
import copy
import io
import json
import types

import numpy as np
import pytest
import recording
import states
from PIL import Image

import restorekit
from restorekit import sliders

PLANS = states.chosen()
ENTRIES = {f"{unit}-{entry['slug']}": entry for unit, plan in PLANS.items() for entry in plan}
MOST = 4_000_000  # bytes of all frames: what the repository and the site carry


@pytest.fixture(scope="module")
def made():
    """All sliders in book/states, by unit and slug."""
    lists = {unit: json.loads((states.STATES / f"{unit}.json").read_text("utf-8"))["sliders"] for unit in PLANS}
    return {f"{unit}-{slider['slug']}": slider for unit, found in lists.items() for slider in found}


@pytest.fixture(scope="module")
def cells():
    """The code cells of each lecture."""
    return {unit: states.lecture(unit) for unit in PLANS}


def pixels(frame):
    """A frame's pixels as they are stored."""
    return np.asarray(Image.open(states.STATES / frame["file"]).convert("RGB"))


def test_every_lecture_has_sliders_that_move():
    for notebook in states.find():
        if notebook.kind == "lecture" and "rk.explore(" in notebook.source.read_text("utf-8"):
            assert 1 <= len(PLANS[notebook.name]) <= 6, notebook.name


@pytest.mark.parametrize("key", ENTRIES)
def test_a_chosen_slider_is_one_of_its_lecture_and_shows_its_start_and_static_values(key, cells):
    entry, met = ENTRIES[key], []

    def explore(function, *, title=None, static=None, caption=None, **described):
        specs = {name: sliders._spec(name, spec) for name, spec in described.items()}
        recording.examine(specs, static, entry)
        met.append((entry["values"].index(specs[entry["name"]]["value"]), static))

    source = cells[entry["unit"]][states.place(cells[entry["unit"]], entry)].source
    call = source[source.rindex("rk.explore(") :]
    # The call alone, without the function that it shows: a name in it stands for the choices of the slider, or for nothing.
    names = dict.fromkeys(states.names(call)[1] - {"list"}, entry["values"])
    exec(call, names | {"rk": types.SimpleNamespace(explore=explore)})
    assert len(met) == 1


def test_the_lists_say_all_that_a_page_needs(made):
    assert made.keys() == ENTRIES.keys()
    for key, slider in made.items():
        entry = ENTRIES[key]
        assert slider.keys() == {"slug", "cell", "sha256", "title", "name", "start", "fixed", "frames"}
        assert slider["title"] == entry["title"] and slider["name"] == entry["name"].replace("_", " ")
        assert len(slider["fixed"]) == len(entry.get("fixed", {}))
        assert [frame["value"] for frame in slider["frames"]] == entry["values"]
        labels = [frame["label"] for frame in slider["frames"]]
        assert len(set(labels)) == len(labels) and all(labels), "each state has words of its own"
        assert {frame.keys() == {"value", "label", "file", "width", "height", "alt"} for frame in slider["frames"]} == {
            True
        }


def test_a_slider_belongs_to_a_cell_of_the_notebook_as_it_is_given_out(made):
    for unit in PLANS:
        notebook = json.loads((states.BOOK.parent / "lectures" / f"{unit}.ipynb").read_text("utf-8"))
        sources = {cell["id"]: "".join(cell["source"]) for cell in notebook["cells"]}
        for entry in PLANS[unit]:
            assert entry["title"] in sources[made[f"{unit}-{entry['slug']}"]["cell"]]


def test_every_file_is_there_and_used_and_a_slider_never_jumps(made):
    used = set()
    for key, slider in made.items():
        sizes = {(frame["width"], frame["height"]) for frame in slider["frames"]}
        assert len(sizes) == 1, f"{key}: the frames differ in size"
        for frame in slider["frames"]:
            path = states.STATES / frame["file"]
            with Image.open(path) as picture:
                fine = picture.width / frame["width"]
                assert fine in (1, 2) and picture.size == (frame["width"] * fine, frame["height"] * fine)
            assert 200 <= frame["width"] <= 820, f"{key}: no page's width"
            used.add(path)
    lists = {states.STATES / f"{unit}.json" for unit in PLANS}
    assert {path for path in states.STATES.rglob("*") if path.is_file()} == used | lists


def test_all_frames_together_are_small():
    assert sum(path.stat().st_size for path in states.STATES.rglob("*") if path.is_file()) <= MOST


def test_only_pictures_without_noise_lose_anything(made):
    for key, slider in made.items():
        suffix = ".jpg" if ENTRIES[key].get("jpeg") else ".webp"
        assert all(frame["file"].endswith(suffix) for frame in slider["frames"])
    for frame in made["02_quality-decibel"]["frames"]:
        data = (states.STATES / frame["file"]).read_bytes()
        assert b"VP8L" in data[:32], "WebP's lossless form"


def test_a_slider_moves_something(made):
    for key, slider in made.items():
        shown = [pixels(frame).tobytes() for frame in slider["frames"]]
        assert len(set(shown)) == len(shown), key


def test_the_frame_at_the_start_is_the_live_picture(made, cells, kernel):
    import ipywidgets

    unit, slider = "01_degradation", made["01_degradation-portrait"]
    place = states.place(cells[unit], ENTRIES["01_degradation-portrait"])
    exec(cells[unit][place].source, {"np": np, "rk": restorekit})
    registry = getattr(ipywidgets.widgets.widget, "_instances", None) or ipywidgets.Widget.widgets
    box = registry[kernel.shown[-1][0][sliders._VIEW]["model_id"]]
    image = next(child for child in box.children if isinstance(child, ipywidgets.Image))
    live = np.asarray(Image.open(io.BytesIO(image.value)).convert("RGB"))
    frame = slider["frames"][slider["start"]]
    times = pixels(frame).shape[1] // frame["width"]
    assert live.shape == (frame["height"], frame["width"], 3)
    np.testing.assert_array_equal(pixels(frame)[::times, ::times], live)
    still = np.asarray(Image.open(io.BytesIO(base64.b64decode(kernel.shown[-1][0]["image/png"]))))
    assert still.shape[:2] != live.shape[:2], "the still picture is another one"


def test_what_stands_in_a_live_picture_is_told():
    image = np.full((20, 20), 0.5, np.float32)
    assert recording.draw(lambda by: image, {"by": 1})[1] == ""
    assert recording.draw(lambda by: ([image], [f"{by} dB"]), {"by": 1})[1] == "Picture: 1 dB."


def test_values_are_read_as_on_the_slider():
    assert recording.said([0.3, 1.0, 4.0]) == ["0.3", "1.0", "4.0"]
    assert recording.said([3, 10_000]) == ["3", "10,000"]
    assert recording.said(["nearest"]) == ["nearest"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"values": [0.5]}, "start is missing"),
        ({"values": [0.5, 0.75, 1.0]}, "can't be set to 0.75"),
        ({"values": [0.5, 1.0]}, "still picture shows [2.0]"),
        ({"fixed": {}}, "name one of them"),
        ({"fixed": {"clip": True}}, "start is missing: ['clip']"),
        ({"fixed": {"clip": "yes"}}, "can't be set to 'yes'"),
    ],
)
def test_a_wrong_choice_is_named(change, message):
    specs = {"width": sliders._spec("width", (0.0, 4.0, 0.5, 1.0)), "clip": sliders._spec("clip", False)}
    entry = {"slug": "s", "name": "width", "values": [0.5, 1.0, 2.0], "fixed": {"clip": False}}
    recording.examine(specs, {"width": [2.0]}, entry)
    with pytest.raises(ValueError) as caught:
        recording.examine(specs, {"width": [2.0]}, entry | change)
    assert message in str(caught.value)


def test_too_many_bytes_are_named(monkeypatch):
    from restorekit.layout import Panel, compose

    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3)).astype(np.uint8)
    pictures = [compose([[Panel(noise)]])]
    assert recording.encode(pictures, {"slug": "s"})[0][0].endswith(".webp")
    monkeypatch.setattr(recording, "CRISP", 100)
    monkeypatch.setattr(recording, "MOST", 100)
    with pytest.raises(ValueError, match="choose fewer values"):
        recording.encode(pictures, {"slug": "s"})


def test_all_states_are_fresh():
    assert states.check() == []


def test_check_notices_a_cell_that_has_changed():
    def changed(unit, number, text):
        """Lectures in which one cell has one line more."""

        def read(asked):
            cells = copy.deepcopy(states.lecture(asked))
            if asked == unit:
                cells[number].source += text
            return cells

        return read

    cells = states.lecture("01_degradation")
    entry = ENTRIES["01_degradation-dusk"]
    first, last = states.needed(cells, states.place(cells, entry))
    for number in (first, last):
        found = states.check(read=changed("01_degradation", number, "\npass"))
        stale = {line.partition(":")[0] for line in found}
        assert "01_degradation, dusk" in stale <= {"01_degradation, dusk", "01_degradation, fog"}, (
            "fog lies over the dusk"
        )
    unneeded = states.place(cells, ENTRIES["01_degradation-cup"]) + 2
    assert states.check(read=changed("01_degradation", unneeded, "\npass")) == [], "a cell that no slider needs"


def test_check_notices_what_is_missing(tmp_path):
    found = states.check(tmp_path)
    assert len(found) == len(ENTRIES) and all("not drawn yet" in line for line in found)


def cell(*lines):
    """A code cell."""
    return states.nbformat.v4.new_code_cell("\n".join(lines))


def test_needed_cells_are_those_that_make_or_change_a_name():
    cells = [
        cell("import os"),
        cell("noisy = clean = 1"),
        cell("def scored(x):", "    return x + offset"),
        cell("offset = {}", "clean = 2"),
        cell("offset['a'] = 1"),
        cell("found = []"),
        cell("found.append(noisy)"),
        cell("training = slow(clean)"),
        cell("print(noisy)"),
        cell("show(scored(noisy), found)"),
    ]
    assert states.needed(cells, 9) == [1, 2, 3, 4, 5, 6, 9]


def test_a_function_keeps_its_own_names_to_itself():
    made, used = states.names("def f(noisy):\n    clean = noisy\n    return clean + sigma")
    assert made == {"f"} and "sigma" in used and not {"noisy", "clean"} & used


def test_old_states_stay_until_the_new_are_whole(tmp_path):
    unit, entry = "01_degradation", ENTRIES["01_degradation-cup"]
    drawn, folder = tmp_path / "drawn", tmp_path / "states"
    for part in (drawn, folder):
        part.mkdir()

    def draw(name, contents):
        """What the kernel leaves behind."""
        file = f"cup/{name}.webp"
        (drawn / "cup").mkdir(exist_ok=True)
        (drawn / file).write_bytes(contents)
        (drawn / "cup.json").write_text(json.dumps({"frames": [{"file": file}]}), "utf-8")

    draw("0-old", b"old")
    states.store(unit, [entry], drawn, folder)
    before = (folder / f"{unit}.json").read_bytes()
    draw("0-new", b"new")
    (drawn / "cup" / "0-new.webp").unlink()
    with pytest.raises(OSError):
        states.store(unit, [entry], drawn, folder)
    assert (folder / f"{unit}.json").read_bytes() == before and (
        folder / unit / "cup/0-old.webp"
    ).read_bytes() == b"old"
    draw("0-new", b"new")
    states.store(unit, [entry], drawn, folder)
    assert [path.name for path in (folder / unit / "cup").iterdir()] == ["0-new.webp"]
    assert json.loads((folder / f"{unit}.json").read_text("utf-8"))["sliders"][0]["frames"] == [
        {"file": f"{unit}/cup/0-new.webp"}
    ]
