# The whole project by one word each. Nothing is written outside .uball/, .venv/ and *.egg-info.
PYTHON ?= python3
PORT ?= 3000
BENCH ?= default
BIN := .venv/bin
SERVE_PORT = $(if $(filter file,$(origin PORT)),,--port $(PORT))
INSTALLED := .venv/.installed

.PHONY: help venv demo demo-ui dev app serve test test-daemon test-automation test-services test-scale test-browser image bench-api bench-clips bench-forecasts bench-gates bench-growth bench-migrate bench-predict bench-recovery bench-replay bench-scale bench-interleavings bench-whole-games cloud-here clean

help:
	@echo "make demo         film a small league, run the whole loop on it, show what the models learned"
	@echo "make demo-ui      the Dagster UI on the demo's league: http://127.0.0.1:$(PORT) (another port: PORT=3001)"
	@echo "make dev          the same on your own league, in .uball or the folder that UBALL_HOME names"
	@echo "make app          the league's pages and HTTP API, on the demo: http://127.0.0.1:8000 (another port: PORT=8001)"
	@echo "make serve        the same on your own league"
	@echo "make test         tests, style and types; some ten minutes"
	@echo "make test-daemon  the loop under Dagster's real daemon and webserver; twelve minutes more"
	@echo "make test-automation  the league left alone while twenty processes are killed, and nothing is lost; ten minutes"
	@echo "make test-services S3, GCS, Supabase and Vertex AI on servers of this machine; ten minutes (installs them)"
	@echo "make test-scale   Postgres, Ray on three nodes, images, charts and disasters, on this machine alone (installs them)"
	@echo "make image        the platform as a container image, from the commit at hand (needs buildah; the base and packages)"
	@echo "make test-browser clips in headless Chromium and OpenCV (needs Chromium; installs the browser extra)"
	@echo "make bench-api    the pages' server under readers, writers, reviewers and event streams at once; a minute"
	@echo "make bench-clips  the clip engine beside what one can pick today; 15 minutes (BENCH=full: 4 h videos, 40 GB read)"
	@echo "make bench-forecasts how much of what can be foreseen the forecasts take, on 20 generated leagues; ten minutes"
	@echo "make bench-gates  how often the gate, the shadow and the drift alarm are right, simulated; five minutes"
	@echo "make bench-growth what a league costs at 100, 1,000 and 10,000 games; half an hour"
	@echo "make bench-whole-games which moments of a game without plays are asked about, and what comes of it; ten minutes"
	@echo "make bench-interleavings  every order of arrivals, edits, trainings and failures on the rules; some minutes"
	@echo "make cloud-here   those four servers to try the cloud by hand, and the settings that lead to them"
	@echo "make bench-predict forecasts asked for over HTTP: how many a second, how long each takes; half a minute"
	@echo "make bench-recovery  a backup, its proof and a restore of 100 and of 1,000 games; five minutes"
	@echo "make bench-replay what teaching only what is new costs in accuracy, on the demo's league; some minutes"
	@echo "make bench-scale  a season on one machine and on 1, 2 and 3 Ray workers; ten minutes (installs Ray)"
	@echo "make bench-migrate S3 to GCS beside rclone (installs it); two minutes"
	@echo "make venv         install into .venv; every target does so by itself when it is needed"
	@echo "make clean        remove .venv and the tools' caches; videos, plays and models in .uball stay"
	@echo
	@echo "then: $(BIN)/uball --help"

venv: $(INSTALLED)

$(INSTALLED): pyproject.toml setup.cfg constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit(0 if (3, 11) <= sys.version_info < (3, 13) else "this needs Python 3.11 or 3.12, and $(PYTHON) is %d.%d: try  make venv PYTHON=python3.11" % sys.version_info[:2])'
	@echo "Installing into .venv (about a minute, once)"
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@touch $@

demo: venv
	@$(BIN)/uball demo

demo-ui: venv
	@$(BIN)/uball dev --demo --port $(PORT)

dev: venv
	@$(BIN)/uball dev --port $(PORT)

app: venv
	@$(BIN)/uball serve --demo $(SERVE_PORT)

serve: venv
	@$(BIN)/uball serve $(SERVE_PORT)

test: venv
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check -q
	@$(BIN)/mypy
	@$(BIN)/pytest -n 2 --dist loadfile

test-daemon: venv
	@$(BIN)/pytest -m daemon uball_assets_tests/daemon

test-automation: venv
	@$(BIN)/pytest -s -m automation uball_assets_tests/alone

test-services: venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev,services,rclone]'
	@$(BIN)/pytest -m services -n 2 --dist loadfile uball_assets_tests

test-scale: venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev,scale]'
	@$(BIN)/pytest -m scale uball_assets_tests

test-browser: venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev,browser]'
	@$(BIN)/pytest -m browser uball_assets_tests/browser

image:
	@mkdir -p .uball/cache
	@rm -rf .uball/cache/image
	@deploy/containers/build.sh HEAD .uball/cache/image

bench-api: venv
	@$(BIN)/python -m benchmarks.app_load

bench-clips: venv
	@$(BIN)/python -m benchmarks.clips --size $(BENCH)

bench-forecasts: venv
	@$(BIN)/python -m benchmarks.forecasts

bench-gates: venv
	@$(BIN)/python -m benchmarks.gates
	@$(BIN)/python -m benchmarks.forecast_gates

bench-growth: venv
	@$(BIN)/python -m benchmarks.growth

bench-whole-games: venv
	@$(BIN)/python -m benchmarks.whole_games

bench-interleavings: venv
	@$(BIN)/python -m benchmarks.interleavings

cloud-here: venv
	@echo "# installing the services' extra (a minute or two, once); then the servers start and their settings are printed" >&2
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev,services]' >&2
	@$(BIN)/python -m uball_assets_tests.cloud.here

bench-predict: venv
	@$(BIN)/python -m benchmarks.predict_load

bench-recovery: venv
	@$(BIN)/python -m benchmarks.recovery

bench-replay: venv
	@$(BIN)/python -m benchmarks.replay

bench-scale: venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev,scale]'
	@$(BIN)/python -m benchmarks.nodes

bench-migrate: venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev,services,rclone]'
	@$(BIN)/python -m benchmarks.migrate

clean:
	@rm -rf .venv .uball/cache *.egg-info
	@find uball_assets uball_assets_tests -name __pycache__ -type d -prune -exec rm -rf {} +
