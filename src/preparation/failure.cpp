// Telling DuckDB's errors apart by their texts; there are no finer codes.
#include "preparation/failure.h"

#include <fmt/format.h>

#include "process/error.h"

namespace encore {
namespace {

bool holds(std::string_view text, std::string_view part) { return text.find(part) != std::string_view::npos; }

std::string free_space(const std::filesystem::path& path) {
  std::error_code error;
  const auto space = std::filesystem::space(path.parent_path(), error);
  return error ? "" : fmt::format(" ({} MB are free)", space.available / 1'000'000);
}

}  // namespace

void explain(const SqlError& error, const Circumstances& at) {
  const std::string_view text = error.what();
  const std::string first_line(text.substr(0, text.find('\n')));
  if (holds(text, "max_temp_directory_size") || holds(text, "No space left") || holds(text, "failed to offload"))
    throw UserError(fmt::format("the disk of {} is full{}; choose another place with -o, or give more --memory",
                                at.spill.parent_path().parent_path().string(), free_space(at.spill)));
  if (!at.where.empty() &&
      (holds(text, "Conversion Error") || holds(text, "Invalid Input Error") || holds(text, "Out of Range")))
    throw UserError(fmt::format("--where '{}' fails on some row: {}", at.where, first_line));
  if (holds(text, "IO Error") || holds(text, "Invalid Input Error") || holds(text, "CSV Error") ||
      holds(text, "Invalid Error"))
    throw UserError(fmt::format("{} is damaged or cannot be read: {}", at.source, first_line));
  throw error;
}

}  // namespace encore
