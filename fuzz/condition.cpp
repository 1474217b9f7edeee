// Any text as --where: what passes the check may be run, and can neither read a file nor be anything but a condition.
#include <cstdlib>
#include "database/expression.h"
#include "target.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace encore;
  static Database database({.memory_bytes = 200'000'000, .threads = 1});
  const std::string condition = fuzz::text_of(data, size);
  bool passed = false;
  fuzz::refuses_or_understands([&] {
    require_expression(database, condition, {{"title", "VARCHAR"}, {"year", "INTEGER"}, {"rating", "DOUBLE"}},
                       "--where");
    passed = true;
  });
  if (!passed) return 0;
  for (const char* word :
       {"read_", "_scan", "getenv", "current_setting", "select", "copy", "attach", "install", "pragma"})
    if (condition.find(word) != std::string::npos && condition.find('\'') == std::string::npos &&
        condition.find('"') == std::string::npos && condition.find("--") == std::string::npos &&
        condition.find("/*") == std::string::npos)
      std::abort();  // not in quotes, not in a comment: such a word cannot have passed
  try {
    Rows rows = database.stream(
        "SELECT 1 FROM (SELECT 'a' AS title, 1950 AS year, CAST(4.5 AS DOUBLE) AS rating) WHERE (" + condition + "\n)");
    if (rows.columns() != 1) std::abort();
    while (rows.next()) {
    }
  } catch (const SqlError&) {  // a value that it cannot compute with, as 1 / 'a'
  }
  return 0;
}
