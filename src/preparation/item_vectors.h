// The file of --item-vectors: a vector of the user's own for each item, as features with numbers ("vector:00000", "vector:00001", …). Not
// what else is told of items (item_features.h) and not who made the vectors.
#pragma once
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "dataset/item_features.h"

namespace encore {

/// What stands in front of their names, as a column's name does elsewhere.
inline constexpr std::string_view vector_column = "vector";

struct ItemVectors {
  std::int64_t width = 0;
  std::vector<std::string> id;  ///< of each item, once; numbers as their decimal text
  std::vector<float> values;    ///< [items × width]
  std::int64_t size() const { return static_cast<std::int64_t>(id.size()); }
  /// The numbers of one item that are not 0.
  std::vector<NamedFeature> features_of(std::int64_t item) const;
};

/// Reads NumPy's npy (a table of numbers, the first column being ids), or a table (whatever preparation/table_file.h knows) with a column
/// of ids, named `item_column` or as is common, and either one column of lists (Parquet) or numbers in all other columns. Throws
/// UserError naming the file, and the row or line where it can: no such columns, a number that is none, vectors of different lengths, an
/// id twice.
ItemVectors read_item_vectors(const std::filesystem::path& file, const std::string& item_column);

}  // namespace encore
