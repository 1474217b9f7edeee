// Names under which the columns of shops, players, reviews and event logs are known, so that a table can be read without being
// told which column is which. Guesses: what was found by them is said. Not the finding (preparation/column_roles.h); Python reads the
// same list (`encore options --json`).
#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace encore {

struct KnownColumns {
  std::string_view role;  ///< "user", "item", "rating", "count", "time", "title", "genres", "year"
  std::vector<std::string_view> names;  ///< as `plain_column_name` leaves them; the likeliest first
};

const std::vector<KnownColumns>& known_columns();

/// "User-ID" and "user_id" → "userid": letters and digits only, in lower case.
std::string plain_column_name(std::string_view name);

}  // namespace encore
