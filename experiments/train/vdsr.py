"""VDSR: 20 layers on the Y channel, one net for x2, x3 and x4. It begins as the blind gray DnCNN, a net of the same build."""

from enlarging import detail_decibels, upscaler

from restorekit import zoo

CARD = {
    "title": "VDSR",
    "good_for": "enlarging sharp pictures by 2, 3 or 4; one net for all.",
    "function": "vdsr",
    "arguments": {},
    "scale": [2, 3, 4],
    "enlarged": True,
    "begins_as": "dncnn-gray-blind, its last layer's sign turned: what that net subtracts, this one adds",
}
STAGE = {
    "epochs": 17, "steps": 125, "batch": 16, "patch": 48, "margin": 24, "learning_rate": 0.003, "optimizer": "muon", "loss": "mae",
    "clip": 1.0,
}  # fmt: skip
AFTER = STAGE | {"epochs": 7, "learning_rate": 0.0012, "loss": detail_decibels}


def denoiser(model):
    """Give the net the blind denoiser's weights."""
    *hidden, kernel, bias = zoo.load_model("dncnn-gray-blind").get_weights()
    model.set_weights([*hidden, -kernel, -bias])


if __name__ == "__main__":
    upscaler("vdsr", CARD, STAGE, AFTER, begin=denoiser)
