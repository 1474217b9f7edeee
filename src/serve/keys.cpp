// A token bucket for each key: it holds a second's worth of requests and is filled as time passes.
#include "serve/keys.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include "digest/sha256.h"
#include "process/error.h"
#include "serve/http_message.h"
#include "settings/value_text.h"

namespace encore::serve {
namespace {

std::string sum_of(std::string_view key) {
  Sha256 sum;
  sum.add(key);
  return sum.hex();
}

/// Looks at every byte, wherever the first difference is.
bool same(std::string_view a, std::string_view b) {
  unsigned difference = a.size() != b.size() ? 1 : 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) difference |= static_cast<unsigned>(a[i]) ^ static_cast<unsigned>(b[i]);
  return difference == 0;
}

}  // namespace

Keys::Keys(const std::filesystem::path& file) {
  constexpr std::size_t shortest = 16;
  std::ifstream in(file);
  if (!in) throw UserError(fmt::format("--key-file {} cannot be read", file.string()));
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    std::istringstream words(line);
    std::string key, access, rate, rest;
    words >> key >> access >> rate >> rest;
    if (key.empty() || key.front() == '#') continue;
    const auto wrong = [&](std::string_view why) { return UserError(fmt::format("{}, line {}: {}", file.string(), number, why)); };
    if (access != "read" && access != "write") throw wrong("behind the key stands read or write");
    if (key.size() < shortest) throw wrong(fmt::format("a key has at least {} letters", shortest));
    Row row{sum_of(key), access == "write"};
    if (!rate.empty()) {
      const auto value = parse_number(rate);
      if (!value || !(*value > 0)) throw wrong(fmt::format("\"{}\" is no number of requests a second", rate));
      row.rate = *value;
    }
    if (!rest.empty()) throw wrong("nothing stands behind the number of requests a second");
    row.tokens = std::max(row.rate, 1.0);
    row.filled = std::chrono::steady_clock::now();
    rows_.push_back(row);
  }
  if (rows_.empty()) throw UserError(fmt::format("--key-file {} holds no key", file.string()));
}

void Keys::require(Access access, std::string_view key) {
  if (access == Access::open || rows_.empty()) return;
  if (key.empty()) throw HttpError(401, "this path needs a key: send the header Authorization: Bearer KEY");
  const std::string sum = sum_of(key);
  Row* found = nullptr;
  for (auto& row : rows_) {
    if (same(row.sum, sum)) found = &row;
  }
  if (found == nullptr) throw HttpError(401, "this key is not known");
  if (access == Access::write && !found->writes) throw HttpError(403, "this key may only read");
  if (found->rate == 0) return;
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  const double passed = std::chrono::duration<double>(now - found->filled).count();
  found->tokens = std::min(std::max(found->rate, 1.0), found->tokens + passed * found->rate);
  found->filled = now;
  if (found->tokens < 1) throw HttpError(429, fmt::format("this key may ask {:g} times a second", found->rate));
  found->tokens -= 1;
}

}  // namespace encore::serve
