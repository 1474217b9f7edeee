// What the table of protocols says becomes options; the rest is drawn or read here.
#include "preparation/protocol.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include "preparation/numpy_random.h"
#include "process/error.h"
#include "settings/protocols.h"

namespace encore {
namespace {

namespace fs = std::filesystem;

/// What the protocol says, as if the user had said it.
void apply(const Protocol& protocol, PrepareSettings& settings) {
  if (!protocol.keeps.empty())
    settings.where = settings.where.empty() ? std::string(protocol.keeps) : fmt::format("({}\n) AND {}", settings.where, protocol.keeps);
  for (const auto& [name, said] : protocol.says) {
    const auto option = std::ranges::find(prepare_options(), name, &Option<PrepareSettings>::name);
    with_value(settings, *option, [&](auto& value) {
      using Value = std::remove_cvref_t<decltype(value)>;
      std::visit(
          [&](auto one) {
            using Said = decltype(one);
            if constexpr (std::is_same_v<Said, std::string_view> && std::is_same_v<Value, std::string>) value = Value(one);
            if constexpr (std::is_same_v<Said, Value> || std::is_same_v<std::optional<Said>, Value>) value = one;
          },
          said);
    });
  }
}

/// "user film film …" lines as a table of pairs.
std::unique_ptr<NamelessFile> pairs_of(const fs::path& file, const fs::path& neighbour) {
  std::ifstream in(file);
  if (!in)
    throw UserError(fmt::format("--protocol lightgcn: {} cannot be read; SOURCE is the folder of train.txt and test.txt", file.string()));
  auto pairs = std::make_unique<NamelessFile>(neighbour);
  std::ofstream out(pairs->path(), std::ios::binary | std::ios::trunc);
  out << "userId,movieId\n";
  std::string line;
  for (std::int64_t at = 1; std::getline(in, line); ++at) {
    std::vector<std::string> ids;
    for (std::size_t begin = 0; begin < line.size();) {
      const std::size_t end = std::min(line.find_first_of(" \t\r", begin), line.size());
      if (end > begin) ids.push_back(line.substr(begin, end - begin));
      begin = end + 1;
    }
    for (const std::string& id : ids)
      if (!std::ranges::all_of(id, [](char c) { return c >= '0' && c <= '9'; }))
        throw UserError(fmt::format("{}, line {}: '{}' is no number; a line is a user and the films of that user", file.string(), at, id));
    for (std::size_t i = 1; i < ids.size(); ++i) out << ids[0] << ',' << ids[i] << '\n';
  }
  out.flush();
  if (!out) throw UserError(fmt::format("there is no room for the rows of {} beside {}", file.string(), neighbour.string()));
  return pairs;
}

std::int64_t number(Database& database, const std::string& sql) { return database.number(sql).value_or(0); }

/// Rows "number,fold" or "number,place" become a table.
void take_rows(Database& database, const NamelessFile& rows, const char* table, const char* columns) {
  database.run(fmt::format("CREATE TABLE {} AS SELECT * FROM read_csv({}, header = false, auto_detect = false, delim = ',', columns "
                           "= {})",
                           table, sql_literal(rows.path().string()), columns));
}

struct HeldOut {
  std::int64_t validation, test;
};

HeldOut held_out_of(const PrepareSettings& settings, std::int64_t users) {
  constexpr std::int64_t of_paper = 10'000;
  const PrepareSettings fresh;
  const bool said = settings.hold_out != fresh.hold_out || settings.validation != fresh.validation;
  const auto share = [&](double of) { return static_cast<std::int64_t>(std::floor(of * static_cast<double>(users))); };
  const HeldOut held = said ? HeldOut{share(settings.validation), share(settings.hold_out)} : HeldOut{of_paper, of_paper};
  if (users <= held.validation + held.test)
    throw UserError(fmt::format("--protocol liang holds out 10,000 users for validation and 10,000 for testing, as its paper does for "
                                "MovieLens 20M, and there are {}; say a share of them: --hold-out 0.1 --validation 0.1",
                                users));
  return held;
}

}  // namespace

ProtocolSettings with_protocol(const PrepareSettings& said) {
  ProtocolSettings result{said, nullptr, nullptr};
  if (!said.protocol) return result;
  const Protocol& protocol = *std::ranges::find(protocols(), *said.protocol, &Protocol::name);
  for (const Option<PrepareSettings>& option : prepare_options())
    if (std::ranges::find(protocol.decides, option.name) != protocol.decides.end() && is_given(said, option))
      throw UserError(fmt::format("--protocol {} decides {}; leave that out", protocol.name, option.name));
  apply(protocol, result.settings);
  if (protocol.name == "lightgcn") {
    const fs::path folder(said.source), neighbour(said.output);
    result.train = pairs_of(folder / "train.txt", neighbour);
    result.test = pairs_of(folder / "test.txt", neighbour);
    result.settings.source = result.train->path().string();
    result.settings.test_ratings = result.test->path().string();
  }
  return result;
}

void split_as_liang(Database& database, Pipeline& pipeline, const PrepareSettings& settings, DatasetSummary& summary,
                    const fs::path& folder) {
  const auto seed = static_cast<std::uint32_t>(settings.seed);
  const std::int64_t users = number(database, "SELECT count(DISTINCT userId) FROM ratings_final");
  const HeldOut held = held_out_of(settings, users);
  summary.hold_out = static_cast<double>(held.test) / static_cast<double>(users);
  summary.validation = static_cast<double>(held.validation) / static_cast<double>(users);
  {
    const NamelessFile rows(folder / "ratings.parquet");
    std::ofstream out(rows.path(), std::ios::trunc);
    const std::vector<std::int64_t> order = NumpyRandom(seed).permutation(users);
    for (std::int64_t at = 0; at < users; ++at)
      out << order[static_cast<std::size_t>(at)] << ','
          << (at >= users - held.test ? "test" : at >= users - held.test - held.validation ? "validation" : "train") << '\n';
    out.close();
    take_rows(database, rows, "protocol_folds", "{number: 'BIGINT', fold: 'VARCHAR'}");
  }
  pipeline.run("ratings_by_protocol");
  pipeline.pass_on("ratings_split", "ratings_by_protocol");
  if (const std::int64_t gone = number(database, "SELECT count(*) FROM ratings_final") -
                                number(database, "SELECT count(*) FROM ratings_by_protocol");
      gone > 0)
    summary.filtered["held out, unknown to training"] = gone;
  pipeline.run("users_by_protocol");
  pipeline.pass_on("users", "users_by_protocol");
  const NamelessFile rows(folder / "ratings.parquet");
  std::ofstream out(rows.path(), std::ios::trunc);
  for (const char* fold : {"validation", "test"}) {
    NumpyRandom random(seed);
    Rows counted = database.stream(fmt::format("SELECT CAST(\"user\" AS BIGINT), ratings FROM users_by_protocol WHERE fold = '{}' "
                                               "ORDER BY \"user\"",
                                               fold));
    while (counted.next())
      for (std::size_t row = 0; row < counted.size(); ++row) {
        const std::int64_t user = counted.int64(0)[row], n = counted.int64(1)[row];
        if (n < 5) continue;
        for (const std::int64_t place : random.choice(n, static_cast<std::int64_t>(0.2 * static_cast<double>(n))))
          out << user << ',' << place << '\n';
      }
  }
  out.close();
  take_rows(database, rows, "protocol_targets", "{number: 'BIGINT', place: 'BIGINT'}");
}

}  // namespace encore
