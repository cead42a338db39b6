# Everything a newcomer needs: `make run` and `make test`. The others are for those who build vaxpass.
PYTHON ?= python3
PORT ?= 8000
export PORT

.PHONY: run fresh test check lock bench docs vectors clean

run: ## set up what is missing and serve the whole platform on http://127.0.0.1:$(PORT)
	@$(PYTHON) scripts/environment.py run
	@.venv/bin/vaxpass up

fresh: ## forget the demo's data and keys, then begin anew
	@$(PYTHON) scripts/environment.py run
	@.venv/bin/vaxpass up --fresh

test: ## set up all that the tests need and run everything
	@$(PYTHON) scripts/environment.py test
	@.venv/bin/python scripts/test_needs.py
	@.venv/bin/python scripts/run_tests.py

check: ## lock files, format, lint, types, import laws, generated documents
	@$(PYTHON) scripts/environment.py test
	@.venv/bin/python scripts/check.py

bench: ## the budget of speed, as ratios in one run
	@$(PYTHON) scripts/environment.py test
	@.venv/bin/python -m bench

docs: ## write the generated documents again
	@$(PYTHON) scripts/environment.py test
	@.venv/bin/python scripts/generate_docs.py

lock: ## resolve the lock files anew (needs the network)
	@$(PYTHON) scripts/lock.py

clean: ## remove environments and the demo's state
	rm -rf .venv .venv-judge .state
