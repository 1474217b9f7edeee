// The tree of operators of a statement that has run: names, rows, what they did.
#include "database/query_plan.h"

#include <gtest/gtest.h>

#include "database/database.h"

namespace encore {
namespace {

const PlanOperator* find(const PlanOperator& plan, const std::string& name) {
  if (plan.name == name) return &plan;
  for (const PlanOperator& child : plan.children)
    if (const PlanOperator* found = find(child, name)) return found;
  return nullptr;
}

TEST(QueryPlan, HasTheOperatorsWithTheirRows) {
  Database database({.profile = true});
  database.run("CREATE TABLE numbers AS SELECT range AS n, range % 3 AS rest FROM range(90)");
  database.run("CREATE TABLE sums AS SELECT rest, sum(n) AS total FROM numbers WHERE n >= 60 GROUP BY rest");
  const auto plan = database.last_plan();
  ASSERT_TRUE(plan);
  const PlanOperator* scan = find(*plan, "SEQ_SCAN");
  if (scan == nullptr) scan = find(*plan, "TABLE_SCAN");
  ASSERT_NE(scan, nullptr) << plan->name;
  EXPECT_EQ(scan->rows, 30);
  EXPECT_NE(scan->detail.find("numbers"), std::string::npos) << scan->detail;
  EXPECT_EQ(scan->detail.find("__"), std::string::npos) << scan->detail;
  EXPECT_GE(scan->seconds, 0);
  ASSERT_EQ(plan->children.size(), 1u);
  EXPECT_EQ(plan->children[0].rows, 3) << "a row for each rest";
}

TEST(QueryPlan, IsNoneUnlessItIsAskedFor) {
  Database database;
  database.run("CREATE TABLE numbers AS SELECT range AS n FROM range(90)");
  EXPECT_FALSE(database.last_plan());
}

}  // namespace
}  // namespace encore
