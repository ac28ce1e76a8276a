# The portal's commands. `make` alone lists them.
PYTHON ?= python3
PORT ?= 8000
ARGS ?=
export PYTHON PORT ARGS MAILS KILLS SEED SCENARIO DATABASE

python := .venv/bin/python

.PHONY: help setup setup-test run test test-full lint format bench chaos

help:
	@echo "make run        install what is missing and start the portal on http://localhost:$(PORT)"
	@echo "                PORT=8001 another port, DEMO_PASSWORD=... the demo accounts' password"
	@echo "make setup      install only; NO_APT=1 never calls apt-get, PYTHON=python3.12 another Python"
	@echo "make test       everything CI runs, on SQLite and on PostgreSQL with Redis; ARGS=... goes to pytest"
	@echo "make test-full  the same with the full figures"
	@echo "make lint       format, style, types, migrations, production settings"
	@echo "make format     bring code and templates into shape"
	@echo "make bench      how quick the pages are, against their limits"
	@echo "make chaos      that no mail is lost or doubled while senders are killed and servers fail;"
	@echo "                MAILS=5000, KILLS=80, SEED=..., DATABASE=sqlite|postgresql, SCENARIO=kills ..."

setup:
	@sh ops/setup.sh run

setup-test:
	@sh ops/setup.sh test

run: setup
	@exec $(python) ops/run.py

test: setup-test
	@exec $(python) ops/test.py $(ARGS)

test-full: setup-test
	@FULL=1 exec $(python) ops/test.py $(ARGS)

lint: setup-test
	@exec sh ops/lint.sh

format: setup-test
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format --quiet .
	@find templates -name '*.html' -exec .venv/bin/djade --target-version 5.2 {} + || true

bench: setup-test
	@exec $(python) bench/run.py

chaos: setup-test
	@exec $(python) -m ops.chaos
