"""The course's networks, each a plain function that returns a `keras.Model`: any image size, any Keras backend."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submod_attrs={
        "assignment": ["model_1", "model_2", "model_3"],
        "autoencoders": ["DOWN", "UP", "autoencoder", "unet"],
        "cost": ["multiply_adds"],
        "denoising": ["dncnn", "fold_batch_norm"],
        "pixels": ["PixelShuffle", "PixelUnshuffle"],
        "superresolution": ["edsr", "espcn", "srcnn", "vdsr"],
    },
)
