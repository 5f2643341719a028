# Suyuan traces produce from the orchard to the buyer. Everything made here lies in .venv/, build/ and var/.
#
# PORT_BASE=8600          first of the ports (see docs/operations.md); another copy takes another
# VAR=var                 folder for data and logs
# KAFKA_BOOTSTRAP=…       use this Kafka instead of starting one
# MONGO_URL=…             use this MongoDB instead of starting a store
# STORE=fast              the store that `make store-fast` built
# DEMO=no                 do not play the demo season
# PYTHON=…                a Python from 3.11 to 3.13, when the first one found is not the one you want
# T=tests/epcis           for `make test`: which tests

.DEFAULT_GOAL := help
.PHONY: help up down status logs clean setup proto baseline test check format bench bench-season faults store-fast

RUN := .venv/bin/python
T ?= tests
VAR ?= var
export PORT_BASE VAR KAFKA_BOOTSTRAP MONGO_URL DEMO STORE
export BUF_CACHE_DIR := $(CURDIR)/build/cache/buf
export HYPOTHESIS_STORAGE_DIRECTORY := $(CURDIR)/build/cache/hypothesis

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

up: setup ## start everything, play one season of the pear story, say what to open
	@$(RUN) -m deploy.local.up

down: ## stop everything that `make up` started
	@test ! -x $(RUN) || $(RUN) -m deploy.local.down

status: ## what runs, and whether it is ready
	@test -x $(RUN) && $(RUN) -m deploy.local.status || { test -x $(RUN) || echo "nothing is installed: make up"; exit 1; }

logs: ## follow the logs of every process (L=portal for one)
	@test -x $(RUN) || { echo "nothing is installed: make up"; exit 1; }
	@$(RUN) -m deploy.local.logs $(L)

clean: down ## stop, and delete all data in $(VAR)
	@test ! -e "$$VAR/supervisord.conf" || rm -rf "$$VAR" # a folder that make up did not make is left alone

setup: # .venv with the pinned packages, and the generated code
	@python=$$(deploy/local/find_python.sh) && "$$python" -m deploy.local.install
	@$(RUN) -m deploy.local.generate

proto: setup ## generate the protobuf code into build/generated
	@echo "build/generated is that of proto/"

baseline: setup # after a release: what `buf breaking` compares with
	@.venv/bin/buf build proto -o proto/baseline.binpb

test: setup ## every test, on a real Kafka and a real store started once (T=tests/epcis for some)
	@$(RUN) -m pytest $(T)

check: setup ## style, types, import rules, protobuf rules: what CI runs before the tests
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy .
	.venv/bin/lint-imports --no-logo --cache-dir build/cache/imports
	.venv/bin/buf lint proto
	.venv/bin/buf breaking proto --against proto/baseline.binpb

format: setup # let ruff rewrite what it can
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: setup ## the benchmark, as a table and as JSON in build/bench (its season has 2,000 lots)
	@$(RUN) -m bench

bench-season: setup ## a season of LOTS=1000000 through the log, and look-ups in it (STORE=rust or python; can be stopped)
	@$(RUN) -m bench --season $(or $(LOTS),1000000) --store $(or $(STORE),all)

faults: setup ## kill processes with -9 for many rounds (ROUNDS=300)
	@ROUNDS=$(or $(ROUNDS),300) $(RUN) -m pytest tests/faults -m faults --timeout=0

store-fast: setup ## build the Rust store for benchmarks (needs cargo, cmake and swig; 6 minutes)
	@$(RUN) -m deploy.local.store_fast
