"""The book is a folder of scripts, which use those of authoring/: put both on the path."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "book"), str(ROOT / "authoring")]
