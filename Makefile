# The commands of the house. `make` alone prints them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MANAGE := $(BIN)/python manage.py
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help setup setup-tests run serve upgrade test e2e bench bench-anki lint lint-types lint-rest lock messages bench-load bench-growth bench-migrations bench-drill bench-long bench-all

help:  ## print these lines
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z0-9-]+):.*## /\1	/' | expand -t 10

setup: $(VENV)/.runtime  ## create .venv, install what PactCards needs to run, compile the translations
	$(BIN)/python -m pactcards.catalogues
	mkdir -p -m 700 .data

run: setup  ## from nothing to a running app with Pact decks, a demo teacher and a demo student
	DEBUG=on $(MANAGE) migrate --verbosity 0
	DEBUG=on $(MANAGE) load_content
	DEBUG=on $(MANAGE) load_demo
	DEBUG=on $(MANAGE) runserver $(PORT)

serve: setup  ## the production server of one machine, with the settings of .data/pactcards.env
	pactcards/deploy/prepare
	pactcards/deploy/serve

upgrade: ## a newer version on this machine: backup, install, migrate, restart; TO=tag or branch, and a way back
	pactcards/deploy/upgrade $(TO)

test: setup-tests lint  ## lint, types and tests on SQLite (and PostgreSQL where there is one)
	@tests/run

e2e: setup-tests  ## only the browser tests
	$(BIN)/pytest tests/e2e

bench: setup-tests  ## measure: server time of an answer, of the large pages and of an import, SQL statements, page bytes; what an exam plan is worth
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.stats
	$(BIN)/python -m tests.bench.cards
	$(BIN)/python -m tests.bench.imports
	$(BIN)/python -m tests.bench.school_class
	$(BIN)/python -m tests.bench.exam_plan
	$(BIN)/python -m tests.bench.replan

bench-all: bench bench-long bench-load bench-growth bench-migrations bench-drill bench-anki  ## all that follows and `bench`, one after another; takes hours

bench-long: setup-tests  ## the tests that draw lots and the race, each many times as long (with DATABASE_URL on PostgreSQL)
	LONG=1 $(BIN)/pytest tests/test_review_machine.py tests/test_race.py tests/test_any_plan.py tests/test_sm2.py tests/test_odd_input.py --durations=10

bench-load: setup-tests  ## measure the production server: load, chaos (PostgreSQL too), three machines
	$(BIN)/python -m tests.bench.load
	$(BIN)/python -m tests.bench.load --postgresql
	$(BIN)/python -m tests.bench.chaos
	$(BIN)/python -m tests.bench.machines

bench-growth: setup-tests  ## does a page take longer with 1,000 students (2 million answers) than with 100, on both databases
	$(BIN)/python -m tests.bench.growth
	$(BIN)/python -m tests.bench.growth --postgresql

bench-migrations: setup-tests  ## a database of each earlier commit that changed migrations still migrates
	EVERY_COMMIT=1 $(BIN)/pytest tests/test_migrations.py

bench-drill: setup-tests  ## the restore drill with 300 students and 200,000 answers (with DATABASE_URL on PostgreSQL)
	REQUIRE_ALL=1 LARGE_SCHOOL=1 $(BIN)/pytest tests/test_drill.py --durations=5

bench-anki: setup-tests $(VENV)-anki/.done  ## each starter deck to Anki itself and back
	$(BIN)/python -m tests.bench.anki_round_trip

lint: setup-tests  ## style, types, templates, migrations, licences and known faults of packages
	DEBUG=on $(MANAGE) check --fail-level WARNING
	@$(MAKE) --no-print-directory --jobs 2 --keep-going lint-types lint-rest

lint-types:
	DEBUG=on $(BIN)/mypy

lint-rest:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	DEBUG=on $(MANAGE) makemigrations --check --dry-run
	DEBUG=on $(MANAGE) check_content
	tests/audit

lock:  ## pin anew what the three requirements.in ask for (needs uv)
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 pactcards/requirements.in -o requirements.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 tests/requirements.in -o tests/requirements.txt
	uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header --no-annotate --python-version 3.11 tests/bench/requirements.in -o tests/bench/requirements.txt

messages: setup  ## put new texts into the translations, to be translated there (needs gettext)
	DEBUG=on $(MANAGE) makemessages --all

setup-tests: $(VENV)/.tests setup

$(VENV)/.runtime: requirements.txt
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

$(VENV)/.tests: tests/requirements.txt $(VENV)/.runtime
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r tests/requirements.txt
	touch $@

$(VENV)-anki/.done: tests/bench/requirements.txt
	test -x $(VENV)-anki/bin/python || $(PYTHON) -m venv $(VENV)-anki
	$(VENV)-anki/bin/python -m pip install --quiet --disable-pip-version-check -r tests/bench/requirements.txt
	touch $@
