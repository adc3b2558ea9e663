# Thin front of `python3 -m devkit`; see `make help`.
# Another interpreter: make demo PYTHON=python3.12
PYTHON ?= python3
VERBS = demo test day lint bench soak shell stop clean doctor prepare help

.DEFAULT_GOAL = help
.PHONY: $(VERBS)

$(VERBS):
	@$(PYTHON) -m devkit $@
