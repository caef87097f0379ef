"""SRCNN 9-5-5 on the Y channel, for x2, x3 and x4: three networks. The first begins as the enlarged picture that it gets."""

from enlarging import detail_decibels, upscaler

from restorekit import zoo

STAGE = {
    "epochs": 20, "steps": 250, "batch": 32, "patch": 48, "margin": 24, "learning_rate": 0.0015, "optimizer": "muon", "loss": "mse",
}  # fmt: skip
AFTER = STAGE | {"epochs": 8, "learning_rate": 0.001, "loss": detail_decibels}


def main():
    """Train all three; the second and the third begin as the one before, and need the second stage alone."""
    before = None
    for scale in (2, 3, 4):
        name = f"srcnn-x{scale}"
        card = {
            "title": f"SRCNN x{scale} (9-5-5)",
            "good_for": f"enlarging sharp pictures by {scale}, as the first network for it did.",
            "function": "srcnn",
            "arguments": {},
            "scale": scale,
            "enlarged": True,
            "begins_as": before or "its input, handed on by one filter of each layer",
        }
        stages, begin = ([AFTER], _weights_of(before)) if before else ([STAGE, AFTER], handing_on)
        upscaler(name, card, *stages, begin=begin)
        before = name


def handing_on(model):
    """Let filter 0 of each layer hand the picture on; the others stay as drawn, and the last layer all but ignores them."""
    first, first_bias, second, second_bias, last, last_bias = model.get_weights()
    last *= 0.01
    first[..., 0], second[..., 0], last[:, :, 0] = 0, 0, 0
    first[4, 4, 0, 0] = second[2, 2, 0, 0] = last[2, 2, 0, 0] = 1
    model.set_weights([first, first_bias, second, second_bias, last, last_bias])


def _weights_of(before):
    """What gives a network the weights of another one."""
    return lambda model: model.set_weights(zoo.load_model(before).get_weights())


if __name__ == "__main__":
    main()
