// Whether a quoted field that goes over several lines is one, or a quote went astray and swallowed rows.
#pragma once
#include <cstddef>
#include <span>
#include <string_view>

namespace encore {

/// `row`: the bytes of a whole row, which was taken apart into `fields`, of which those numbered in `many_lines` hold line
/// ends. True when its lines, with quotes as plain characters, look like rows themselves: the first and the last and at
/// least half of all have as many fields, and those outside of `many_lines` are numbers, other text or empty where the
/// row's are. (No rule can be certain: `1,"a` / `2,b",5` may be either. Text in a field rarely has the shape of its row.)
bool has_stray_quote(std::string_view row, std::string_view delimiter, std::span<const std::string_view> fields,
                     std::span<const std::size_t> many_lines);

}  // namespace encore
