# The front door. `make run` and `make test` set up everything they need on a fresh Debian 12 machine.
APP ?= examples/server.js
ARGS ?=
PREFIX ?= /usr/local
NINJA = ninja $(NINJAFLAGS)

.PHONY: help setup build run test lint test-unit test-js test-differential test-surface test-packages test-asan fuzz bench install dist clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

setup: ## compiler, sysroot and JavaScript packages, whatever is missing
	@tools/setup

build: setup ## build/vireo (and build/node, a link to it)
	@[ -e build/build.ninja ] || cmake --preset release >.setup.log 2>&1 || { cat .setup.log; exit 1; }
	@$(NINJA) -C build --quiet

run: build ## serve examples/ (or APP=path ARGS=...) and print its URL
	@case "$(APP)" in examples/*) tools/npm-ci examples;; esac
	@build/vireo $(APP) $(ARGS)

test: lint test-unit test-js test-differential test-surface test-packages ## everything that CI runs

lint: build ## clang-format, clang-tidy, eslint, prettier
	@tools/lint

test-unit: build ## GoogleTest: binding layer, blob, parsers
	@$(NINJA) -C build --quiet unit_tests && build/unit_tests --gtest_brief=1

test-js: build ## test/<room>: node:test programs, run by Vireo's own test runner
	@build/vireo --test --test-reporter=dot --test-timeout=120000 'test/!(packages|differential|fuzz|unit|node_modules)/**/*.test.js'

test-differential: build ## programs whose output was recorded from official Node 24
	@node test/differential/run.mjs build/vireo

test-surface: build ## every export of Node 24: present or not, kind and arity
	@node test/surface/run.mjs build/vireo

test-packages: build ## software from npm, unchanged, driven from outside
	@tools/npm-ci test/packages
	@tools/test-servers
	@node --test test/packages/*.test.mjs

test-asan: setup ## unit, JavaScript and differential tests under AddressSanitizer, LeakSanitizer and UBSan
	@[ -e build-asan/build.ninja ] || cmake --preset asan >.setup.log 2>&1 || { cat .setup.log; exit 1; }
	@$(NINJA) -C build-asan --quiet vireo unit_tests
	@tools/test-asan

fuzz: setup ## FUZZ_SECONDS=600: each libFuzzer target of test/fuzz
	@[ -e build-fuzz/build.ninja ] || cmake --preset fuzz >.setup.log 2>&1 || { cat .setup.log; exit 1; }
	@$(NINJA) -C build-fuzz --quiet
	@tools/fuzz $${FUZZ_SECONDS:-600}

bench: build ## Vireo beside Node 24, Node 26, Bun and Deno: ratios, latencies, memory
	@tools/npm-ci bench
	@node bench/run.mjs

install: build ## into PREFIX (default /usr/local)
	@tools/install $(PREFIX)

dist: build ## dist/vireo-*.tar.gz, which runs from any folder of a bare Debian 12
	@tools/dist

clean: ## forget what was built (the sysroot stays)
	rm -rf build build-asan build-fuzz dist
