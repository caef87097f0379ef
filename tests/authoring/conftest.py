"""The tool chain is a folder of scripts, not a package: put it on the path."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "authoring"))
