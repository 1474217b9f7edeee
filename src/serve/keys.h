// Who may ask: the keys of a file, each with what it may do and how often. Not how a request carries its key
// (http_request_rules.h).
#pragma once
#include <chrono>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace encore::serve {

enum class Access { open, read, write };  ///< of a path: for everybody, for any key, for a key that may write

class Keys {
 public:
  /// No file: everything is allowed.
  Keys() = default;
  /// Lines "KEY read|write [REQUESTS-PER-SECOND]"; empty ones and those that begin with # are left out. Throws UserError
  /// naming file and line.
  explicit Keys(const std::filesystem::path& file);

  bool any() const { return !rows_.empty(); }
  /// Throws HttpError: 401 without a key or with one that is not in the file, 403 when it may only read, 429 when it asks
  /// more often than it may. Takes as long for any wrong key. Thread-safe.
  void require(Access access, std::string_view key);

 private:
  struct Row {
    std::string sum;  ///< SHA-256, so that keys of all lengths are compared alike
    bool writes = false;
    double rate = 0;  ///< 0: no limit
    double tokens = 0;
    std::chrono::steady_clock::time_point filled;
  };
  std::mutex mutex_;
  std::vector<Row> rows_;
};

}  // namespace encore::serve
