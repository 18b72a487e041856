# make setup | run | test | check | bench | soak | pictures. A machine needs Python 3.11 or newer and make; everything else is installed here.
PYTHON ?= python3
PORT ?= 8000
# Of Python's tests how many at a time, and which; all unless said otherwise.
JOBS ?= 2
TESTS ?=
export PATH := $(CURDIR)/.venv/bin:$(PATH)

SOURCES := $(shell find static/src static/img -type f 2>/dev/null) static/vite.config.ts static/tsconfig.json

COMPILED := $(patsubst %.po,%.mo,$(wildcard editor/locale/*/LC_MESSAGES/django.po))

.PHONY: setup run test test-python test-browser-side check bench soak pictures lock chromium amtool messages

setup: .venv/installed static/dist/.vite/pages.json $(COMPILED)

.venv/installed: requirements/dev.txt pyproject.toml
	@test -x .venv/bin/python || $(PYTHON) -m venv .venv
	@echo "Installing Python packages"
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

static/node_modules/installed: .venv/installed static/package-lock.json
	@echo "Installing front-end packages"
	@cd static && npm ci --silent --no-audit --no-fund
	@touch $@

static/dist/.vite/pages.json: static/node_modules/installed $(SOURCES)
	@echo "Building the front end"
	@cd static && npm run --silent build -- --logLevel warn
	@touch $@

%.mo: %.po .venv/installed
	@python -m catalogue compile

# After writing or changing what people read: bring the catalogues up to date, then translate what is empty there.
messages: setup
	@python -m catalogue update

run: setup
	@SANDBOX_URL=http://127.0.0.1:$$(($(PORT) + 1)) .venv/bin/python manage.py serve --port $(PORT)

test: test-browser-side test-python

test-browser-side: setup
	@cd static && npm test

test-python: setup chromium amtool
	@.venv/bin/python -m pytest -n $(JOBS) $(TESTS)

# The browser tests drive the system's Chromium.
chromium:
	@command -v chromium >/dev/null || test -n "$$CHROMIUM" \
	  || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	       && apt-get update -qq && apt-get install -y -qq chromium >/dev/null; } \
	  || { echo "No Chromium: install the package chromium, or set CHROMIUM to its path." >&2; exit 1; }

# The walk is compared with Alertmanager's routing.
amtool:
	@command -v amtool >/dev/null \
	  || { test "$$(id -u)" = 0 && command -v apt-get >/dev/null \
	       && apt-get update -qq && apt-get install -y -qq --no-install-recommends prometheus-alertmanager >/dev/null; } \
	  || { echo "No amtool: install the package prometheus-alertmanager." >&2; exit 1; }

check: setup
	ruff check .
	ruff format --check .
	mypy
	cd static && npm run --silent types && npm run --silent lint
	python manage.py makemigrations --check --dry-run
	GROUPFLOW_HTTPS=on SECRET_KEY=$$(python -c 'import secrets; print(secrets.token_urlsafe(64))') \
	  python -W error manage.py check --deploy --fail-level WARNING
	python manage.py spectacular --validate --fail-on-warn --file /dev/null

# Submissions and handled alarms under kills, in full: a thousand and three hundred, each with hundreds of kills.
soak: setup
	@SOAK=10 .venv/bin/python -m pytest -s tests/api_proxy/test_kill.py tests/api_proxy/test_handling_kill.py

# The pictures of the manual, into docs/pictures.
pictures: setup chromium
	@.venv/bin/python -m pytest -q tests/browser/pictures.py

bench: setup chromium
	@.venv/bin/python -m benchmarks

# Write the lock files anew: hashes and no addresses.
lock: .venv/installed
	uv pip compile --quiet --no-header --generate-hashes --no-emit-index-url --no-emit-find-links \
	  pyproject.toml -o requirements/run.txt
	uv pip compile --quiet --no-header --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --extra dev pyproject.toml -o requirements/dev.txt
	cd static && npm install --package-lock-only --silent
