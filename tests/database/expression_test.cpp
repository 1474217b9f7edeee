// Conditions from outside: what may pass, and that nothing else does.
#include "database/expression.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "process/error.h"

namespace encore {
namespace {

const std::vector<ExpressionColumn> columns = {
    {"movieId", "BIGINT"}, {"title", "VARCHAR"}, {"year", "INTEGER"}, {"rating", "DOUBLE"}};

/// The error's text, or nothing when the condition passes.
std::string refusal(const std::string& text) {
  Database database;
  try {
    require_expression(database, text, columns, "--where");
    return {};
  } catch (const UserError& error) {
    return error.what();
  }
}

class AllowedCondition : public testing::TestWithParam<const char*> {};
TEST_P(AllowedCondition, Passes) { EXPECT_EQ(refusal(GetParam()), ""); }
INSTANTIATE_TEST_SUITE_P(Expression, AllowedCondition,
                         testing::Values("year > 1950", "YEAR BETWEEN 1950 AND 1959 AND NOT title ILIKE '%war%'",
                                         "(movieId IN (1, 2, 3)) OR (rating >= 4.5)", "title IS NOT NULL",
                                         "year % 2 = 0 -- leap",
                                         "CASE WHEN year IS NULL THEN false ELSE lower(title) LIKE 'a%' END",
                                         "CAST(year AS VARCHAR) || title <> 'it''s; DROP TABLE x'",
                                         "replace(title, 'The ', '') LIKE 'A%'", "year::DECIMAL(5, 1) > 1950.5",
                                         "regexp_matches(title, '^The')", "(year) = (1950)", "coalesce(rating, 0) > 1",
                                         "\"year\" = 1950", "title = 'read_text(1)'"));

struct Refused {
  const char* text;
  const char* part;
};
class RefusedCondition : public testing::TestWithParam<Refused> {};
TEST_P(RefusedCondition, SaysWhy) {
  EXPECT_THAT(refusal(GetParam().text),
              testing::AllOf(testing::StartsWith("--where: "), testing::HasSubstr(GetParam().part)));
}
INSTANTIATE_TEST_SUITE_P(
    Expression, RefusedCondition,
    testing::Values(Refused{"year >", "no SQL condition"}, Refused{"", "no SQL condition"},
                    Refused{"title = 'x", "no SQL condition"},
                    Refused{"year BETWEEN 1e5050 AND 1959", "a number that is too large"},
                    Refused{"yaer > 1950", "no column 'yaer'; there are: movieId, title, year, rating"},
                    Refused{"title = \"Casablanca\"", "no column 'Casablanca'"},
                    Refused{"r.year = 1", "no column 'r.year'"}, Refused{"EXISTS (SELECT 1)", "SELECT of its own"},
                    Refused{"movieId = ANY (SELECT 1)", "SELECT of its own"},
                    Refused{"year = (SELECT count(*) FROM read_text('/etc/passwd'))", "SELECT of its own"},
                    Refused{"read_text('/etc/passwd') IS NULL", "function read_text is not allowed"},
                    Refused{"getenv('HOME') = 'x'", "function getenv is not allowed"},
                    Refused{"current_setting('threads') = '1'", "function current_setting is not allowed"},
                    Refused{"repeat(title, 1000000) = 'x'", "function repeat is not allowed"},
                    Refused{"replace(title, 'a', 'aa') = 'x'", "replace takes two texts"},
                    Refused{"replace(title, title, '') = 'x'", "replace takes two texts"},
                    Refused{"replace(title, 'a') = 'x'", "replace takes two texts"},
                    Refused{"CAST(NULL AS INTEGER[100000][100000]) IS NULL", "may only cast to types of"},
                    Refused{"CAST(year AS STRUCT(a INTEGER)) IS NULL", "may only cast to types of"},
                    Refused{"year::regclass = 1", "may only cast to types of"},
                    Refused{"title IN (FROM 'other.csv')", "SELECT of its own"},
                    Refused{"title = getvariable('x')", "function getvariable is not allowed"},
                    Refused{"now() IS NULL", "function now is not allowed"},
                    Refused{"query('SELECT 1') = 1", "function query is not allowed"},
                    Refused{"nextval('s') = 1", "function nextval is not allowed"},
                    Refused{"year = 1; ATTACH 'x.db'", "no SQL condition"},
                    Refused{"count(*) > 1", "is not allowed"}, Refused{"rank() OVER () = 1", "WINDOW"},
                    Refused{"length(COLUMNS('t.*')) > 1", "STAR"}, Refused{"year = ?", "PARAMETER"},
                    Refused{"list_contains([1], year) OR len(list_filter([1], x -> x > 1)) = 1", "is not allowed"},
                    Refused{"true) UNION SELECT 1 FROM r WHERE (true", "one condition"},
                    Refused{"true) GROUP BY (1", "one condition"}, Refused{"true) LIMIT (1", "one condition"},
                    Refused{"true); DROP TABLE params; SELECT (1", "one condition"},
                    Refused{"true); SELECT (1", "one condition"}, Refused{"true) /*", "no SQL condition"},
                    Refused{"title + 1 = 'x' AND title LIKE 5", ""},
                    Refused{"list_contains(year, 1)", "list_contains"}));

TEST(Expression, OtherBytesThanUtf8AreRefused) {
  EXPECT_THAT(refusal("title = '\xff'"), testing::HasSubstr("UTF-8"));
  EXPECT_THROW(Database().number("SELECT length(CAST(? AS VARCHAR))", {std::string("\xff")}), UserError);
}

TEST(Expression, ANulByteIsRefused) {
  EXPECT_THAT(refusal(std::string("true\0) OR (1", 12)), testing::HasSubstr("NUL"));
}

}  // namespace
}  // namespace encore
