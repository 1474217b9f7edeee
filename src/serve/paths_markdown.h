// The table of paths as docs/serving.md shows it.
#pragma once
#include <string>

namespace encore::serve {

/// The table of paths and the tables of keys as Markdown.
std::string paths_markdown();

}  // namespace encore::serve
