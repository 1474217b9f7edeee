// The table of --item-features and the vectors of --item-vectors: what somebody tells of items beside titles, years and genres.
// Which column is what, and the rows as a relation for sql/80_item_features.sql. Not the features that a film's own line tells
// (dataset/item_features.h).
#pragma once
#include <optional>
#include <string>

#include "preparation/source.h"

namespace encore {

struct FeatureTable {
  TableFile file;
  std::string item, feature;
  std::optional<std::string> weight;  ///< nothing: a feature is there or not
};

/// Looks at the table. Throws UserError when it is none, or has no column of items or of features.
FeatureTable find_feature_table(Database& database, const PrepareSettings& settings);

/// Makes raw_item_features of what is given. Throws UserError naming the line for a row that is none or whose weight is no number.
void create_item_features(Database& database, const std::optional<FeatureTable>& table, const std::optional<std::string>& vectors,
                          const std::string& item_column);

}  // namespace encore
