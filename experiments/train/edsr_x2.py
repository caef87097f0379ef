"""The residual network x2, in colour: 16 blocks of 64 channels."""

from enlarging import upscaler

CARD = {
    "title": "residual network x2 (EDSR's baseline)",
    "good_for": "enlarging sharp colour pictures by 2, best of the course's networks.",
    "function": "edsr",
    "arguments": {"scale": 2},
    "scale": 2,
    "enlarged": False,
}
STAGE = {
    "epochs": 26, "steps": 200, "batch": 8, "patch": 64, "margin": 12, "learning_rate": 0.0015, "optimizer": "muon", "loss": "mae",
}  # fmt: skip

if __name__ == "__main__":
    upscaler("edsr-x2", CARD, STAGE)
