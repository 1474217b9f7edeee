// A condition that a user wrote (`--where`): checked before it becomes part of a statement. Taken as hostile: it may
// compute with the columns it is given and nothing else.
#pragma once
#include <string>
#include <string_view>
#include <vector>
#include "database/database.h"

namespace encore {

struct ExpressionColumn {
  std::string_view name;
  std::string_view type;  ///< DuckDB's name of the type
};

/// Checks that `text` is one SQL expression over `columns` (names in any case), built from comparisons, AND/OR/NOT, IN,
/// BETWEEN, LIKE, CASE, CAST, arithmetic and harmless functions: no subquery, no statement, no file, no setting; and
/// that DuckDB can evaluate it as a condition. After that `(text\n)` may stand in a WHERE. Throws UserError that begins
/// with the option's name and says what is wrong.
void require_expression(Database& database, const std::string& text, const std::vector<ExpressionColumn>& columns,
                        std::string_view option);

/// The names of the columns that `text` refers to, as they stand there; none when it is no expression.
std::vector<std::string> columns_in_expression(Database& database, const std::string& text);

}  // namespace encore
