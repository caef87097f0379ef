"""What goes wrong between the light and the file: noise, blur, sampling, compression, and a camera made of them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["blur", "camera", "compression", "exposure", "geometry", "noise", "resample"],
    submod_attrs={
        "noise": [
            "apply_defects",
            "dark_current",
            "dark_electrons",
            "defect_map",
            "estimate_sigma",
            "gaussian_noise",
            "quantise",
            "read_noise",
            "salt_and_pepper",
            "shot_noise",
            "speckle_noise",
        ],
        "blur": ["apply_blur", "disk_kernel", "gaussian_kernel", "motion_kernel", "shake_kernel"],
        "resample": ["resize"],
        "exposure": ["expose", "fog", "linear_to_srgb", "srgb_to_linear"],
        "geometry": ["barrel", "fisheye", "pincushion", "radial_distort", "undo_fisheye", "undo_radial"],
        "compression": ["jpeg", "jpeg_size"],
        "camera": ["Camera", "Photo", "photograph"],
    },
)
