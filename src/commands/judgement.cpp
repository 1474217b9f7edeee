// Per-user results go through a nameless CSV file, which DuckDB makes Parquet of.
#include "commands/judgement.h"
#include <fmt/format.h>
#include <algorithm>
#include <cerrno>
#include <fstream>
#include <unordered_map>
#include "database/database.h"
#include "dataset/judging_rows.h"
#include "dataset/dataset_summary.h"
#include "dataset/same_scale.h"
#include "process/error.h"
#include "process/nameless_file.h"
#include "process/staged_file.h"
#include "recommendation/catalogue_filter.h"
#include "settings/protocols.h"

namespace encore {
namespace {

/// 1 for the items whose ids stand in the file, one a line.
std::vector<std::uint8_t> candidates_in(const std::string& file, const Catalogue& items) {
  std::ifstream in(file);
  if (!in)
    throw UserError(fmt::format("--candidates: '{}' is neither rated-by-somebody nor all, and no file that can be read",
                                file));
  std::unordered_map<std::string_view, std::size_t> number;
  for (std::size_t item = 0; item < items.id.size(); ++item) number.emplace(items.id[item], item);
  std::vector<std::uint8_t> candidate(items.id.size());
  std::string line;
  for (std::int64_t at = 1; std::getline(in, line); ++at) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (line.empty()) continue;
    const auto found = number.find(line);
    if (found == number.end())
      throw UserError(fmt::format("{}, line {}: '{}' is no film of the dataset", file, at, line));
    candidate[found->second] = 1;
  }
  if (std::ranges::count(candidate, 1) == 0) throw UserError(fmt::format("{} names no film", file));
  return candidate;
}

void add_slices(std::vector<RankingSlice>& slices, const std::string& by, const EvaluateSettings& settings,
                const Dataset& dataset, Fold fold) {
  std::vector<RankingSlice> more;
  if (by == "popularity")
    more = slices_by_popularity(dataset.items);
  else if (by == "history")
    more = slices_by_history(dataset, fold);
  else
    more.push_back({by,
                    films_where(std::filesystem::path(settings.dataset) / "items.parquet", by,
                                dataset.items.numeric_ids, "--by"),
                    {}});
  std::ranges::move(more, std::back_inserter(slices));
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

void write_rows(std::ostream& out, const Dataset& dataset, std::span<const Metric> metrics,
                const NamedJudgement& named) {
  const RankingJudgement& judgement = *named.judgement;
  for (std::size_t user = 0; user < judgement.users.size(); ++user) {
    out << fmt::format("{},{},{},{}", quoted(dataset.users.id[static_cast<std::size_t>(judgement.users[user])]),
                       quoted(named.name), judgement.given[user], judgement.targets[user]);
    for (std::size_t m = 0; m < metrics.size(); ++m) {
      if (metrics[m].kind->of_user == nullptr) continue;
      const auto figure = figure_of(metrics[m], judgement.shares[user * metrics.size() + m]);
      out << ',' << (figure ? fmt::format("{}", *figure) : "");
    }
    out << '\n';
  }
}

}  // namespace

void require_to_be_judged(const TrainedModel& model, const Dataset& dataset, const EvaluateSettings& settings) {
  if (const auto added = std::ranges::count(model.items.added, 1); added > 0) {
    throw UserError(fmt::format("{} has {} that came after its training (`encore items list`), of which no dataset knows anything to be "
                                "judged by; judge it before films are added, or train again",
                                settings.model, added == 1 ? "1 film" : fmt::format("{} films", added)));
  }
  if (model.items.id != dataset.items.id) {
    throw UserError(fmt::format("{} was trained on other films than {} holds; name the dataset that it was trained on",
                                settings.model, settings.dataset));
  }
  require_same_scale(model.scale, dataset.scale, settings.model, settings.dataset);
  if (model.dataset_fingerprint.ends_with(of_all_ratings) && !settings.other_dataset) {
    throw UserError(fmt::format("{} was trained on all ratings (--all-ratings), so there is nothing that it has not seen "
                                "and could be judged on; judge a model trained without --all-ratings",
                                settings.model));
  }
  if (model.dataset_fingerprint != dataset.fingerprint && !settings.other_dataset) {
    throw UserError(fmt::format(
        "{} was trained on another dataset than {}, so its held-out users may be known to the model; name the "
        "dataset that it was trained on, or say --other-dataset",
        settings.model, settings.dataset));
  }
}

std::string said_of_retired_films(const TrainedModel& model, const std::string& folder) {
  const auto retired = std::ranges::count(model.items.retired, 1);
  if (retired == 0) return {};
  return fmt::format("{} has {}, which {} judged as if {}: the figures are those of the model, not of the lists that it gives now",
                     folder, retired == 1 ? "1 retired film" : fmt::format("{} retired films", retired), retired == 1 ? "is" : "are",
                     retired == 1 ? "it were an answer" : "they were answers");
}

std::vector<Metric> metrics_from(const EvaluateSettings& settings) {
  if (settings.metrics) return read_metrics(*settings.metrics);
  const std::string_view of_protocol = metrics_of_protocol(read_dataset_summary(settings.dataset).protocol);
  if (!of_protocol.empty()) return read_metrics(of_protocol);
  return usual_metrics(settings.negatives);
}

RankingRules rules_from(const EvaluateSettings& settings, const Dataset& dataset, Fold fold) {
  RankingRules rules;
  rules.metrics = metrics_from(settings);
  rules.negatives = settings.negatives;
  require_fit_for(settings.negatives, rules.metrics);
  if (settings.candidates == "all")
    rules.candidate.assign(dataset.items.id.size(), 1);
  else if (settings.candidates != "rated-by-somebody")
    rules.candidate = candidates_in(settings.candidates, dataset.items);
  rules.hide_rated = settings.hide == "rated";
  rules.give = give_named(settings.give);
  for (const std::string& by : settings.by) add_slices(rules.slices, by, settings, dataset, fold);
  return rules;
}

void write_per_user(const std::filesystem::path& file, const Dataset& dataset, std::span<const Metric> metrics,
                    std::span<const NamedJudgement> judgements) {
  StagedFile staged(file);
  const NamelessFile csv(staged.path());
  std::string columns = fmt::format("'userId': '{}', 'ranking': 'VARCHAR', 'given': 'INTEGER', 'targets': 'INTEGER'",
                                    dataset.users.numeric_ids ? "BIGINT" : "VARCHAR");
  for (const Metric& metric : metrics)
    if (metric.kind->of_user != nullptr) columns += fmt::format(", {}: 'DOUBLE'", sql_literal(metric.key));
  {
    std::ofstream out(csv.path(), std::ios::binary | std::ios::trunc);
    for (const NamedJudgement& named : judgements) write_rows(out, dataset, metrics, named);
    out.flush();
    if (!out) throw cannot_write(staged.path(), errno);
  }
  Database database({.threads = 1});
  try {
    database.run(fmt::format("COPY (SELECT * FROM read_csv({}, header = false, auto_detect = false, delim = ',', quote "
                             "= '\"', escape = '\"', columns = {{{}}})) TO {} (FORMAT parquet, USE_TMP_FILE false)",
                             sql_literal(csv.path().string()), columns, sql_literal(staged.path().string())));
  } catch (const SqlError& error) {
    const std::string_view text = error.what();
    throw UserError(fmt::format("{} cannot be written: {}", file.string(), text.substr(0, text.find('\n'))));
  }
  staged.commit();
}

}  // namespace encore
