# SPDX-FileCopyrightText: 2026 Jobcenter portal contributors
# SPDX-License-Identifier: EUPL-1.2
#
# Needs Python 3.11 or newer with venv, and make; everything else is fetched into .venv, node_modules and .data.

SHELL = /bin/sh
.DEFAULT_GOAL = help
PYTHON ?= python3
ARGS ?=

# Runs .venv's python after bringing its packages to a level; exec, so that Ctrl-C and kill reach the program itself.
setup = exec $(PYTHON) -I jobcenter_portal/embedded/bootstrap.py
bin = .venv/bin
manage = DJANGO_SETTINGS_MODULE=jobcenter_portal.settings.test $(bin)/python manage.py
packages = jobcenter_portal appointments notifications
# Not the form widgets: a line's end there would stand inside a text field.
templates = $(shell $(PYTHON) -c 'import glob; [print(f) for p in "$(packages)".split() for f in glob.glob(p + "/**/templates/**/*.html", recursive=True) if "/web/forms/" not in f]')
compile_group = $(bin)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--no-emit-find-links --python-version 3.11 --no-header --no-annotate $(ARGS)
compile = $(compile_group) pyproject.toml

.PHONY: help run test check format assets lock i18n openapi servers bench bench-availability bench-booking bench-rush bench-bots bench-delivery bench-pages chaos clean dev

help: ## this list
	@$(PYTHON) -c 'import re; [print(f"  make {name:20}{text}") for name, text in re.findall(r"(?m)^([a-z0-9-]+):.*?## (.+)$$", open("Makefile").read())]'

run: ## start the whole portal with demo data; Ctrl-C stops it (PORT=8000)
	@$(setup) local -m jobcenter_portal.embedded run

test: ## the whole suite with browser journeys; ARGS="tests/core -k holiday" gives pytest these instead
	@$(setup) dev -m jobcenter_portal.embedded test $(ARGS)

check: dev ## format, lint, imports, templates, types, migrations, translations, licences
	$(bin)/ruff format --check .
	$(bin)/ruff check .
	$(bin)/lint-imports
	$(bin)/djade --check --target-version 5.2 $(templates)
	$(bin)/djlint --lint --quiet $(packages)
	$(bin)/mypy $(packages) tests
	$(manage) makemigrations --check --dry-run
	$(manage) check_texts
	$(bin)/reuse lint --quiet

format: dev ## bring code and templates into the form that check wants
	$(bin)/ruff check --fix .
	$(bin)/ruff format .
	$(bin)/djade --target-version 5.2 $(templates)

assets: ## build the front end into build/static/
	@$(setup) local -m jobcenter_portal.embedded assets

servers: ## PostgreSQL and Valkey alone, for single tests by hand; prints their addresses
	@$(setup) local -m jobcenter_portal.embedded servers

bench: bench-availability bench-booking bench-rush bench-delivery bench-pages ## all benchmarks, one after the other

bench-availability: ## slot search against its floor, growth and a peer; the first run builds 12 million rows (SCALE=small)
	@$(setup) local -m bench.availability

bench-booking: ## 100,000 attempts of 64 clients on far too few times; nothing may be given twice (ATTEMPTS=, CLIENTS=)
	@$(setup) local -m bench.booking

bench-rush: ## seven o'clock: 500 people come for 8 emergency times within one second, over HTTP (PEOPLE=)
	@$(setup) local -m bench.rush

bench-bots: ## 10,000 attempts of bots to hoard times against 500 people who want one each, over HTTP (BOTS=, PEOPLE=)
	@$(setup) local -m bench.bots

bench-delivery: ## a backlog of mails in eight languages: one worker, the mail server's own limit, the usual design (MESSAGES=)
	@$(setup) local -m bench.delivery

bench-pages: ## weight, first view on slow 3G, axe and Lighthouse of the customers' pages in every language shown
	@$(setup) dev -m bench.pages

chaos: ## 1,000 times kill -9 among processes that deliver 50,000 messages; nothing lost, nothing twice unseen (MESSAGES=, KILLS=)
	@$(PYTHON) -I jobcenter_portal/embedded/bootstrap.py dev -m jobcenter_portal.embedded test tests/notifications/processes -m chaos -n 0
	@$(setup) dev -m bench.chaos

i18n: dev ## collect the texts of pages and code into the catalogues, and compile them
	$(manage) collect_texts
	$(manage) compile_texts

openapi: dev ## write docs/openapi.yaml, the description of the interface, from its code
	$(manage) spectacular --validate --fail-on-warn --file docs/openapi.yaml

lock: dev ## compile the four requirements files from pyproject.toml; ARGS=--upgrade takes newer versions
	$(compile) -o requirements.txt
	$(compile) --group local -c requirements.txt -o requirements-local.txt
	$(compile) --group local --group dev -c requirements-local.txt -o requirements-dev.txt
	$(compile_group) --group pyproject.toml:bench -o requirements-bench.txt

clean: ## remove what was built; the demo's data stay (they are in .data/)
	rm -rf .venv .venv-bench node_modules build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache

dev:
	@$(setup) dev
