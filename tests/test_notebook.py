"""The notebook runs from top to bottom, as its reader would run it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

NOTEBOOK = Path(__file__).parents[1] / "docs/notebook.ipynb"


def cells() -> list[str]:
    told = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    return ["".join(cell["source"]) for cell in told["cells"] if cell["cell_type"] == "code"]


def test_it_is_committed_without_what_a_run_left() -> None:
    told = json.loads(NOTEBOOK.read_text(encoding="utf-8"))
    code = [cell for cell in told["cells"] if cell["cell_type"] == "code"]
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in code)


@pytest.mark.timeout(600)
def test_every_cell_runs_after_those_before_it(tmp_path: Path) -> None:
    pytest.importorskip("tensorflow")
    script = tmp_path / "notebook.py"
    script.write_text("\n\n".join(cells()).replace("minutes=0.5", "minutes=0.05"), encoding="utf-8")
    done = subprocess.run([sys.executable, script], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
