// SQL from a file, on the engine's own DuckDB, and nothing around it: what the data itself costs.
#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <memory>
#include <stdexcept>

#include "command.h"
#include "database/database.h"

namespace encore::bench {
namespace {

void run_statement(const std::string& file, int threads, std::int64_t memory_bytes) {
  std::ifstream in(file);
  const std::string sql{std::istreambuf_iterator<char>(in), {}};
  if (!in) throw std::runtime_error(file + " cannot be read");
  const auto began = std::chrono::steady_clock::now();
  Database database({.memory_bytes = memory_bytes, .threads = threads});
  const std::int64_t rows = database.run(sql);
  fmt::print("{{\"rows\": {}, \"seconds\": {:.4f}}}\n", rows,
             std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count());
}

}  // namespace

void add_statement(CLI::App& app) {
  CLI::App* command = app.add_subcommand("statement", "runs one SQL statement from a file");
  const auto file = std::make_shared<std::string>();
  const auto threads = std::make_shared<int>(2);
  const auto memory = std::make_shared<std::int64_t>(0);
  command->add_option("file", *file, "the statement")->required();
  command->add_option("--threads", *threads, "of DuckDB")->capture_default_str();
  command->add_option("--memory-bytes", *memory, "DuckDB's limit; 0: its default")->capture_default_str();
  command->callback([=] { run_statement(*file, *threads, *memory); });
}

}  // namespace encore::bench
