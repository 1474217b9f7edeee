// The page as it was embedded at build time: text with two places to fill. Written by cmake/EmbedPage.cmake.
#pragma once
#include <string_view>
#include <vector>

namespace encore {

struct PagePart {
  enum class Kind { text, title, results };
  std::string_view text;  ///< empty for a place
  Kind kind;
};

/// The parts of src/report/page/page.html in order, with style, libraries and modules inside.
const std::vector<PagePart>& page_template();

}  // namespace encore
