// bench_engine COMMAND …: one measurement, answered as JSON on standard output. benchmark/run calls it; --help
// explains.
#include <exception>
#include <iostream>

#include "command.h"

int main(int argc, char** argv) {
  CLI::App app("Measurements from inside the engine, each answered as JSON.");
  app.require_subcommand(1);
  for (const encore::bench::AddCommand add :
       {encore::bench::add_step, encore::bench::add_start, encore::bench::add_profile, encore::bench::add_machine,
        encore::bench::add_statement, encore::bench::add_open, encore::bench::add_everything})
    add(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  } catch (const std::exception& error) {
    std::cerr << "bench_engine: " << error.what() << '\n';
    return 1;
  }
}
