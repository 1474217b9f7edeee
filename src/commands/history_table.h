// A model folder's history.csv, taken apart and checked: one row an epoch. Not how it is shown (model_report.h), and not
// its writing (training/history.h).
#pragma once
#include <filesystem>
#include <string>
#include <vector>

namespace encore {

struct HistoryTable {
  std::vector<std::string> names;               ///< of the columns
  std::vector<std::vector<std::string>> epochs;  ///< a number or nothing for each column
};

/// An empty text is an empty table. Throws UserError naming the file and its line when it is not what a training wrote.
HistoryTable history_table(const std::string& text, const std::filesystem::path& file);

}  // namespace encore
