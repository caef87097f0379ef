"""Writes programs as a class of students would: one habit each, drawn from a seed. Each comes with what is true about it."""

import json
import random

#: One thing done otherwise than asked, and which of the two verdicts it spoils.
MISTAKES = {
    "kernel": "network", "filters": "network", "depth": "network", "no relu": "network", "no skip": "network", "clean skip": "network",
    "sigma": "network", "loss": "training", "batch": "training", "epochs": "training", "target": "training",
}  # fmt: skip

_NAMES = {
    "data": ["x_train", "train_images", "X", "imgs", "train_x", "cifar", "images_tr", "xs", "pictures", "trainset"],
    "test": ["x_test", "test_images", "Xt", "val", "held_out", "te", "images_te", "evaluation"],
    "model": ["model", "net", "denoiser", "network", "autoenc", "cnn", "m", "restorer"],
    "input": ["inputs", "inp", "image", "x_in", "img_in", "entry"],
    "x": ["x", "h", "out", "t", "feat", "y", "z", "hidden"],
    "noisy": ["noisy", "x_noisy", "n", "with_noise", "corrupted", "noised"],
    "history": ["history", "hist", "log", "h_", "training", "result"],
}
_COMMENTS = [
    "load the data", "we scale to [0,1]", "labels are not needed", "see lecture 4", "this took 40 minutes on colab", "do not change",
    "build it", "the noise is only active in training", "same padding keeps the size", "I tried other rates, this was best", "finally",
    "training", "save the picture", "show a few examples", "from the lab", "took me a while to find this bug", "GPU needed here",
]  # fmt: skip


class Habit:
    """A student's way of writing; everything is drawn once, so that the three programs of one student look alike."""

    def __init__(self, seed):
        self.rng = random.Random(seed)
        self.names = {what: self.rng.choice(names) for what, names in _NAMES.items()}
        self.style = self.rng.choice(["functional", "functional", "sequential", "subclass"])
        self.imports = self.rng.randrange(4)
        self.loop = self.rng.random() < 0.5
        self.activation = self.rng.choice(["argument", "layer", "relu"])
        self.blocks = list(range(12))
        self.rng.shuffle(self.blocks)
        self.extras = [self._extra() for _ in range(self.rng.randint(5, 9))]
        self.plot = self.rng.randrange(5)
        self.reading = self.rng.randrange(4)
        self.scaling = self.rng.randrange(4)
        self.rate = self.rng.choice([1e-3, 5e-4, 2e-4, 3e-4, 8e-4, 1.5e-3])
        self.kernel_text = self.rng.choice(["3", "(3, 3)", "kernel_size=3", "kernel_size=(3, 3)"])
        self.notebook = self.rng.random() < 0.35

    def comment(self):
        """Now and then, a comment."""
        return f"# {self.rng.choice(_COMMENTS)}\n" if self.rng.random() < 0.35 else ""

    def _extra(self):
        """A helper of the student's own, as programs have them: no two are quite alike."""
        r = self.rng
        name = r.choice(["show", "check", "report", "score", "peek", "prepare", "helper", "tile", "stats"]) + str(
            r.randint(1, 99)
        )
        argument = r.choice(["a", "img", "batch", "arr", "values", "pic"])
        lines = [f"def {name}({argument}, {r.choice(['n', 'k', 'size', 'level'])}={r.randint(2, 64)}):"]
        for _ in range(r.randint(2, 5)):
            lines.append("    " + self._statement(argument))
        lines.append(
            f"    return {argument}"
            if r.random() < 0.6
            else f"    return float(np.{r.choice(['mean', 'std', 'max', 'min', 'median'])}({argument}))"
        )
        return "\n".join(lines) + "\n"

    def _statement(self, name, depth=0):
        """A statement as one finds them in such helpers."""
        r = self.rng
        number = r.randint(2, 200)
        kinds = [
            f"{name} = np.{r.choice(['clip', 'roll', 'repeat', 'tile', 'pad', 'sort'])}({name}, {number}, {number + r.randint(1, 9)})",
            f"{name} = {name}[{r.randint(0, 9)}:{number}:{r.randint(1, 4)}]",
            f"print('{r.choice(['shape', 'range', 'mean', 'ok'])}', {name}.{r.choice(['shape', 'mean()', 'min()', 'max()', 'dtype', 'size'])})",
            f"{name} = {name} {r.choice('+-*/')} {number} {r.choice('+-')} {name}.{r.choice(['mean', 'std', 'min', 'max'])}({r.choice(['', 'axis=0', 'axis=-1', 'keepdims=True'])})",
            f"assert {name}.ndim {r.choice(['<', '>', '!=', '<=', '>='])} {r.randint(1, 6)}, 'wrong shape'",
            f"total = sum({r.choice(['abs', 'float', 'int'])}(v) for v in {name}.ravel()[:{number}])",
        ]
        if depth < 2:
            inner = self._statement(name, depth + 1)
            kinds += [
                f"for i in range({number}):\n        {'    ' * depth}{inner}",
                f"if {name}.{r.choice(['ndim', 'size', 'nbytes'])} {r.choice(['==', '>', '<'])} {number}:\n        {'    ' * depth}{inner}",
                f"with np.errstate({r.choice(['all', 'divide', 'over', 'invalid'])}='ignore'):\n        {'    ' * depth}{inner}",
            ]
        return r.choice(kinds)


