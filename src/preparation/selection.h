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

/// Throws UserError when --liked is no rating of the scale; counts have none, which only a look at the columns tells.
void require_liked_on_scale(const RatingScale& scale, const PrepareSettings& settings);

/// Whether the ratings are counts, as far as the options say it: --count-column, or --repeats sum or count.
bool asks_for_counts(const PrepareSettings& settings);

/// What becomes of several rows of one user and film: "last", "max" or "sum". To count rows is to add up ones.
std::string rule_of_repeats(const PrepareSettings& settings, bool counts);

/// Counts may be anything above 0 until the largest is known.
RatingScale open_scale();

/// The scale of counts from `minimum` to `maximum`. Throws UserError when --liked is beyond.
RatingScale scale_of_counts(const PrepareSettings& settings, double minimum, double maximum);

/// How many units of --time-unit a second has; 0: the size of each time tells.
std::int64_t time_divisor(const PrepareSettings& settings);

/// The first 8 hex digits below which a user's hash falls with this probability: floor(share × 2³²), lower-case;
/// `share` < 1.
std::string hash_bound(double share);

/// What DuckDB may use so that the process stays below --memory (its default: the smaller of 930 MB and half of what
/// the machine or the container has). Throws UserError when that is too little to work with.
std::int64_t database_memory(const PrepareSettings& settings);

}  // namespace encore
