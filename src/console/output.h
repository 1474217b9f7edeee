// What a command says: results for people or for machines on standard output, remarks on standard error, nothing when
// quiet. Not the formats of single tables (table.h) and not the progress bar (progress.h).
#pragma once
#include <functional>
#include <string>

namespace encore {

/// For a caller in the same process, who wants texts and no streams. Both are set.
struct OutputSinks {
  std::function<void(const std::string& json_text)> object;
  std::function<void(const std::string& line)> message;  ///< remarks and warnings
};

struct Output {
  bool json = false;                   ///< one JSON object on standard output, everything else on standard error
  bool quiet = false;                  ///< no remarks, no tables, no progress
  const OutputSinks* sinks = nullptr;  ///< instead of the streams; no tables and no progress then
  /// The readable result: standard output, or standard error when `json`; nothing when `quiet`.
  void result(const std::string& text) const;
  /// The same result as one JSON object on a line of its own: standard output when `json`, quiet or not; else nothing.
  void object(const std::string& json_text) const;
  /// A remark on the way: standard error; nothing when `quiet`.
  void remark(const std::string& text) const;
  /// A warning: standard error, also when quiet.
  void warn(const std::string& text) const;
};

}  // namespace encore
