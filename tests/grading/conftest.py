"""What the tests of grading share."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))  # classroom and writing make the submissions


@pytest.fixture(scope="session")
def classroom_of(tmp_path_factory):
    """Classes by their size, each made once."""
    import classroom

    from restorekit.grading import key

    made = {}

    def make(students, seed=0, **size):
        if (students, seed) not in made:
            with pytest.MonkeyPatch.context() as patched:
                patched.setattr(key, "_known", lambda *_: None)
                made[students, seed] = classroom.make(tmp_path_factory.mktemp("class"), students, seed, **size)
        return made[students, seed]

    return make
