# The front door. `make run` and `make test` set up everything they need on a fresh Debian 12 machine.
.PHONY: help setup build run

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 20

setup: ## compiler, sysroot and JavaScript packages, whatever is missing
	@tools/setup

build: setup ## build/vireo (and build/node, a link to it)
	@[ -e build/build.ninja ] || cmake --preset release >.setup.log 2>&1 || { cat .setup.log; exit 1; }
	@ninja -C build $(NINJAFLAGS)
