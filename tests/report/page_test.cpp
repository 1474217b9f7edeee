// The text of the page: the results inside it as they were, nothing of them as markup, and the sentences for what is no
// study. What a browser makes of it is tested by browser/.
#include "report/page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "process/error.h"

namespace encore {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using Json = nlohmann::ordered_json;

Json example() {
  std::ifstream file(ENCORE_SOURCE_DIR "/tests/study/example/results.json");
  return Json::parse(file);
}

/// What stands in the script element of the results.
std::string results_inside(const std::string& page) {
  const std::string opening = R"(<script type="application/json" id="results">)";
  const std::size_t begin = page.find(opening) + opening.size();
  return page.substr(begin, page.find("</script>", begin) - begin);
}

std::size_t occurrences(const std::string& word, const std::string& text) {
  std::size_t found = 0;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++found;
  return found;
}

std::string sentence_for(const std::string& results) {
  try {
    page_of(results);
  } catch (const UserError& error) {
    return error.what();
  }
  return "no error";
}

TEST(Page, holds_the_results_as_they_were) {
  const Json results = example();
  EXPECT_EQ(Json::parse(results_inside(page_of(results.dump(2)))), results);
}

TEST(Page, holds_style_libraries_modules_and_licences) {
  const std::string page = page_of(example().dump());
  for (const char* part : {"prefers-color-scheme: dark", "https://d3js.org v7", "@observablehq/plot v0.6",
                           "var dagre=", "function headline()", "Permission to use, copy, modify"})
    EXPECT_THAT(page, HasSubstr(part));
  for (const char* part : {"@STYLE@", "@MODULES@", "@LIBRARIES@", "sourceMappingURL", "\nimport ", "\nexport "})
    EXPECT_THAT(page, Not(HasSubstr(part)));
  EXPECT_LT(page.size(), 1'500'000U);
}

TEST(Page, has_the_source_in_its_title) {
  Json results = example();
  results["source"] = "ratings & <films>";
  EXPECT_THAT(page_of(results.dump()), HasSubstr("<title>Encore study: ratings &amp; &lt;films&gt;</title>"));
}

TEST(Page, what_looks_like_markup_stays_text) {
  const std::string calm = page_of(example().dump());
  Json results = example();
  const std::string hostile = "</script><script>alert(1)</script><!-- <img src=x onerror=alert(2)>";
  results["answers"][0]["text"] = hostile;
  const std::string page = page_of(results.dump());
  EXPECT_EQ(occurrences("</script", page), occurrences("</script", calm));
  EXPECT_EQ(occurrences("<!--", page), occurrences("<!--", calm));
  EXPECT_EQ(occurrences("<img", page), occurrences("<img", calm));
  EXPECT_EQ(Json::parse(results_inside(page))["answers"][0]["text"], hostile);
}

TEST(Page, what_is_no_study_is_a_sentence) {
  EXPECT_THAT(sentence_for("{"), HasSubstr("no JSON"));
  EXPECT_THAT(sentence_for("[]"), HasSubstr("'format' is not 'encore-study'"));
  EXPECT_THAT(sentence_for("{}"), HasSubstr("'format' is not 'encore-study'"));
  Json results = example();
  results["version"] = 7;
  EXPECT_THAT(sentence_for(results.dump()), HasSubstr("version 7; this program draws version 1"));
  results.erase("version");
  EXPECT_THAT(sentence_for(results.dump()), HasSubstr("version null"));
}

}  // namespace
}  // namespace encore
