# Two commands do everything: `make crawl` and `make test`.
PYTHON ?= python3
BIN = .venv/bin

.PHONY: crawl test coverage fuzz test-hostile test-faults test-farm test-wild test-clients lint lock audit bench demo serve clean

crawl: .venv/installed        ## Crawl the sample newsroom, or real portals: make crawl PORTALS="sherg.az report.az"
	$(if $(PORTALS),$(BIN)/icma crawl $(PORTALS),$(BIN)/icma demo)

test: .venv/installed         ## Run the test suite
	$(BIN)/$(if $(COVERAGE),python tests/coverage_floors.py,pytest) -q -n 2 --dist loadfile

coverage:                     ## The same, with the branches of each layer that it reaches; fails below a layer's floor
	$(MAKE) test COVERAGE=1

test-farm: .venv/installed    ## The crawls after the first, on the load harness (ICMA_SHARED); installs nginx
	command -v nginx >/dev/null || (apt-get update -qq && apt-get install -y -qq nginx-light)
	$(BIN)/pytest -q -m farm

test-wild: .venv/installed    ## Small portals built as others build them, crawled for real
	$(BIN)/pytest -q -n 2 --dist loadfile -m wild tests/wild

CLIENTS = newsboat hugo chromium wordpress mariadb-server php-cli php-mysql php-xml php-mbstring

test-clients: .venv/installed .venv-clients/installed ## What downstream programs make of our dumps; installs newsboat, Hugo, WordPress …
	dpkg -s $(CLIENTS) >/dev/null 2>&1 || ! command -v apt-get >/dev/null || \
	  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(CLIENTS) >/dev/null)
	$(BIN)/pytest -q -n 2 --dist loadfile -m clients

test-hostile: .venv/installed  ## Hostile portals, hazard by hazard, as a table (about ten minutes)
	$(BIN)/pytest -q -m "hostile or not hostile" tests/hostile tests/crawl/fetch/test_robots_replay.py --hazard-table

test-faults: .venv/installed   ## Kills, full disks, crowds, torn files, hazard by hazard, as a table (about fifteen minutes)
	-command -v strace >/dev/null || (apt-get update -qq && apt-get install -y -qq strace)
	$(BIN)/pytest -q -m faults tests/faults --hazard-table

fuzz: .venv/installed          ## A nightly search for inputs that break a reader, bounded in runs and time; installs atheris
	$(BIN)/python -m pip install --quiet 'atheris>=3'
	mkdir -p build/fuzz
	cd build/fuzz && ../../$(BIN)/python ../../tests/fuzz/fuzz_readers.py corpus -runs=200000 -max_total_time=1800 -max_len=30000 -timeout=20 -rss_limit_mb=2048

lint: .venv/installed         ## Style, types, layers
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

lock: .venv/installed         ## Pin what the container installs, with hashes
	$(BIN)/python -m pip install --quiet uv
	echo "setuptools>=77" | $(BIN)/uv pip compile --quiet --upgrade --generate-hashes --no-header --no-annotate \
	  --python-version 3.11 --python-platform linux pyproject.toml - -o deploy/requirements.txt

audit: .venv/installed        ## Known holes in what the container installs (asks a vulnerability service)
	$(BIN)/python -m pip install --quiet pip-audit
	$(BIN)/pip-audit --strict --require-hashes --disable-pip -r deploy/requirements.txt

bench: .venv/installed        ## What an archived article costs (needs nginx and the load harness, ICMA_SHARED)
	$(BIN)/python benchmarks/crawl_cost.py

demo: crawl

serve: .venv/installed        ## Open the sample newsroom for a look in the browser
	$(BIN)/icma demo --serve

clean:
	rm -rf .venv .venv-clients build dist *.egg-info

.venv-clients/installed: tests/clients/requirements.txt
	$(PYTHON) -m venv .venv-clients
	.venv-clients/bin/python -m pip install --quiet --requirement tests/clients/requirements.txt
	@touch $@

.venv/installed: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	PYTHONWARNINGS=ignore $(BIN)/python -m pip install --quiet --editable '.[dev]'
	@touch $@
