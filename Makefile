# make lab | demo | test | check | build. Each makes .venv by itself when it is not there yet.
.DEFAULT_GOAL := help
.PHONY: help lab demo test check format build clean
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:

BIN := $(CURDIR)/.venv/bin
STAMP := .venv/.installed
# two more than there are processors: tests wait for servers, browsers and notebooks' kernels
WORKERS = $(shell python3 -c 'import os; print((os.cpu_count() or 1) + 2)')
# what one process compiles the next one finds, also where the machine says otherwise
export PYTHONDONTWRITEBYTECODE :=
# nbgrader starts alembic by its bare name
export PATH := $(BIN):$(PATH)

help:
	@echo 'make lab     JupyterLab with lectures, assignments and formgrader'
	@echo 'make demo    a class of submissions is made, graded and reported'
	@echo 'make test    everything proven'
	@echo 'make check   ruff, mypy --strict, format, notebooks as their sources give them'
	@echo 'make build   the notebooks, and the wheels of both editions in dist/'
	@echo 'make format  what ruff can mend'

$(STAMP): pyproject.toml constraints.txt .ci/venv
	@bash .ci/venv
	@touch $@

lab: $(STAMP)
	@kernelbook lab

demo: $(STAMP)
	@kernelbook demo

test: $(STAMP)
	pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder --nbval tests notebooks course/source

check: $(STAMP)
	ruff check
	ruff format --check
	mypy
	kernelbook build --check

format: $(STAMP)
	ruff format
	ruff check --fix

build: $(STAMP)
	kernelbook build
	kernelbook release --wheels dist

clean:
	rm -rf .venv build dist demo-class student .mypy_cache .pytest_cache .ruff_cache .hypothesis
