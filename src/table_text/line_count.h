// How many lines a text has, counted without taking anything apart: the number that a reader of rows must account for.
#pragma once
#include <cstdint>
#include <string_view>

namespace encore {

/// Line ends in `text`: \n, \r\n and \r, each one. The text must not be cut within \r\n.
std::int64_t count_line_ends(std::string_view text);

/// Lines of a whole file that ends in `text`: what follows the last line end is a line, too, unless nothing does.
std::int64_t count_lines(std::string_view text);

}  // namespace encore
