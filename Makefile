# The entry points. Each installs what is missing and builds what it needs; `make` alone lists them.
BUILD := build
JOBS ?= $(shell nproc)
PREFIX ?= /usr/local
# The processor that a wheel is for.
ARCHITECTURE ?= $(shell uname -m)
PORTABLE := build-portable-$(ARCHITECTURE)
ABROAD := $(if $(filter-out $(shell uname -m),$(ARCHITECTURE)),build)
# Chosen when a build folder is made for the first time; an existing one keeps what it has.
export CMAKE_GENERATOR ?= $(if $(shell command -v ninja),Ninja,Unix Makefiles)

.PHONY: help setup build python wheel wheel-here test-wheel demo demo-spark serve-demo bench-serve \
  test test-unit test-sanitize test-slow test-spark fuzz coverage tidy bench \
  bench-build bench-peers bench-quality bench-instructions bench-parts bench-study bench-spark docs format install uninstall package \
  test-package release-check clean clean-demo

help:  ## this list
	@echo "Encore: from a folder of ratings to recommendations. Entry points:"
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{ printf "%-22s %s\n", $$1, $$2 }'

setup:  ## install what is missing (packages by apt, DuckDB's library); instant when nothing is
	@setup/install

build: setup  ## the program, at build/encore
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build $(BUILD) --parallel $(JOBS) --target encore

python: build  ## the core for Python, in build/; then PYTHONPATH=python is enough
	@cmake --build $(BUILD) --parallel $(JOBS) --target encore_core encore_full

wheel: setup $(ABROAD)  ## the Python package for glibc 2.28 or later, in dist/; ARCHITECTURE=aarch64: for that one
	@setup/portable $(ARCHITECTURE)
	@cmake --preset portable-$(ARCHITECTURE) --log-level=WARNING >/dev/null
	@cmake --build $(PORTABLE) --parallel $(JOBS) --target encore encore_core encore_full
	@wheel=$$(setup/wheel $(PORTABLE)) && tests/install/wheel_platform "$$wheel" 28 && echo "$$wheel"

wheel-here: python  ## the Python package by this system's own compiler, for its release and later ones
	@setup/wheel $(BUILD)

demo: build  ## prepare, train, evaluate and recommend on the real ratings in data/
	@setup/demo

serve-demo: build  ## the demo's model at http://127.0.0.1:8000: a page to rate films on, and the same by HTTP
	@setup/serve-demo

demo-spark: python  ## the same on Apache Spark, with two executor processes (installs PySpark and Java when missing)
	@setup/demo-spark

test: setup  ## everything built, the whole fast suite run
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build $(BUILD) --parallel $(JOBS)
	@ctest --test-dir $(BUILD) --parallel $(JOBS) --output-on-failure --no-tests=error --progress

test-unit: setup  ## the C++ tests without the long ones, less than a minute; MODULES="recommendation serve": these modules, all of them
	@cmake --preset release --log-level=WARNING >/dev/null
	@cmake --build $(BUILD) --parallel $(JOBS) --target $(if $(MODULES),$(addprefix test_,$(MODULES)),unit_tests)
	@tests/unit/run $(BUILD) $(MODULES)

test-sanitize: setup  ## the C++ tests under the address, undefined-behaviour and race checkers
	@for kind in address thread; do \
	  cmake --preset $$kind --log-level=WARNING >/dev/null && cmake --build --preset $$kind --parallel $(JOBS) && \
	  ctest --preset $$kind --parallel $(JOBS) || exit 1; \
	done

test-slow: build  ## 200 kills, many sizes of disk and memory, rot everywhere: five to thirty minutes
	@cmake --build $(BUILD) --parallel $(JOBS) --target jumping_clock no_exchange bench_engine
	@tests/program/slow $(BUILD)/encore data/ml-latest-small

test-spark: python  ## all tests on Spark 3.5 and 4, clusters and kills included: many minutes
	@for spark in spark3 spark4; do tests/spark/run $(BUILD) all every $$spark || exit 1; done

fuzz:  ## every parser of bytes, FUZZ_SECONDS (60) each, under the checkers (needs clang)
	@setup/install checks
	@cmake -S . -B build-fuzz -DCMAKE_CXX_COMPILER=$${CLANG:-clang++} -DCMAKE_BUILD_TYPE=RelWithDebInfo \
	  -DCMAKE_CXX_FLAGS_RELWITHDEBINFO="-O1 -g1" -DENCORE_FUZZ=ON -DENCORE_TESTS=OFF --log-level=WARNING >/dev/null
	@cmake --build build-fuzz --parallel $(JOBS) --target fuzz_targets
	@fuzz/run build-fuzz

coverage:  ## which lines of src/ the C++ tests and the trials of the program run: build-coverage/coverage.txt
	@setup/install checks
	@tests/coverage/run build-coverage $(JOBS)

tidy:  ## static analysis (clang-tidy) of everything in src/
	@setup/install checks
	@tests/tidy/run build-tidy $(JOBS)

