# Photophore: `make help` lists what there is.
#
# Everything Python lives in .venv. System packages are installed where root or password-less sudo is at
# hand; otherwise the exact line is printed and the rest goes on as far as it can.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
# Two installations in one folder: the program, and beside it what the tests compare with.
STAMP  := $(VENV)/.installed
TESTED := $(VENV)/.installed-test
SHOW   ?=
# Somebody who came in, looked, rested and left: without anybody near, black water stays black.
VISIT  := presets/shows/eco-symbiotic-collective/visit.jsonl
ARGS   ?=
# Tests run in so many processes, one of which mostly waits; WORKERS=0 runs them in one, as a debugger needs it.
# A process that crashes ends the run: pytest-xdist waits for ever for the tests that it leaves behind.
WORKERS ?= $(shell n=$$(nproc 2>/dev/null || echo 2); echo $$((n < 3 ? n + 1 : 4)))

# What pictures, sound and MIDI need, and what the tests compare with.
RUN_PACKAGES  := python3-venv libegl1 libgl1 libgl1-mesa-dri libasound2 libportaudio2 libasound2-plugins
TEST_PACKAGES := chromium ola tshark liblo-tools jackd2 xvfb xdotool ffmpeg iproute2 util-linux \
                 libglib2.0-0 libsm6 libxext6 pulseaudio pulseaudio-utils puredata-core
APT_RUN  := build/.packages-run
APT_TEST := build/.packages-test

.DEFAULT_GOAL := help
.PHONY: help setup preview perform site demo test check format docs golden attack soak bench doctor clean

help: ## Show this list
	@awk 'BEGIN {FS = ":.*## "} /^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: $(STAMP) ## Install everything that preview needs (preview and test do it by themselves)

preview: $(STAMP) ## Play the show in a window (SHOW=folder, ARGS="--size 1920x1080 ...")
	@$(BIN)/photophore preview $(SHOW) $(ARGS)

perform: $(STAMP) ## Play full screen, by hand
	@$(BIN)/photophore perform $(SHOW) $(ARGS)

site: $(STAMP) ## Start a site of four hubs on this machine, with cables to cut (as root each is on its own)
	@$(BIN)/python -m installation.cli.site.stand $(ARGS)

demo: $(STAMP) ## Write out/demo.mp4 (20 s) and out/demo.png (contact sheet)
	@mkdir -p out
	@$(BIN)/photophore render $(or $(SHOW),--replay $(VISIT)) --out out/demo.mp4 --sheet out/demo.png --seconds 20 $(ARGS)
	@echo "out/demo.mp4 and out/demo.png are written"

test: $(TESTED) | $(APT_TEST) ## Run all tests (ARGS="-k guard" for some, WORKERS=0 for one process)
	@$(BIN)/python -m pytest -n $(WORKERS) --max-worker-restart 0 $(ARGS) || \
	    { [ $$? -eq 1 ] && $(BIN)/python -m tests.again; }

attack: $(TESTED) ## Throw a million packets and ten thousand mutated files at every reader (20 min)
	@PHOTOPHORE_ATTACK=100 $(BIN)/python -m pytest -q -n 0 tests/end_to_end/test_attack.py
	@PHOTOPHORE_ATTACK=10 $(BIN)/python -m pytest -q -n $(WORKERS) --timeout=2400 tests/test_readers.py \
	    tests/installation/panel/test_bounds.py tests/installation/osc tests/hardware/osc

soak: $(TESTED) ## Play whole cycles with pictures in four rooms, 24 h of sound; out/soak*.json tell (three hours)
	@PHOTOPHORE_SOAK=out/soak.json $(BIN)/python -m pytest -q -n 0 --timeout=14400 tests/test_soak_cycles.py \
	    tests/installation/sound/desk/test_long.py tests/installation/sound/voice/test_long.py
	@cat out/soak.json out/soak-voice.json

check: $(TESTED) ## Check format, lint and types
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy --strict

format: $(TESTED) ## Put the code into its format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

