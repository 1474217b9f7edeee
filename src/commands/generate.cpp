// `encore generate`: writes a MovieLens-shaped twin and says how well it meets the shape.
#include <fmt/format.h>
#include <filesystem>
#include <nlohmann/json.hpp>
#include "commands/command.h"
#include "console/progress.h"
#include "console/shell_word.h"
#include "console/table.h"
#include "generation/twin.h"
#include "process/resources.h"
#include "monitor/phases.h"
#include "process/staged_folder.h"
#include "settings/generate_settings.h"

namespace encore {
namespace {

using generation::Shape;
using generation::TwinCounts;

nlohmann::ordered_json report(const GenerateSettings& settings, const TwinCounts& counts, const Phase& phase) {
  nlohmann::ordered_json subsets = nlohmann::ordered_json::array();
  for (const auto& subset : counts.subsets)
    subsets.push_back({{"first_year", subset.first_year},
                       {"last_year", subset.last_year},
                       {"titles", subset.titles},
                       {"movies", subset.rated},
                       {"users", subset.users},
                       {"ratings", subset.ratings}});
  return {{"folder", settings.output},
          {"like", settings.like},
          {"scale", settings.users ? nlohmann::ordered_json() : nlohmann::ordered_json(settings.scale.value_or(1))},
          {"seed", settings.seed},
          {"titles", counts.movies},
          {"movies", counts.rated_movies},
          {"users", counts.users},
          {"ratings", counts.ratings},
          {"stars", counts.stars},
          {"most_rated", counts.most_rated},
          {"subsets", std::move(subsets)},
          {"seconds", phase.seconds},
          {"peak_rss_bytes", phase.peak_rss_bytes}};
}

std::string readable_report(const GenerateSettings& settings, const TwinCounts& counts, const Phase& phase) {
  Table table({{"films of"}, {"titles", true}, {"rated", true}, {"users", true}, {"ratings", true}});
  for (const auto& subset : counts.subsets)
    table.add({fmt::format("{}-{}", subset.first_year, subset.last_year), with_thousands(subset.titles),
               with_thousands(subset.rated), with_thousands(subset.users), with_thousands(subset.ratings)});
  table.add({"all years", with_thousands(counts.movies), with_thousands(counts.rated_movies),
             with_thousands(counts.users), with_thousands(counts.ratings)});
  double sum = 0;
  for (std::size_t star = 0; star < counts.stars.size(); ++star)
    sum += 0.5 * static_cast<double>(star + 1) * static_cast<double>(counts.stars[star]);
  return fmt::format(
      "{}\n  mean {:.2f} stars, {} ratings of the most rated film\n\n{}: written in {}, peak memory {}.\n"
      "Next: encore prepare {} -o {}\n",
      table.text(), sum / static_cast<double>(counts.ratings), with_thousands(counts.most_rated), settings.output,
      readable_seconds(phase.seconds), readable_bytes(phase.peak_rss_bytes), folder_word(settings.output),
      folder_word(settings.output, ".dataset"));
}

int run_generate(const GenerateSettings& settings, const Output& output) {
  if (settings.scale && settings.users)
    throw UserError("--scale does nothing where --users is given, which films and ratings follow; leave it out");
  const Shape shape = generation::shape_of(
      settings.like,
      generation::Amounts{settings.scale.value_or(1), settings.users, settings.films, settings.ratings});
  const int threads = threads_to_use(settings.threads);
  StagedFolder folder(settings.output, generation::is_twin(settings.output));
  Phases phases;
  phases.start("generate");
  TwinCounts counts;
  {
    Progress progress(output, "generate", "ratings", static_cast<double>(shape.ratings));
    counts = generation::write_twin(folder.path(), shape, static_cast<std::uint64_t>(settings.seed), threads,
                                    [&](std::int64_t done) { progress.update(static_cast<double>(done)); });
  }
  folder.commit();
  const Phase& phase = phases.finish(counts.ratings);
  output.object(report(settings, counts, phase).dump());
  output.result(readable_report(settings, counts, phase));
  return 0;
}

}  // namespace

Command generate_command() {
  return make_command<GenerateSettings>(
      "generate", "Write a made-up data set with the shape of a MovieLens set.",
      {"encore generate -o twin --like ml-25m", "encore generate -o small --scale 0.01",
       "encore generate -o large --users 1000000 --films 1000000 --ratings 50000000"}, generate_options(),
      run_generate);
}

}  // namespace encore