bench-build: build
	@setup/install bench
	@cmake --preset release --log-level=WARNING -DENCORE_BENCHMARKS=ON >/dev/null
	@cmake --build $(BUILD) --parallel $(JOBS) --target bench_engine benchmarks

bench: bench-build  ## speed and memory, measured into docs/benchmarks.md; BENCH_OPTIONS='--only step,roofline'
	@benchmark/run $(BENCH_OPTIONS)

bench-peers: bench-build  ## the step beside PyTorch's and Keras' (installs them), into the same page
	@benchmark/run --peers $(BENCH_OPTIONS)

bench-quality: build  ## every kind beside other programs' models (installs them), into docs/; QUALITY_OPTIONS='--seeds 1'
	@benchmark/measure_quality.py $(BUILD)/encore $(BUILD)/quality $(BUILD)/quality/figures.json --programs all $(QUALITY_OPTIONS)
	@benchmark/quality_pages.py $(BUILD)/quality/figures.json
	@plots=$$(setup/peers plots) && "$$plots/bin/python" benchmark/quality_chart.py $(BUILD)/quality/figures.json \
	  docs/results-quality.svg

bench-instructions: bench-build  ## instructions of a step against benchmark/instructions.json; BENCH_OPTIONS=--keep renews it
	@benchmark/instructions $(BENCH_OPTIONS)

bench-parts: bench-build  ## single products, steps and exchanges, by Google Benchmark
	@$(BUILD)/benchmarks $(BENCH_OPTIONS)

bench-study: build  ## the study's pipeline (PySpark, Elephas, Keras) beside Encore on one CSV: build/bench/study.md
	@benchmark/study/run $(BENCH_OPTIONS)

bench-serve: build  ## encore serve under wrk, beside implicit behind FastAPI (installs them): build/bench/serve/serve.md
	@setup/install bench
	@benchmark/serve/run $(BENCH_OPTIONS)

bench-spark: python  ## Encore on Spark beside Elephas and the command line, and its steps: build/bench/spark.md
	@benchmark/spark/run $(BENCH_OPTIONS)

docs: build  ## docs/commands.md and Python's signatures (*.pyi) anew, from the tables of options
	@$(BUILD)/encore options --markdown > docs/commands.md.tmp && mv docs/commands.md.tmp docs/commands.md
	@setup/serving_page $(BUILD)/encore > docs/serving.md.tmp && mv docs/serving.md.tmp docs/serving.md
	@ENCORE_PROGRAM=$(BUILD)/encore setup/stubs

format:  ## C++ laid out as .clang-format says (needs clang-format)
	@git ls-files --cached --others --exclude-standard 'src/*.cpp' 'src/*.h' 'tests/*.cpp' 'tests/*.h' 'benchmark/*' | \
	  grep -E '\.(cpp|h)$$' | xargs clang-format -i

install: build  ## the program and what it needs, under PREFIX (/usr/local)
	@cmake --install $(BUILD) --prefix $(PREFIX)

uninstall:  ## what `make install` of this build folder put there, away again
	@test -f $(BUILD)/install_manifest.txt || { echo "no $(BUILD)/install_manifest.txt: nothing was installed from here"; exit 2; }
	@xargs -d '\n' rm -fv <$(BUILD)/install_manifest.txt | tail -n 1; rm -f $(BUILD)/install_manifest.txt

package: build  ## an archive that runs on any Linux of this kind, and a Debian package, in dist/
	@cd $(BUILD) && cpack -B ../dist >cpack.log 2>&1 || { cat cpack.log; exit 1; }
	@rm -rf dist/_CPack_Packages && ls -1 dist/encore-*.tar.gz dist/encore-recommender_*.deb

test-package:  ## the packages and the wheel in dist/ walked through in empty systems (debootstrap, as root; says so when it cannot)
	@code=0; tests/install/empty_system $(RELEASES) || code=$$?; [ $$code -eq 77 ] || exit $$code

test-wheel: build wheel  ## the wheel at work, its bytes beside GCC's, its kernels; ARCHITECTURE=aarch64: under qemu
	@cmake --build $(PORTABLE) --parallel $(JOBS) --target test_kernel test_training
	@code=0; tests/install/wheel_works dist/encore_recommender-*manylinux_*_$(ARCHITECTURE).whl $(BUILD)/encore || code=$$?; \
	  [ $$code -eq 77 ] || exit $$code
	@tests/install/run_elsewhere $(ARCHITECTURE) $(PORTABLE)/test_kernel --gtest_brief=1
	@tests/install/run_elsewhere $(ARCHITECTURE) $(PORTABLE)/test_training --gtest_brief=1 $(if $(ABROAD),--gtest_filter=*bits*)

release-check: package wheel test-wheel  ## what a release checks beyond the suites: one version, CHANGELOG, packages that work; TAG=v0.2.0
	@setup/release $(TAG)
	@tests/install/empty_system $(RELEASES)

clean:  ## away with everything built (downloads stay in .deps)
	@rm -rf build build-portable-* build-debug build-address build-thread build-fuzz build-coverage build-tidy dist

clean-demo:  ## away with the demo's dataset and model
	@rm -rf demo
