# SPDX-License-Identifier: Apache-2.0
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sluice import environment
from sluice.errors import StartError


@pytest.fixture
def requirements(tmp_path: Path) -> Path:
    (tmp_path / "base.txt").write_text("# nothing\n")
    path = tmp_path / "some list.txt"
    path.write_text("-r base.txt\n")
    return path


def test_made_once_and_again_when_the_list_changes(
    tmp_path: Path, requirements: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    place = tmp_path / "an environment"
    python = environment.ensure(str(place), str(requirements))
    prefix = subprocess.run([python, "-c", "import sys; print(sys.prefix)"], capture_output=True, text=True)
    assert prefix.stdout.strip() == str(place)
    assert capfd.readouterr().err == f"sluice: making a virtual environment in {place}\n"
    made = os.stat(python, follow_symlinks=False).st_ctime_ns

    environment.ensure(str(place), str(requirements))
    assert os.stat(python, follow_symlinks=False).st_ctime_ns == made

    (tmp_path / "base.txt").write_text("# another list\n")
    environment.ensure(str(place), str(requirements))
    assert os.stat(python, follow_symlinks=False).st_ctime_ns != made


def test_what_pip_refuses_is_not_taken_as_made(tmp_path: Path, requirements: Path) -> None:
    place = tmp_path / "environment"
    requirements.write_text("./no-such-package\n")
    for _ in range(2):
        with pytest.raises(
            StartError, match=r"^pip could not install what is needed \(requirements=.*exit=1\)"
        ):
            environment.ensure(str(place), str(requirements), announce=False)


def test_python_without_venv_names_the_package(tmp_path: Path, requirements: Path) -> None:
    program = (
        "import sys; sys.modules['ensurepip'] = None\n"
        "from sluice import environment\n"
        f"environment.ensure({str(tmp_path / 'e')!r}, {str(requirements)!r})\n"
    )
    variables = {**os.environ, "PYTHONPATH": str(Path(environment.__file__).parents[1])}
    done = subprocess.run([sys.executable, "-c", program], env=variables, capture_output=True, text=True)
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert done.stderr.rstrip().endswith(
        f"(python={sys.executable}, missing=venv); install the Debian package python{version}-venv, "
        "or set SLUICE_PYTHON to another python"
    )


def test_a_place_that_cannot_be_had(tmp_path: Path, requirements: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(
        StartError, match=r"^no place for a virtual environment \(path=.*reason=.*SLUICE_PYTHON"
    ):
        environment.ensure(str(tmp_path / "file" / "e"), str(requirements), announce=False)
