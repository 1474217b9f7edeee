// The options of `prepare` as checked values: years, scale, shares, memory. Text in, numbers out; no file is touched.
#pragma once
#include <cstdint>
#include <string>
#include <utility>
#include "dataset/dataset.h"
#include "settings/prepare_settings.h"

namespace encore {

/// "1950-1959" or "1950" → both ends. Throws UserError.
std::pair<std::int32_t, std::int32_t> checked_years(const std::string& text);

/// --scale, --liked and --implicit together. Throws UserError.
RatingScale checked_scale(const PrepareSettings& settings);

/// The first 8 hex digits below which a user's hash falls with this probability: floor(share × 2³²), lower-case;
/// `share` < 1.
std::string hash_bound(double share);

/// What DuckDB may use so that the process stays below --memory (its default: the smaller of 930 MB and half of what
/// the machine or the container has). Throws UserError when that is too little to work with.
std::int64_t database_memory(const PrepareSettings& settings);

}  // namespace encore
