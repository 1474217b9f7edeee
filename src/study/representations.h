// How much memory the ratings take in each representation: by arithmetic, and by making a piece of it. Not what a
// training holds beside the ratings.
#pragma once
#include <cstdint>
#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "dataset/dataset.h"

namespace encore {

struct Representation {
  std::string_view name, formula;
  std::int64_t bytes_per_cell;  ///< of movies × users; 0: it depends on the ratings
};

/// Dense arrays of 4 or 8 bytes a cell, the same doubled as (input, target), and sparse rows.
const std::vector<Representation>& representations();

/// `ratings` × (4 + 4) for item and stars, and 8 for the start of each row.
std::int64_t sparse_rows_bytes(std::int64_t users, std::int64_t ratings);

/// {`sparse_rows_bytes`: of the matrix in memory, `bytes_per_cell`: {name: bytes}}: rows of the first users made as the
/// study makes them, and the growth of the process's resident memory divided by their cells.
nlohmann::ordered_json measured_memory(const Dataset&);

}  // namespace encore
