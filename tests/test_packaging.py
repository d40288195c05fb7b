"""What goes into a package: the shipped synthetic waves and nothing else that lies beside them."""

import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def test_the_wheel_names_every_shipped_file_and_no_folder() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    included = settings["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    shipped = {f"data/raw/{path.name}" for path in (ROOT / "data" / "raw").glob("*_synthetic.*")}
    shipped |= {"CHANGELOG.md", "CITATION.cff"}  # which the report quotes
    assert set(included) == shipped
    assert all(target == f"barometer/shipped/{Path(source).name}" for source, target in included.items())


@pytest.mark.parametrize(
    ("name", "ignored"),
    [("wave3.csv", True), ("real.layout.toml", True), ("delivery/wave4.sav", True), ("wave3_synthetic.csv", False)],
)
def test_git_ignores_a_delivery_in_the_raw_folder(name: str, ignored: bool) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    command = ["git", "-C", str(ROOT), "check-ignore", "--quiet", "--no-index", f"data/raw/{name}"]
    assert (subprocess.run(command, check=False).returncode == 0) is ignored
