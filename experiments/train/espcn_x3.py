"""ESPCN x3: three convolutions on the small Y channel, and a pixel shuffle."""

from recipe import upscaler

CARD = {
    "title": "ESPCN x3",
    "good_for": "enlarging sharp pictures by 3, fast.",
    "function": "espcn",
    "arguments": {"scale": 3},
    "scale": 3,
    "enlarged": False,
}
STAGE = {
    "epochs": 40, "steps": 250, "batch": 32, "patch": 96, "margin": 12, "learning_rate": 0.01, "optimizer": "muon", "loss": "mse",
}  # fmt: skip

if __name__ == "__main__":
    upscaler("espcn-x3", CARD, STAGE)
