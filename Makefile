# Two commands matter: `make run` and `make test`. Both set up what they need in .venv.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
APP_PORT ?= 8501
# Only this machine; 0.0.0.0 is every address, which wants APP_PASSWORD in .env.
APP_ADDRESS ?= localhost

.PHONY: run test check setup setup-dev format bench docs lock clean

run: setup
	$(BIN)/streamlit run streamlit_app.py --server.address $(APP_ADDRESS) --server.port $(APP_PORT)

# Apart, because the browser's driver keeps an event loop running in its process.
test: setup-dev
	$(BIN)/pytest -n auto --maxprocesses 4 --ignore=tests/browser
	$(BIN)/pytest tests/browser -n auto --dist worksteal --maxprocesses 3

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

setup: .venv/.ready
setup-dev: .venv/.ready-dev

.venv/.ready: requirements.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Gesso needs Python 3.11 or newer. Install it, or name it: make run PYTHON=/path/to/python3"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

format: setup-dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Every figure in docs/measurements.md; each benchmark can run alone, as its first lines say.
bench: setup-dev
	$(BIN)/python -m benchmarks

# The reference of all commands at the end of docs/cli.md.
docs: setup
	$(BIN)/python -m app.cli.reference

# After changing a version in pyproject.toml (needs uv).
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --no-header -o requirements.txt
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 -c requirements.txt --no-header -o requirements-dev.txt

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .import_linter_cache
