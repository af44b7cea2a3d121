# portraitd: `make run` and `make test` set everything up on Debian 12 with the Swift toolchain.

# Where the instance of `make run` listens, and the folder that holds all of it.
PORT ?= 8080
STATE ?= .local

build = .build/release/portraitd
export PORT STATE USER SCOPE NAME

.PHONY: run test lint bench bench-imaging token key build clean

run: build
	@exec scripts/run $(build)

build:
	@scripts/install-dependencies build run >&2
	swift build -c release --product portraitd >&2

test:
	@scripts/install-dependencies build run test
	swift build --product portraitd
	swift test

lint:
	swift format lint --strict --recursive Sources Tests Package.swift

# make token USER=alice [SCOPE="profile:read profile:write"]
token: build
	@. scripts/instance-environment && $(build) token --user "$$USER" --scope "$${SCOPE:-profile:read profile:write}"

# make key SCOPE=admin [NAME="the backend"]
key: build
	@. scripts/instance-environment && $(build) key create --scope "$$SCOPE" --name "$$NAME"

bench: build bench-imaging
	Benchmarks/run $(build)

# The pictures alone: no service, no nginx.
bench-imaging:
	@scripts/install-dependencies build >&2
	@Benchmarks/install
	swift build -c release --product imaging-contender >&2
	Benchmarks/run-imaging .build/release/imaging-contender

clean:
	rm -rf .build
