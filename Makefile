# portraitd: on Debian 12 with the Swift toolchain, `make run` and `make test` install all other dependencies.

# The port of the instance of `make run`, and the folder with all its data.
PORT ?= 8080
STATE ?= .local

# How many seconds `make fuzz` and `make fuzz-api` try inputs.
SECONDS ?= 600

# How many kills `make torture` makes, and how many minutes `make soak` runs.
ROUNDS ?= 200
MINUTES ?= 30

# The folder of the build that contains Swift's runtime and needs only Debian's libraries.
STATIC ?= .build/static

build = .build/release/portraitd
decoder = portraitd-decoder
sources = $(shell find Sources -type f) Package.swift
# The programs that the tests start.
debug = for product in portraitd $(decoder) broken-decoder; do swift build --product $$product || exit 1; done
export PORT STATE USER SCOPE NAME

.PHONY: run test torture soak sanitize lint settings-reference deb test-deb bench bench-imaging corpus fuzz fuzz-api token key build clean

run: $(build)
	@scripts/install-dependencies run >&2
	@exec scripts/run $(build)

build: $(build)

# make skips this if no source has changed: `swift build` would need six seconds to find that out.
$(build): $(sources)
	@[ -e $@ ] || echo "The first build takes about five minutes on two cores; the next ones less than two." >&2
	@scripts/install-dependencies build run >&2
	swift build -c release --product portraitd >&2
	swift build -c release --product $(decoder) >&2
	@touch $@

test:
	@scripts/install-dependencies build run test
	@Tests/Python/environment .build/python
	$(debug)
	swift test

# make torture [ROUNDS=200]: kills server, worker and nginx under load; `make test` makes only a few of these kills.
torture:
	@scripts/install-dependencies build run test
	$(debug)
	PORTRAITD_TORTURE_ROUNDS=$(ROUNDS) swift test --filter EndToEndTests.TortureTests

# make soak [MINUTES=30]: full load; prints the memory and descriptors of the processes, and fails if they grow.
soak: $(build)
	@scripts/install-dependencies test
	PORTRAITD_SOAK_MINUTES=$(MINUTES) PORTRAITD_PROGRAM=$(abspath $(build)) swift test --filter EndToEndTests.SoakTests

# Runs the tests in two separate builds: with the thread sanitizer and with the address sanitizer.
sanitize:
	@scripts/install-dependencies build run test
	@Tests/Python/environment .build/python
	Tests/Sanitizers/run thread
	Tests/Sanitizers/run address

lint:
	swift format lint --strict --recursive Sources Tests Package.swift Fuzz/Sources Fuzz/Package.swift

# Writes the two files that are generated from the program's list of settings; a test compares them.
settings-reference:
	swift build --product portraitd
	.build/debug/portraitd settings > packaging/portraitd.conf
	.build/debug/portraitd settings --format markdown > docs/configuration.md

# Prints the path of the Debian package.
deb:
	@scripts/install-dependencies build deb >&2
	for product in portraitd $(decoder); do \
		swift build -c release --product $$product --static-swift-stdlib --scratch-path $(STATIC) \
			-Xlinker -s -Xlinker -z -Xlinker now >&2 || exit 1; \
	done
	@packaging/build $(STATIC)/release/portraitd $(STATIC)/release/$(decoder) .build

# Run it as root. The first run needs the network.
test-deb:
	@package=$$($(MAKE) --silent deb) && packaging/test "$$package" .build

# make token USER=alice [SCOPE="profile:read profile:write"]
token: $(build)
	@. scripts/instance-environment && $(build) token --user "$$USER" --scope "$${SCOPE:-profile:read profile:write}"

# make key SCOPE=admin [NAME="the backend"]
key: $(build)
	@. scripts/instance-environment && $(build) key create --scope "$$SCOPE" --name "$$NAME"

bench: $(build) bench-imaging
	Benchmarks/run $(build)
	Benchmarks/run-users $(build)
	Benchmarks/run-overload $(build)
	Benchmarks/run-webhooks $(build)
	Benchmarks/run-import $(build)

# make corpus CORPUS=folder: uploads every file of the folder
corpus: $(build)
	@test -d "$(CORPUS)" || { echo "usage: make corpus CORPUS=folder" >&2; exit 2; }
	scripts/install-dependencies run corpus
	Benchmarks/corpus $(build) "$(CORPUS)"

# make fuzz [SECONDS=3600]
fuzz:
	@scripts/install-dependencies build run test fuzz
	Fuzz/run $(SECONDS)
	$(debug)
	PORTRAITD_BOX_CORPUS=$(abspath Fuzz/.build/corpus) swift test --filter BoxTests.CorpusTests

# make fuzz-api [SECONDS=3600]
fuzz-api:
	@scripts/install-dependencies build run test
	@Tests/Python/environment .build/python
	$(debug)
	FUZZ_SECONDS=$(SECONDS) swift test --filter OpenAPIFuzzTests

# Measures imaging alone, without the service and nginx.
bench-imaging:
	@scripts/install-dependencies build >&2
	@Benchmarks/install
	swift build -c release --product imaging-contender >&2
	Benchmarks/run-imaging .build/release/imaging-contender

clean:
	rm -rf .build Fuzz/.build
