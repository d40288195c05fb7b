# Two commands do everything: `make report` and `make test`. See README.md.

PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
NEEDS := import sys; v = sys.version_info; sys.exit(0 if v >= (3, 11) else \
	"barometer needs Python 3.11 or newer, and $(PYTHON) is %d.%d: try  make PYTHON=python3.12 report" % v[:2])

.PHONY: report bless test engines check lab wheelhouse constraints synthesize oracle benchmark clean help

help:
	@echo "make report      install, run the main job, say where the report is"
	@echo "make bless       approve the numbers as they are now, when make report says that they moved"
	@echo "make test        install, run the tests"
	@echo "make engines     install DuckDB, Polars, Ibis, Dask and Spark (500 MB; Spark needs Java 17), run their tests"
	@echo "make check       format, lint, strict types, import contract"
	@echo "make lab         JupyterLab on the notebooks"
	@echo "make wheelhouse  a folder to install from without a network (docs/how-to/closed-machine.md)"
	@echo "make synthesize  make the synthetic waves in data/raw/ again"
	@echo "make oracle      ask R's survey package again for tests/oracle/ (needs R)"
	@echo "make benchmark   the numbers of speed and accuracy in docs/methods and docs/how-to/formats.md"
	@echo "make constraints resolve constraints.txt anew (needs uv)"

# Everything is pinned by constraints.txt; the build tools too, so nothing is fetched once the stamp is there.
$(READY): pyproject.toml constraints.txt
	@$(PYTHON) -c '$(NEEDS)'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt hatchling editables
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[all]'
	@touch $(READY)

report: $(READY)
	$(BIN)/barometer ingest
	$(BIN)/barometer report --check

bless: $(READY)
	$(BIN)/barometer report --bless

test: $(READY)
	$(BIN)/python -m pytest

engines: $(READY)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation -e '.[all,every-engine]'
	$(BIN)/python -m pytest tests/survey/engines

check: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lab: $(READY)
	$(BIN)/jupyter lab notebooks

wheelhouse: $(READY)
	$(BIN)/python -m pip wheel --quiet --disable-pip-version-check -c constraints.txt --no-build-isolation --wheel-dir wheelhouse '.[notebooks,spss,excel]'
	cp constraints.txt wheelhouse/
	@echo "wheelhouse/ is ready; docs/how-to/closed-machine.md says how to install from it."

synthesize: $(READY)
	for wave in 1 2 3 4; do $(BIN)/barometer synthesize --wave $$wave || exit 1; done

oracle: $(READY)
	Rscript tests/oracle/make_oracle.R

benchmark: $(READY)
	$(BIN)/python benchmarks/speed.py
	$(BIN)/python benchmarks/reading.py
	$(BIN)/python benchmarks/kernel.py
	$(BIN)/python benchmarks/comparisons.py
	$(BIN)/python benchmarks/false_findings.py
	$(BIN)/python benchmarks/composites.py
	$(BIN)/python benchmarks/regression.py
	$(BIN)/python benchmarks/calibration.py
	$(BIN)/python benchmarks/coverage.py
	$(BIN)/python benchmarks/trends.py
	$(BIN)/python benchmarks/overlap.py
	$(BIN)/python benchmarks/association.py
	$(BIN)/python benchmarks/nonresponse.py
	$(BIN)/python benchmarks/protecting.py
	$(BIN)/python benchmarks/innovationstest.py
	$(BIN)/python benchmarks/report.py

constraints:
	uv pip compile pyproject.toml --extra all --extra every-engine --universal --python-version 3.11 --no-annotate --no-header --upgrade --quiet -o constraints.txt

clean:
	rm -rf .venv reports .reports-cache wheelhouse dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
