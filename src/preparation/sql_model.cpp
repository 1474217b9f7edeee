// Reading the first line of each embedded text.
#include "preparation/sql_model.h"

#include <algorithm>
#include <cassert>
#include <sstream>
#include <stdexcept>

namespace encore {

SqlModel parse_sql_model(std::string_view text) {
  std::istringstream line{std::string(text.substr(0, text.find('\n')))};
  std::string dashes, key, name, materialize, output;
  line >> dashes >> key >> name;
  const bool named = dashes == "--" && key == "name:";
  line >> key >> materialize;
  const bool says_materialize = key == "materialize:" && (materialize == "yes" || materialize == "no");
  line >> key >> output;
  const bool says_output = key == "output:" && (output == "yes" || output == "no");
  if (!named || !says_materialize || !says_output)
    throw std::logic_error("a text of the pipeline lacks its first line: " + line.str());
  return {name, materialize == "yes", output == "yes", text};
}

const SqlModel& sql_model(std::string_view name) {
  static const std::vector<SqlModel> models = [] {
    std::vector<SqlModel> all;
    for (const std::string_view text : sql_texts()) all.push_back(parse_sql_model(text));
    return all;
  }();
  const auto found = std::ranges::find(models, name, &SqlModel::name);
  if (found == models.end()) throw std::logic_error("the pipeline has no model named " + std::string(name));
  return *found;
}

std::string sql_text_over(std::string_view name, std::string_view relation, std::string_view other) {
  std::string text(sql_model(name).text);
  const std::string from = "FROM " + std::string(relation) + "\n";
  const std::size_t at = text.find(from);
  if (at == std::string::npos || text.find(from, at + 1) != std::string::npos)
    throw std::logic_error("the text " + std::string(name) + " does not stand over " + std::string(relation));
  return text.replace(at, from.size(), "FROM " + std::string(other) + "\n");
}

}  // namespace encore
