"""What goes wrong between the light and the file: noise, blur, sampling, compression, and a camera made of them."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=[
        "bayer",
        "blur",
        "camera",
        "compression",
        "estimation",
        "exposure",
        "geometry",
        "noise",
        "resample",
        "sensor",
    ],
    submod_attrs={
        "noise": ["gaussian_noise", "quantise", "salt_and_pepper", "shot_noise", "speckle_noise"],
        "sensor": ["apply_defects", "dark_current", "dark_electrons", "defect_map", "read_noise"],
        "estimation": ["estimate_sigma"],
        "blur": ["apply_blur", "disk_kernel", "gaussian_kernel", "motion_kernel", "shake_kernel"],
        "resample": ["resize"],
        "compression": ["jpeg", "jpeg_size"],
        "exposure": ["expose", "fog", "linear_to_srgb", "srgb_to_linear"],
        "geometry": ["barrel", "fisheye", "pincushion", "radial_distort", "undo_fisheye", "undo_radial"],
        "bayer": ["demosaic", "mosaic"],
        "camera": ["STAGES", "Camera", "Photo", "photograph", "sample_trace"],
    },
)