def program(habit, number, mistake=""):
    """A program for a model.

    Returns
    -------
    text : str
    """
    h = habit
    keras = ["keras", "tf.keras", "keras", "tensorflow.keras"][h.imports]
    head = ["import keras\nfrom keras import layers", "import tensorflow as tf\nlayers = tf.keras.layers",
            "import keras\nfrom keras.layers import *", "import tensorflow.keras\nfrom tensorflow.keras import layers"][h.imports]  # fmt: skip
    layer = "" if h.imports == 2 else "layers."
    parts = [f"{h.comment()}import numpy as np\n{head}\nfrom PIL import Image\n", *h.extras[: len(h.extras) // 2]]
    parts.append(_loading(h, keras))
    parts.append(_model(h, number, mistake, keras, layer))
    parts += h.extras[len(h.extras) // 2 :]
    parts.append(_training(h, mistake, keras))
    parts.append(_restoring(h, number))
    return "\n".join(parts)


def _loading(h, keras):
    data, test = h.names["data"], h.names["test"]
    load = [
        f"({data}, _), ({test}, _) = {keras}.datasets.cifar10.load_data()",
        f"train, test = {keras}.datasets.cifar10.load_data()\n{data}, {test} = train[0], test[0]",
        f"from {'tensorflow.keras' if h.imports in (1, 3) else 'keras'}.datasets import cifar10\n({data}, y1), ({test}, y2) = cifar10.load_data()",
        f"({data}, _), ({test}, _) = {keras}.datasets.cifar10.load_data()  # 50000 and 10000",
    ][h.reading]
    scale = [
        f"{data} = {data}.astype('float32') / 255\n{test} = {test}.astype('float32') / 255",
        f"{data}, {test} = {data} / 255.0, {test} / 255.0",
        f"{data} = np.array({data}, dtype=np.float32) / 255.\n{test} = np.array({test}, dtype=np.float32) / 255.",
        f"def scale01(a):\n    return a.astype(np.float32) / 255\n\n{data} = scale01({data})\n{test} = scale01({test})",
    ][h.scaling]
    return f"{h.comment()}{load}\n{h.comment()}{scale}\n"


def _model(h, number, mistake, keras, layer):
    kernel = "5" if mistake == "kernel" else h.kernel_text
    filters = 32 if mistake == "filters" else 64
    blocks = {"depth": 6}.get(mistake, 4)
    sigma = 0.2 if mistake == "sigma" else 0.1
    relu = "" if mistake == "no relu" else "relu"
    skip = number > 1 and mistake != "no skip"
    norm = number == 3
    conv = f"{layer}Conv2D({filters}, {kernel}, padding='same'"
    last = f"{layer}Conv2D(3, {h.kernel_text}, padding='same')"
    noise = f"{layer}GaussianNoise({sigma})"
    n = h.names
    if h.style == "sequential" and not skip:
        return _sequential(h, n, keras, layer, conv, last, noise, blocks, relu, norm)
    if h.style == "subclass":
        return _subclass(h, n, keras, layer, conv, last, noise, blocks, relu, norm, skip, mistake)
    return _functional(h, n, keras, layer, conv, last, noise, blocks, relu, norm, skip, mistake)


def _block(h, layer, conv, x, relu, norm):
    """Lines of one hidden block in functional style."""
    if not relu:
        return [f"{x} = {conv})({x})", *([f"{x} = {layer}BatchNormalization()({x})"] if norm else [])]
    if not norm and h.activation == "argument":
        return [f"{x} = {conv}, activation='relu')({x})"]
    act = f"{layer}ReLU()" if h.activation == "relu" else f"{layer}Activation('relu')"
    return [f"{x} = {conv})({x})", *([f"{x} = {layer}BatchNormalization()({x})"] if norm else []), f"{x} = {act}({x})"]


def _functional(h, n, keras, layer, conv, last, noise, blocks, relu, norm, skip, mistake):
    x = n["x"]
    noisy = n["noisy"] if n["noisy"] != x else "noisy_"
    lines = [f"{n['input']} = {keras}.Input((None, None, 3))", f"{noisy} = {noise}({n['input']})", f"{x} = {noisy}"]
    block = _block(h, layer, conv, x, relu, norm)
    if h.loop:
        lines += [f"for _ in range({blocks}):", *(f"    {line}" for line in block)]
    else:
        lines += block * blocks
    lines.append(f"{x} = {last}({x})")
    if skip:
        other = n["input"] if mistake == "clean skip" else noisy
        lines.append(f"{x} = {other} + {x}" if h.blocks[0] % 2 else f"{x} = {layer}Add()([{other}, {x}])")
    lines.append(f"{n['model']} = {keras}.Model({n['input']}, {x})")
    if h.blocks[1] % 2:
        body = "\n".join(f"    {line}" for line in lines[:-1])
        return f"{h.comment()}def build():\n{body}\n    return {keras}.Model({n['input']}, {x})\n\n{n['model']} = build()\n{n['model']}.summary()\n"
    return h.comment() + "\n".join(lines) + "\n"


def _sequential(h, n, keras, layer, conv, last, noise, blocks, relu, norm):
    m = n["model"]
    act = [] if not relu else [f"{layer}ReLU()" if h.activation == "relu" else f"{layer}Activation('relu')"]
    block = [f"{conv})", *([f"{layer}BatchNormalization()"] if norm else []), *act]
    if relu and not norm and h.activation == "argument":
        block = [f"{conv}, activation='relu')"]
    if h.loop:
        lines = [
            f"{m} = {keras}.Sequential()",
            f"{m}.add({keras}.Input((None, None, 3)))",
            f"{m}.add({noise})",
            f"for i in range({blocks}):",
        ]
        return "\n".join([*lines, *(f"    {m}.add({one})" for one in block), f"{m}.add({last})"]) + "\n"
    inner = ",\n    ".join([f"{keras}.Input((None, None, 3))", noise, *block * blocks, last])
    return f"{h.comment()}{m} = {keras}.Sequential([\n    {inner},\n])\n"


def _subclass(h, n, keras, layer, conv, last, noise, blocks, relu, norm, skip, mistake):
    use = f"{conv}, activation='relu')" if relu and not norm else f"{conv})"
    lines = [f"class Net({keras}.Model):", "    def __init__(self):", "        super().__init__()", f"        self.noise = {noise}",
             f"        self.convs = [{use} for _ in range({blocks})]"]  # fmt: skip
    if norm:
        lines.append(f"        self.norms = [{layer}BatchNormalization() for _ in range({blocks})]")
        if relu:
            lines.append(f"        self.act = {layer}ReLU()")
    lines += [
        f"        self.last = {last}",
        "",
        "    def call(self, inputs, training=None):",
        "        noisy = self.noise(inputs, training=training)",
        "        x = noisy",
    ]
    if norm:
        body = "self.norms[i](self.convs[i](x), training=training)"
        lines += [f"        for i in range({blocks}):", f"            x = {f'self.act({body})' if relu else body}"]
    else:
        lines += ["        for conv in self.convs:", "            x = conv(x)"]
    out = "self.last(x)"
    if skip:
        out = f"{'inputs' if mistake == 'clean skip' else 'noisy'} + {out}"
    lines += [f"        return {out}", "", f"{n['model']} = Net()"]
    return h.comment() + "\n".join(lines) + "\n"


def _training(h, mistake, keras):
    n = h.names
    model, data, test, history = n["model"], n["data"], n["test"], n["history"]
    loss = "mae" if mistake == "loss" else h.rng.choice(["mse", "mean_squared_error"])
    batch = 128 if mistake == "batch" else 32
    epochs = 10 if mistake == "epochs" else 100
    target = "labels_" if mistake == "target" else data
    lines = [f"{model}.compile(optimizer={keras}.optimizers.Adam({h.rate:g}), loss='{loss}')"]
    if mistake == "target":
        lines.append(f"labels_ = {data} + 0.1 * np.random.randn(*{data}.shape)")
    checks = h.blocks[2] % 3
    if checks == 0:
        lines.append(f"stop = {keras}.callbacks.ModelCheckpoint('best{h.blocks[3]}.keras', save_best_only=True)")
    extra = ", callbacks=[stop]" if checks == 0 else ""
    if h.blocks[4] % 2:
        lines.append(f"val_noisy = {test} + 0.1 * np.random.default_rng({h.blocks[5]}).standard_normal({test}.shape)")
        extra += f", validation_data=(val_noisy, {test})"
    lines.append(f"{history} = {model}.fit({data}, {target}, batch_size={batch}, epochs={epochs}{extra})")
    plot = [
        "", f"import matplotlib.pyplot as plt\nplt.plot({history}.history['loss'])\nplt.show()",
        f"print('last loss', {history}.history['loss'][-1])",
        f"import matplotlib.pyplot as plt\nfig, ax = plt.subplots(figsize=({h.blocks[6] + 3}, 4))\nax.semilogy({history}.history['loss'], label='loss')\nax.legend()\nfig.savefig('loss.png')",
        f"for e, value in enumerate({history}.history['loss']):\n    print(e, round(value, {h.blocks[7]}))",
    ][h.plot]  # fmt: skip
    return f"{h.comment()}" + "\n".join(lines) + f"\n{plot}\n"


def _restoring(h, number):
    n = h.names
    model = n["model"]
    read = [
        "picture = np.asarray(Image.open('noisy.png').convert('RGB'), dtype=np.float32) / 255",
        "with Image.open('noisy.png') as f:\n    picture = np.array(f)[..., :3] / 255.0",
        "import matplotlib.image as mpimg\npicture = mpimg.imread('noisy.png')[:, :, :3]",
        f"picture = np.array({'tf.' if h.imports == 1 else 'tensorflow.' if h.imports == 3 else ''}keras.utils.load_img('noisy.png')) / 255.0",
    ][h.reading]
    write = [
        f"restored = {model}.predict(picture[None])[0]\nImage.fromarray((np.clip(restored, 0, 1) * 255).round().astype(np.uint8)).save('Model{number}.png')",
        f"out8 = np.uint8(np.clip({model}.predict(np.expand_dims(picture, 0)).squeeze(), 0, 1) * 255 + 0.5)\nImage.fromarray(out8).save('Model{number}.png')",
        f"y_ = {model}(picture[np.newaxis], training=False).numpy()[0]\ny_ = np.clip(y_, 0, 1)\nImage.fromarray(np.rint(255 * y_).astype('uint8'), 'RGB').save('Model{number}.png')",
        f"def restore(p):\n    return np.clip({model}.predict(p[None], verbose=0)[0], 0, 1)\n\nImage.fromarray((restore(picture) * 255).round().astype('uint8')).save('Model{number}.png')",
    ][h.scaling]
    return f"{h.comment()}{read}\n{h.comment()}{write}\n"


def as_notebook(text, seed):
    """The program as a notebook, cut at blank lines."""
    rng = random.Random(seed)
    cells, code = [], []
    for line in text.split("\n"):
        if code and line[:1].strip() and code[-1] == "" and rng.random() < 0.4:
            cells.append("\n".join(code))
            code = []
        code.append(line)
    cells.append("\n".join(code))
    listed = [{"cell_type": "markdown", "metadata": {}, "source": "# My denoising model"}]
    listed += [
        {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": cell} for cell in cells
    ]
    return json.dumps({"cells": listed, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def copied(text, seed):
    """A classmate's program as copiers hand it in: other names, no comments, other quotes, other blank lines."""
    import io
    import keyword
    import tokenize

    rng = random.Random(seed)
    imported = {
        "np",
        "keras",
        "layers",
        "tf",
        "Image",
        "tensorflow",
        "plt",
        "mpimg",
        "cifar10",
        "fig",
        "ax",
        "self",
        "super",
        "print",
        "range",
    }
    own = {}
    tokens = []
    previous = ""
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            continue
        string = token.string
        if token.type == tokenize.NAME and string in own and previous != ".":
            string = own[string]
        elif (
            token.type == tokenize.NAME
            and previous not in (".",)
            and not keyword.iskeyword(string)
            and string not in imported
            and _assigned(text, string)
        ):
            own[string] = string = f"{rng.choice(['my', 'the', 'a', 'new', 'v'])}_{len(own)}"
        tokens.append((token.type, string))
        previous = string
    return tokenize.untokenize(tokens)


def _assigned(text, name):
    """True if a program gives this name a value at the beginning of a line."""
    import re

    return bool(re.search(rf"(?m)^\s*{re.escape(name)} = ", text))
