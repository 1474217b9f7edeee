// results.json in, one self-contained HTML file out. Knows how the page is embedded, not what the results mean: the
// modules of src/report/page/ draw them in the browser.
#pragma once
#include <string>
#include <string_view>

namespace encore {

/// The page of a study, a search of settings or a comparison: template, style, chart libraries and the results in one
/// text, which needs no network. Whatever
/// stands in the results (titles of films, names of files) is text on the page, never markup. Throws UserError when
/// `results_json` is no JSON, none of these results, or of a version that this program does not know.
std::string page_of(std::string_view results_json);

}  // namespace encore
