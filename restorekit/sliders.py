"""Sliders over any function that returns an image; learners meet them as `rk.explore`."""

import contextlib
import html
import io
import time

import numpy as np

from restorekit import images as _images
from restorekit.layout import STAGE, TARGET, Panel, alt_text, arrange, compose, shown
from restorekit.picture import Picture, as_png, notebook, silent

#: The number beside a choice can't be typed over: the front end would show what was typed, and not obey it.
_STYLE = "<style>.rk-choice .widget-readout { pointer-events: none }</style>"
_VIEW = "application/vnd.jupyter.widget-view+json"


def explore(function, *, title=None, static=None, caption=None, **sliders):
    """Show what `function` returns, with a slider for each of its arguments.

    Parameters
    ----------
    function : callable
        Called as ``function(name=value, ...)``. It returns one image (float, [0, 1]), or (list of images, list of titles), or a
        picture made by `restorekit.show`.
    title, caption : str, optional
        A line above the sliders; a sentence beneath the still picture.
    static : dict of str to sequence, optional
        The states drawn in the still picture: ``static={"iso": [100, 800, 6400]}``. Several names are taken together, first with
        first. The other sliders rest at their start. Chosen from the first slider if omitted.
    **sliders
        One for each argument of `function`: ``iso=(100, 6400, 100, 800)`` is a slider (low, high, step, start);
        ``method=["mean", "median"]`` a choice, the first one to start with; ``clip=True`` a check box.

    Returns
    -------
    Picture
        The still picture; its ``controls`` are the sliders by name, empty where there are none.

    Raises
    ------
    ValueError
        If a slider's description makes no sense or `static` names no slider.

    Notes
    -----
    An error in `function` while a slider moves is printed beneath the picture, which then keeps its last good state. What
    `function` prints appears there too. A function slower than a quarter of a second is run when the slider is let go.
    Without a notebook and without ipywidgets only the still picture is made.

    Examples
    --------
    >>> import restorekit as rk
    >>> wall = rk.images.center_crop(rk.sample("brick"), 64)
    >>> def photograph(photons): return rk.degrade.shot_noise(wall, photons, rng=0)
    >>> picture = explore(photograph, photons=(10, 1000, 10, 100), static={"photons": [10, 100, 1000]})
    >>> picture.alt
    '3 pictures: photons = 10; photons = 100; photons = 1000.'
    """
    if not sliders:
        raise ValueError("explore needs at least one slider, for example explore(function, sigma=(0, 0.2, 0.01, 0.1))")
    specs = {name: _spec(name, spec) for name, spec in sliders.items()}
    start = {name: spec["value"] for name, spec in specs.items()}
    states = _states(static, specs, start)
    drawn, seconds = [], []
    for state in states:
        begin = time.perf_counter()
        with contextlib.redirect_stdout(io.StringIO()):  # what it prints stands beneath the live picture
            drawn.append(_panels(function, {**start, **state}))
        seconds.append(time.perf_counter() - begin)
    picture = _still(drawn, [_say(state) for state in states], title, caption)
    picture.controls = {}
    if notebook() is None:
        return picture.display()
    try:
        import ipywidgets
    except ImportError:
        return picture.display()

    picture.controls = {name: _control(ipywidgets, name, spec, min(seconds) < 0.25) for name, spec in specs.items()}
    box = _live(ipywidgets, function, picture.controls, title)
    data, metadata = picture.bundle()
    data[_VIEW] = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
    return picture.display((data, metadata))


