// DuckDB's refusals in the user's words: what is full, damaged or too small, and what to do about it.
#pragma once
#include <filesystem>
#include <string>
#include "database/database.h"

namespace encore {

/// What was being done when DuckDB refused.
struct Circumstances {
  std::string source;           ///< the file or folder that was read
  std::filesystem::path spill;  ///< where DuckDB puts what does not fit into memory
  std::string where;            ///< the user's condition, if it took part
};

/// Throws UserError when the user can mend it (memory, disk, a damaged file, a condition that fails on some row), else
/// `error` again.
[[noreturn]] void explain(const SqlError& error, const Circumstances& circumstances);

}  // namespace encore
