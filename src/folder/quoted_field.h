// A field of the CSV texts that DuckDB copies into our Parquet files.
#pragma once
#include <string>

namespace encore {

/// `text` in quotes, those within it doubled (RFC 4180).
inline std::string quoted_field(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

}  // namespace encore
