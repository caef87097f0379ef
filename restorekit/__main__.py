"""``python -m restorekit``: the command line."""

import sys

from restorekit.cli import main

if __name__ == "__main__":
    sys.exit(main())
