// A few batches for each thread are answered in parallel, then written in order, and so on: the file grows in user
// order, and memory stays small.
#include "recommendation/bulk.h"
#include <algorithm>
#include <cerrno>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include "database/database.h"
#include "kernel/parallel.h"
#include "process/error.h"
#include "process/interruption.h"
#include "process/nameless_file.h"
#include "process/staged_file.h"

namespace encore {
namespace {

constexpr std::int64_t batches_a_thread = 8;

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text) out += c == '"' ? std::string("\"\"") : std::string(1, c);
  return out + '"';
}

/// "movieId,title,year," of every film, quoted once.
std::vector<std::string> film_cells(const Catalogue& items) {
  std::vector<std::string> cells;
  for (std::size_t item = 0; item < items.id.size(); ++item) {
    cells.push_back(fmt::format("{},{},{},", quoted(items.id[item]), quoted(items.title[item]),
                                items.year[item] ? fmt::format("{}", *items.year[item]) : ""));
  }
  return cells;
}

struct Piece {
  std::string text;
  std::int64_t rows = 0, popular = 0, without = 0;
};

/// Writes to `path`; a failure is said of `file`, which the user named.
BulkResult write_rows(const TrainedModel& model, const ListsFor& lists, const UserTable& users,
                      const ProfileOf& profile, const std::filesystem::path& path, const std::filesystem::path& file,
                      int threads, const OnUsers& on_users) {
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  out << "userId,rank,movieId,title,year,score\n";
  const std::vector<std::string> films = film_cells(model.items);
  const std::int64_t batches = (users.size() + rows_at_once - 1) / rows_at_once;
  BulkResult result;
  for (std::int64_t first = 0; first < batches; first += batches_a_thread * threads) {
    const std::int64_t count = std::min(batches_a_thread * threads, batches - first);
    std::vector<Piece> pieces(static_cast<std::size_t>(count));
    kernel::parallel_for(count, threads, [&](std::int64_t index) {
      stop_if_interrupted();
      const auto begin = static_cast<std::int32_t>((first + index) * rows_at_once);
      const std::int32_t end = std::min(begin + static_cast<std::int32_t>(rows_at_once), users.size());
      std::vector<Profile> people;
      for (std::int32_t user = begin; user < end; ++user) people.push_back(profile(user));
      const auto answers = lists(people);
      Piece& piece = pieces[static_cast<std::size_t>(index)];
      for (std::size_t i = 0; i < answers.size(); ++i) {
        const std::string user = quoted(users.id[static_cast<std::size_t>(begin) + i]);
        piece.popular += answers[i].kind == ScoreKind::ratings;
        piece.without += answers[i].items.empty();
        for (std::size_t rank = 0; rank < answers[i].items.size(); ++rank) {
          const ScoredItem& scored = answers[i].items[rank];
          fmt::format_to(std::back_inserter(piece.text), "{},{},{}{}\n", user, rank + 1,
                         films[static_cast<std::size_t>(scored.item)], scored.score);
          ++piece.rows;
        }
      }
    });
    for (const Piece& piece : pieces) {
      out << piece.text;
      result.rows += piece.rows;
      result.popular += piece.popular;
      result.without += piece.without;
    }
    result.users = std::min<std::int64_t>((first + count) * rows_at_once, users.size());
    on_users(result.users);
  }
  out.flush();
  if (!out) throw cannot_write(file, errno);
  return result;
}

}  // namespace

BulkResult write_all_as_csv(const TrainedModel& model, const ListsFor& lists, const UserTable& users,
                            const ProfileOf& profile, const std::filesystem::path& file, int threads,
                            const OnUsers& on_users) {
  return write_rows(model, lists, users, profile, file, file, threads, on_users);
}

BulkResult write_all_as_parquet(const TrainedModel& model, const ListsFor& lists, const UserTable& users,
                                const ProfileOf& profile, const std::filesystem::path& file, int threads,
                                const OnUsers& on_users) {
  const NamelessFile csv(file);
  const BulkResult result = write_rows(model, lists, users, profile, csv.path(), file, threads, on_users);
  Database database({.threads = threads});
  try {
    database.run(
        fmt::format("COPY (SELECT * FROM read_csv({}, header = true, auto_detect = false, delim = ',', quote = '\"', "
                    "escape = '\"', columns = "
                    "{{'userId': '{}', 'rank': 'INTEGER', 'movieId': '{}', 'title': 'VARCHAR', 'year': 'INTEGER', "
                    "'score': 'FLOAT'}})) TO {} "
                    "(FORMAT parquet, USE_TMP_FILE false)",
                    sql_path(csv.path()), users.numeric_ids ? "BIGINT" : "VARCHAR",
                    model.items.numeric_ids ? "BIGINT" : "VARCHAR", sql_literal(file.string())));
  } catch (const SqlError& error) {
    const std::string_view text = error.what();
    throw UserError(fmt::format("{} cannot be written: {}", file.string(), text.substr(0, text.find('\n'))));
  }
  return result;
}

}  // namespace encore
