# Tiyin: make run, make test. Everything a fresh machine lacks is installed by `make setup`, and only that.

SWIFT ?= swift
CONFIGURATION = release
PROGRAM = .build/$(CONFIGURATION)/tiyin

.PHONY: run test prove screenshots bench format format-check docs setup setup-tests build clean help

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

run: setup build ## build and start the sandbox: throwaway keys, a scratch database, what to try next
	$(PROGRAM) sandbox

build: setup
	$(SWIFT) build -c $(CONFIGURATION) --product tiyin

test: setup-tests format-check ## every test; says how many ran
	$(SWIFT) build --build-tests
	bash Tests/run.sh

prove: setup-tests build ## the long ones: 200 rounds of SIGKILL under load, long fuzzing, 1,000 open pages
	$(SWIFT) build --build-tests
	TIYIN_PROVE=1 TIYIN_FUZZ_ROUNDS=1000000 bash Tests/run.sh
	$(SWIFT) build -c $(CONFIGURATION) --product tiyin-bench
	.build/$(CONFIGURATION)/tiyin-bench pages

screenshots: setup-tests ## pictures of the sandbox's page in .build/screenshots; the README's goes to docs/sandbox.png
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --filter 'SandboxBrowserTests\..*Gallery'
	mkdir -p docs
	cp .build/screenshots/sandbox.png docs/sandbox.png

bench: setup build ## the server against a bare echo, in one run; figures in .build/bench.json
	$(SWIFT) build -c $(CONFIGURATION) --product tiyin-bench
	.build/$(CONFIGURATION)/tiyin-bench run

SOURCES = Package.swift Sources Tests Examples Benchmarks spec

format: ## rewrite the sources with swift format
	$(SWIFT) format --configuration .swift-format --recursive --in-place $(SOURCES)

format-check:
	$(SWIFT) format lint --strict --configuration .swift-format --recursive $(SOURCES)

docs: setup ## DocC pages of every library, in .build/docs
	bash Scripts/docs.sh

setup: ## install the system packages that are missing, and say which
	@bash Scripts/setup.sh

setup-tests: ## the same, and the browser that the tests drive
	@bash Scripts/setup.sh tests

clean:
	rm -rf .build
