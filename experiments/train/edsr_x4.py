"""The residual network x4, in colour. Its features begin as those of the x2 one."""

from enlarging import upscaler

from restorekit import zoo

CARD = {
    "title": "residual network x4 (EDSR's baseline)",
    "good_for": "enlarging sharp colour pictures by 4, best of the course's networks.",
    "function": "edsr",
    "arguments": {"scale": 4},
    "scale": 4,
    "enlarged": False,
    "begins_as": "edsr-x2, up to its first enlargement",
}
STAGE = {
    "epochs": 12, "steps": 200, "batch": 8, "patch": 128, "margin": 16, "learning_rate": 0.001, "optimizer": "muon", "loss": "mae",
}  # fmt: skip


def half_as_large(model):
    """Give the net the weights of the x2 net; only what enlarges a second time is new."""
    begun = zoo.load_model("edsr-x2").get_weights()
    own = model.get_weights()
    model.set_weights([*begun[:-2], *own[-4:-2], *begun[-2:]])


if __name__ == "__main__":
    upscaler("edsr-x4", CARD, STAGE, begin=half_as_large)
