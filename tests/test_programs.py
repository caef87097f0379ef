"""Programs are seen from outside: whether they train a network, and what they use, under whatever name."""

import ast

import pytest

from restorekit.programs import look_through, review


def seen(*cells):
    """What is found in code."""
    return look_through([ast.parse(cell) for cell in cells])


def test_lines_and_gaps():
    assert seen("a = 1; b = 2\nmodel.fit(x, y)").lines == 2
    assert seen("def f():\n    raise NotImplementedError()").gap and seen("raise NotImplementedError").gap
    assert not seen("raise ValueError('NotImplementedError')").gap


@pytest.mark.parametrize(
    ("code", "trains"),
    [
        ("model.fit(x, y)", True),
        ("keras.Sequential([]).fit(x)", True),
        ("models[0].train_on_batch(x, y)", True),
        ("with tf.GradientTape() as tape: pass", True),
        ("loss.backward()", True),
        ("from restorekit.training import fit as f\nf(model, images)", True),
        ("getattr(model, 'fit')(x)", True),
        ("fit", False),
        ("model.fit", False),
        ("def fit(): pass\nfit()", False),
        ("pass", False),
    ],
)
def test_training_is_a_call(code, trains):
    assert seen(code).trains == trains


@pytest.mark.parametrize(
    ("code", "convolves"),
    [
        ("x = layers.Conv2D(64, 3)(x)", True),
        ("from keras.layers import Conv2D as C\nC(3, 3)", True),
        ("block = partial(keras.layers.SeparableConv2D, 64)", True),
        ("keras.layers.Convolution2D(3, 3)", True),
        ("layers.Conv2DTranspose(3, 3)", True),
        ("nn.Conv2d(3, 64, 3)", True),
        ("tf.nn.conv2d(x, w, 1, 'SAME')", True),
        ("def conv2d(x): return x\nconv2d(x)", False),
        ("'Conv2D'", False),
        ("keras.layers.Dense(3)(converted)", False),
    ],
)
def test_a_convolution_is_named(code, convolves):
    assert seen(code).convolves == convolves


@pytest.mark.parametrize(
    ("code", "name", "kind", "line"),
    [
        ("import restorekit as rk\nrk.zoo.load_model('x')", "restorekit.zoo", "network", 2),
        ("import restorekit as r\nz = r.zoo", "restorekit.zoo", "network", 2),
        ("from restorekit.models import model_1", "restorekit.models", "network", 1),
        ("\nfrom restorekit import models as m", "restorekit.models", "network", 2),
        ("import restorekit\ngetattr(restorekit, 'zoo').names()", "restorekit.zoo", "network", 2),
        ("import restorekit as rk\nrk.denoise(x)", "restorekit.denoise", "filter", 2),
        ("from restorekit import denoise as d", "restorekit.denoise", "filter", 1),
        ("import restorekit.classical as c", "restorekit.classical", "filter", 1),
        ("import restorekit as rk\nrk.restore.denoise(x)", "restorekit.restore", "filter", 2),
        ("from skimage import restoration", "skimage.restoration", "filter", 1),
        ("import skimage as s\ns.restoration.denoise_nl_means(x)", "skimage.restoration", "filter", 2),
        ("from skimage import filters\nfilters.gaussian(x)", "skimage.filters.gaussian", "filter", 2),
        ("from scipy import ndimage as n\nn.median_filter(x)", "scipy.ndimage.median_filter", "filter", 2),
        ("from scipy.signal import wiener", "scipy.signal.wiener", "filter", 1),
        ("import cv2\ncv2.fastNlMeansDenoisingColored(x)", "cv2.fastNlMeansDenoisingColored", "filter", 2),
        ("import cv2 as c\nc.GaussianBlur(x)", "cv2.GaussianBlur", "filter", 2),
        ("import importlib", "importlib", "hidden", 1),
        ("from importlib import import_module as i", "importlib", "hidden", 1),
        ("__import__('x')", "__import__", "hidden", 1),
        ("exec('x')", "exec", "hidden", 1),
        ("from restorekit import *", "restorekit.*", "hidden", 1),
    ],
)
def test_what_restores_by_itself_is_found_under_any_name(code, name, kind, line):
    assert seen(code).ready == ((name, kind, f"line {line}"),)


@pytest.mark.parametrize(
    "code",
    [
        "import restorekit as rk\nrk.save('a.png', rk.degrade.gaussian_noise(rk.load('b.png'), 0.1, rng=0))",
        "from restorekit import images, metrics, datasets, training\nrestorekit.training.fit",
        "from keras import models\nmodels = keras.models.load_model('mine.keras')",
        "model.eval()\nrestore = denoise = zoo = 1\nzoo",
        "from scipy import ndimage\nndimage.zoom(x, 2)",
        "import cv2\ncv2.imread('noisy.png')",
        "from . import zoo",
        "rk = 3\nrk.zoo",
    ],
)
def test_reading_saving_and_adding_noise_are_no_restoring(code):
    assert seen(code).ready == ()


def test_of_many_uses_the_first_is_named_and_cells_are_counted():
    about = seen("import restorekit as rk", "x = 1\nrk.zoo\nrk.zoo", "rk.denoise(rk.zoo)")
    assert [(use.name, use.where) for use in about.ready] == [
        ("restorekit.zoo", "code cell 2, line 2"),
        ("restorekit.denoise", "code cell 3, line 1"),
    ]


def test_the_review_sorts_problems_from_remarks():
    problems, remarks = review(seen("import restorekit.zoo"))
    assert len(problems) == 2 and "no convolution" in problems[0] and "never calls fit" in problems[1]
    assert remarks == ["line 1, uses restorekit.zoo: a ready network, and the assignment asks for networks of yours."]
    assert review(seen("layers.Conv2D(3, 3)\nmodel.fit(x, x)")) == ([], [])