def _spec(name, spec):
    """Turn a slider's short description into its kind, its values and its start."""
    if isinstance(spec, (bool, np.bool_)):
        return {"kind": "box", "value": bool(spec), "show": [False, True]}
    if isinstance(spec, list) and spec:
        spread = sorted({0, len(spec) // 2, len(spec) - 1}) if len(spec) > 3 else range(len(spec))
        return {"kind": "choice", "value": spec[0], "options": spec, "show": [spec[k] for k in spread]}
    if isinstance(spec, tuple) and len(spec) == 4:
        low, high, step, value = spec
        if low < high and step > 0 and low <= value <= high:
            numbers = {"min": low, "max": high, "step": step}
            return {"kind": "slider", "value": value, "show": sorted({low, value, high}), **numbers}
    raise ValueError(
        f"{name}={spec!r} describes no slider. Write (low, high, step, start) with low <= start <= high, "
        "a list of choices, or True/False."
    )


def _states(static, specs, start):
    """Return the states of the still picture as a list of {name: value}."""
    if static is None:
        name = next(iter(specs))
        static = {name: specs[name]["show"]}
    for name in static:
        if name not in start:
            raise ValueError(f"static names {name!r}, but the sliders are {list(start)}")
    if len({len(values) for values in static.values()}) != 1 or not next(iter(static.values())):
        raise ValueError("static needs the same number of values (at least one) for each of its names")
    return [dict(zip(static, values, strict=True)) for values in zip(*static.values(), strict=True)]


def _say(state):
    """Return a state in words: "iso = 100, clip = yes"."""

    def word(value):
        if isinstance(value, (bool, np.bool_)):
            return "yes" if value else "no"
        return f"{value:g}" if isinstance(value, float) else str(value)

    return ", ".join(f"{name.replace('_', ' ')} = {word(value)}" for name, value in state.items())


def _panels(function, state):
    """Call the function and return what it made as ([image or Picture, ...], [title, ...])."""
    with silent():
        result = function(**state)
    if isinstance(result, Picture):
        return [result], [""]
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[0], (list, tuple)):
        made, titles = result
        titles = [str(title) for title in titles]
    else:
        made, titles = (result if isinstance(result, (list, tuple)) else [result]), None
    made = [_images.require(image, "the image that your function returned") for image in made]
    if titles is not None and len(titles) != len(made):
        raise ValueError(
            f"your function returned {len(made)} images and {len(titles)} titles: one title for each image"
        )
    return made, titles or [""] * len(made)


def _compose(made, titles, columns=None, target=TARGET, **options):
    """Lay images (or one finished picture) out."""
    if isinstance(made[0], Picture):
        rgbs = [one.pixels() for one in made]
        columns = columns or max(1, 770 // (max(rgb.shape[1] for rgb in rgbs) + 14))
    else:
        columns, times, reduction = arrange([image.shape for image in made], columns, target=target)
        rgbs = [shown(image, m, reduction) for image, m in zip(made, times, strict=True)]
    panels = [Panel(rgb, title) for rgb, title in zip(rgbs, titles, strict=True)]
    return compose([panels[k : k + columns] for k in range(0, len(panels), columns)], **options)


def _still(drawn, names, title, caption):
    """Return the still picture: the states in one row, or a row for each state if the function returns several images."""
    made = [image for images, _ in drawn for image in images]
    titles = [
        f"{name}: {text}" if text else name for name, (_, texts) in zip(names, drawn, strict=True) for text in texts
    ]
    several = len(drawn[0][0]) if len(drawn[0][0]) > 1 else None
    alt = alt_text("picture", titles, axes=f"{title}." if title else "", caption=caption)
    return _compose(made, titles, several, caption=caption, alt=alt)


def _control(ipywidgets, name, spec, eager):
    """Build one slider, choice or check box."""
    common = {
        "value": spec["value"],
        "description": name.replace("_", " "),
        "style": {"description_width": "initial"},
    }
    if spec["kind"] == "box":
        return ipywidgets.Checkbox(**common, indent=False)
    common["layout"] = ipywidgets.Layout(width="420px", max_width="100%")
    if spec["kind"] == "choice":
        numbers = all(isinstance(option, (int, float)) for option in spec["options"])
        if numbers:
            common["continuous_update"] = eager
        chosen = (ipywidgets.SelectionSlider if numbers else ipywidgets.Dropdown)(options=spec["options"], **common)
        chosen.add_class("rk-choice")
        return chosen
    numbers = {key: spec[key] for key in ("min", "max", "step")}
    whole = all(isinstance(number, (int, np.integer)) for number in (*numbers.values(), spec["value"]))
    if not whole:
        digits = max(0, -int(np.floor(np.log10(spec["step"]) + 1e-9)))
        common["readout_format"] = f".{digits + (round(spec['step'] * 10**digits, 9) % 1 != 0)}f"
    kind = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
    return kind(**numbers, **common, continuous_update=eager)


def _live(ipywidgets, function, controls, title):
    """Build the widget: sliders above one image whose bytes are replaced, and a line for messages beneath."""
    image, message = ipywidgets.Image(format="png", layout=ipywidgets.Layout(max_width="100%")), ipywidgets.HTML()

    def update(_change=None):
        state = {name: control.value for name, control in controls.items()}
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                made, titles = _panels(function, state)
                rgb = (made[0] if isinstance(made[0], Picture) else _compose(made, titles, target=STAGE)).pixels()
        except Exception as error:  # whatever the learner's function does wrong belongs on the page, not into a log
            said = f"{type(error).__name__}: {error}"
            message.value = (
                f'<div role="alert" style="color:#c55000"><b>Your function failed at {html.escape(_say(state))}.</b> '
                f"The picture still shows the state before.<br><code>{html.escape(said)}</code></div>"
            )
            return
        image.value, image.width = as_png(rgb, level=1), str(rgb.shape[1])
        said = printed.getvalue().strip()
        message.value = f"<pre>{html.escape(said)}</pre>" if said else ""

    update()
    for control in controls.values():
        control.observe(update, "value")
    heading = ipywidgets.HTML(f"{_STYLE}<b>{html.escape(title)}</b>" if title else _STYLE)
    return ipywidgets.VBox([heading, *controls.values(), image, message])
