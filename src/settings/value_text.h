// Values as people write them on a command line: numbers, sizes, ranges. Not the sentences about wrong ones
// (commands/).
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace encore {

/// "42", "-7". Nothing when the text is anything else or too large.
std::optional<std::int64_t> parse_whole_number(std::string_view text);

/// "0.001", "1e-3", ".5", with a decimal point whatever the user's language. Nothing for anything else, "inf" and
/// "nan".
std::optional<double> parse_number(std::string_view text);

/// "400MB", "1.5 GB", "900m", "2GiB", "1048576" (bytes), in powers of 1024 as the program prints them. Nothing when it
/// is no such thing, zero or negative.
std::optional<std::int64_t> parse_size(std::string_view text);

/// "1950-1959" with both ends, or "1954" for that one alone. Nothing when it is no such thing or runs backwards.
std::optional<std::pair<std::int64_t, std::int64_t>> parse_years(std::string_view text);

/// "0.5-5": lowest and highest, lowest < highest. Nothing when it is no such thing.
std::optional<std::pair<double, double>> parse_scale(std::string_view text);

}  // namespace encore
