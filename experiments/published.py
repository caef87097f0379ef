"""Numbers from the papers, which `quality.py` prints beside ours."""

#: PSNR and SSIM of the bicubic rows in the papers on SRCNN, VDSR and EDSR.
PUBLISHED_BICUBIC = {
    "set5": {"2": (33.66, 0.9299), "3": (30.39, 0.8682), "4": (28.42, 0.8104)},
    "set14": {"2": (30.23, 0.8688), "3": (27.54, 0.7742), "4": (26.00, 0.7027)},
}
#: PSNR in the papers. Gray: Zhang et al., "Beyond a Gaussian Denoiser" (2017), tables II and III. Colour: Zhang et al., "FFDNet" (2018).
PUBLISHED_DENOISING = {
    "set12": {
        "15": {"BM3D": 32.37, "WNNM": 32.70, "DnCNN-S": 32.86},
        "25": {"BM3D": 29.97, "WNNM": 30.26, "DnCNN-S": 30.44},
        "50": {"BM3D": 26.72, "WNNM": 27.05, "DnCNN-S": 27.18},
    },
    "bsd68": {
        "15": {"BM3D": 31.07, "WNNM": 31.37, "DnCNN-S": 31.73, "DnCNN-B": 31.61},
        "25": {"BM3D": 28.57, "WNNM": 28.83, "DnCNN-S": 29.23, "DnCNN-B": 29.16},
        "50": {"BM3D": 25.62, "WNNM": 25.87, "DnCNN-S": 26.23, "DnCNN-B": 26.23},
    },
    "cbsd68": {
        "15": {"CBM3D": 33.52, "CDnCNN-B": 33.89},
        "25": {"CBM3D": 30.71, "CDnCNN-B": 31.23},
        "50": {"CBM3D": 27.38, "CDnCNN-B": 27.92},
    },
}
#: PSNR and SSIM on Y. SRCNN (9-5-5), VDSR and EDSR: Lim et al., "Enhanced Deep Residual Networks" (2017), table 3, and the papers on
#: SRCNN and VDSR. ESPCN (trained on ImageNet): Shi et al. (2016), table 1. SRResNet: Ledig et al. (2017), table 2.
PUBLISHED_UPSCALING = {
    "set5": {
        "2": {"SRCNN": (36.66, 0.9542), "VDSR": (37.53, 0.9587), "EDSR": (38.11, 0.9602)},
        "3": {"SRCNN": (32.75, 0.9090), "ESPCN": (33.13,), "VDSR": (33.66, 0.9213), "EDSR": (34.65, 0.9280)},
        "4": {
            "SRCNN": (30.48, 0.8628),
            "ESPCN": (30.90,),
            "VDSR": (31.35, 0.8838),
            "SRResNet": (32.05, 0.9019),
            "EDSR": (32.46, 0.8968),
        },
    },
    "set14": {
        "2": {"SRCNN": (32.45, 0.9067), "VDSR": (33.03, 0.9124), "EDSR": (33.92, 0.9195)},
        "3": {"SRCNN": (29.30, 0.8215), "ESPCN": (29.49,), "VDSR": (29.77, 0.8314), "EDSR": (30.52, 0.8462)},
        "4": {"SRCNN": (27.50, 0.7513), "ESPCN": (27.73,), "VDSR": (28.01, 0.7674), "EDSR": (28.80, 0.7876)},
    },
}
