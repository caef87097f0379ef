"""Restoration without learning: filters and interpolation, each with the assumption it makes."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(
    __name__,
    submodules=["examples", "filters", "interpolation", "pairs"],
    submod_attrs={
        "examples": ["Matches", "enlarge_by_examples", "matches"],
        "filters": [
            "METHODS",
            "bilateral_filter",
            "gaussian_filter",
            "guided_filter",
            "mean_filter",
            "median_filter",
            "non_local_means",
            "total_variation",
            "wavelet_shrinkage",
        ],
        "interpolation": ["bicubic", "bilinear", "lanczos", "nearest"],
        "pairs": ["Examples", "learn_examples"],
    },
)
