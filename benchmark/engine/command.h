// The table of what `bench_engine` measures from inside the engine. Each row is a file of this folder; what is measured
// from outside, on the built program, is benchmark/run's.
#pragma once
#include <CLI/CLI.hpp>

namespace encore::bench {

/// Adds its subcommand, with its options and what it does.
using AddCommand = void (*)(CLI::App&);

void add_step(CLI::App&);        ///< step.cpp
void add_start(CLI::App&);       ///< start.cpp
void add_profile(CLI::App&);     ///< profile.cpp
void add_machine(CLI::App&);     ///< machine.cpp
void add_statement(CLI::App&);   ///< statement.cpp
void add_open(CLI::App&);        ///< open.cpp
void add_everything(CLI::App&);  ///< everything.cpp

}  // namespace encore::bench
