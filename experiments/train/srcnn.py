"""SRCNN 9-5-5 on the Y channel, for x2, x3 and x4: three networks, the second and third of which begin as the one before."""

from recipe import upscaler

from restorekit import zoo

STAGE = {
    "epochs": 24, "steps": 250, "batch": 32, "patch": 48, "margin": 24, "learning_rate": 0.005, "optimizer": "muon", "loss": "mse",
}  # fmt: skip


def main():
    """Train all three."""
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
        }
        if before:
            card["begins_as"] = before
        stage = STAGE | ({"epochs": 12} if before else {})
        upscaler(name, card, stage, begin=_weights_of(before))
        before = name


def _weights_of(before):
    """What gives a network the weights of another one, if there is one."""
    return before and (lambda model: model.set_weights(zoo.load_model(before).get_weights()))


if __name__ == "__main__":
    main()