docs: $(STAMP) ## Write the tables of docs/*.md again, from the code
	@$(BIN)/python -m docs.build.reference

golden: $(TESTED) ## Draw the golden images of the tests again
	@PHOTOPHORE_GOLDEN=write $(BIN)/python -m pytest -q -m gl -k golden

bench: $(TESTED) ## Measure, as ratios against named peers (ARGS="osc lamps" for some)
	@$(BIN)/photophore bench $(ARGS)

doctor: $(STAMP) ## Look at this machine and say what to do
	@$(BIN)/photophore doctor $(ARGS)

clean: ## Remove everything that make has made
	rm -rf $(VENV) out build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis

# ---- How set-up works -------------------------------------------------------------------------------------

# A stamp is as old as the last installation; a changed pyproject.toml makes it stale.
$(STAMP): pyproject.toml | $(APT_RUN)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	    { echo "Photophore needs Python 3.11 or newer; name one: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	@if [ ! -x $(BIN)/python ] || ! $(BIN)/python -m pip --version >/dev/null 2>&1; then \
	    echo "making $(VENV)" >&2; \
	    $(PYTHON) -m venv --clear $(VENV) || { rm -rf $(VENV); \
	        echo "no virtual environment can be made; run: sudo apt-get install -y python3-venv" >&2; exit 1; }; fi
	@$(call pip,-e '.[sound]',the program)
	@echo "the program is $(BIN)/photophore; to call it photophore in a terminal: . $(BIN)/activate" >&2

$(TESTED): pyproject.toml | $(STAMP)
	@$(call pip,-e '.[test]',what the tests need)

# $(call pip,WHAT,WORDS): install it and leave the stamp, or say what went wrong.
define pip
echo "installing Python packages: $(2) (a minute or two the first time)" >&2; \
$(BIN)/python -m pip install --disable-pip-version-check --progress-bar on $(1) >$@.log 2>&1 || \
    { tail -20 $@.log >&2; echo "installation failed; all of it is in $@.log" >&2; exit 1; }; \
touch $@
endef

# Never fails: a missing package is named each time, and what needs it will say so again.
$(APT_RUN):
	@$(call install,$(RUN_PACKAGES))

$(APT_TEST):
	@$(call install,$(TEST_PACKAGES))

# $(call install,PACKAGES): install what is missing and leave a stamp, or print how to. Debian 13 renamed
# some libraries to NAMEt64, and what is printed has to be what works there.
define install
mkdir -p $(@D); \
command -v dpkg-query >/dev/null 2>&1 || { \
    echo "this is not Debian: you may need the like of $(1)" >&2; touch $@; exit 0; }; \
missing() { \
    for package in $(1); do \
        dpkg-query -W -f '$${Status}\n' "$$package" "$${package}t64" 2>/dev/null \
            | grep -q 'ok installed' || printf ' %s' "$$package"; done; }; \
named() { \
    for package in $$wanted; do \
        for name in "$$package" "$${package}t64"; do \
            apt-cache policy "$$name" 2>/dev/null | grep -q 'Candidate: [0-9]' \
                && { printf ' %s' "$$name"; continue 2; }; done; \
        printf ' %s' "$$package"; done; }; \
wanted="$$(missing)"; \
if [ -n "$$wanted" ]; then \
    if [ "$$(id -u)" = 0 ]; then root=""; \
    elif sudo -n true 2>/dev/null; then root="sudo -n"; \
    else echo "please run: sudo apt-get install -y$$(named)" >&2; exit 0; fi; \
    echo "installing system packages:$$wanted" >&2; \
    $$root apt-get update -qq >&2; \
    $$root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq -y --no-install-recommends $$(named) >/dev/null || \
    for one in $$(named); do $$root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -qq -y --no-install-recommends "$$one" >/dev/null || true; done; \
    wanted="$$(missing)"; \
    [ -z "$$wanted" ] || { echo "please run: sudo apt-get install -y$$(named)" >&2; exit 0; }; \
fi; \
touch $@
endef
