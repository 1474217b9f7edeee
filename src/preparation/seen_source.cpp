// A table of seen films is read like a table of ratings in which nobody said how many stars.
#include "preparation/seen_source.h"

#include <fmt/format.h>

#include "folder/events_file.h"
#include "preparation/column_roles.h"
#include "preparation/events_source.h"
#include "preparation/sql_model.h"
#include "process/error.h"

namespace encore {
namespace {

/// The settings for this table: names of columns that it does not have are those of the ratings alone.
PrepareSettings settings_of(const PrepareSettings& settings, const TableFile& file) {
  PrepareSettings own = settings;
  const PrepareSettings defaults;
  own.implicit = true;
  own.count_column.reset(), own.repeats.reset();
  if (!file.has(own.user_column)) own.user_column = defaults.user_column;
  if (!file.has(own.item_column)) own.item_column = defaults.item_column;
  if (!file.has(own.time_column)) own.time_column = defaults.time_column;
  return own;
}

std::int64_t rows_in(Database& database, const std::string& from) { return database.number("SELECT count(*) FROM " + from).value_or(0); }

/// The table's rows as seen_rows(userId, movieId, time).
void read_table(Database& database, const PrepareSettings& settings, const Source& source, const Relations& relations) {
  database.run("CREATE VIEW raw_seen AS " + select_raw_ratings(database, source, "file_seen"));
  database.run(fmt::format("CREATE TABLE seen_rows AS SELECT {} AS userId, {} AS movieId, time, malformed FROM ({})",
                           user_id_expression(relations, settings), movie_id_expression(relations, settings),
                           sql_text_over("ratings_parsed", "raw_ratings", "raw_seen")));
}

}  // namespace

std::optional<Source> find_seen_table(Database& database, const PrepareSettings& settings, const std::filesystem::path& spool_folder) {
  if (!settings.seen) return std::nullopt;
  Source source;
  source.format = "table";
  try {
    source.ratings = inspect_table(database, *settings.seen, reading_of(settings, spool_folder));
  } catch (const UserError& error) {
    throw UserError(fmt::format("--seen: {}", error.what()));
  }
  TableFile& file = source.ratings;
  name_columns(file, !settings.no_header);
  const PrepareSettings own = settings_of(settings, file);
  RatingColumns columns = rating_columns(file, own, true);
  if (!columns.user || !columns.item)
    throw UserError(fmt::format("--seen {} needs a column of users and one of items, named {} and {} as in the ratings, or like them; "
                                "it has {}", *settings.seen, settings.user_column, settings.item_column, short_list(file.columns)));
  require_usable(file, columns);
  source.user_column = *columns.user, source.item_column = *columns.item, source.time_column = columns.time;
  if (columns.guessed) source.remarks.push_back(told_columns(file, columns));
  return source;
}

std::int64_t create_sightings(Database& database, Pipeline& pipeline, const PrepareSettings& settings, const std::optional<Source>& table,
                              bool has_log, const Relations& relations) {
  std::string all;
  std::int64_t refused = 0;
  if (has_log) {
    pipeline.run("event_sightings");
    all = fmt::format("SELECT {} AS userId, {} AS movieId, kind, count, time FROM event_sightings",
                      id_of_event("userId", relations.user_is_number), id_of_event("movieId", relations.movie_is_number));
  }
  if (table) {
    read_table(database, settings, *table, relations);
    const std::string usable = "NOT malformed AND userId IS NOT NULL AND movieId IS NOT NULL";
    refused = rows_in(database, fmt::format("seen_rows WHERE NOT ({})", usable));
    std::string rows = fmt::format("SELECT s.userId, s.movieId, 'seen' AS kind, CAST(1 AS BIGINT) AS count, s.time FROM seen_rows AS s "
                                   "WHERE {}", usable);
    if (has_log)  // what the log took back is taken back here, too
      rows += " AND NOT EXISTS (SELECT 1 FROM events_typed AS e WHERE e.userId = s.userId AND (e.forgotten OR e.movieId = s.movieId))";
    all += (all.empty() ? "" : " UNION ALL ") + rows;
  }
  database.run("CREATE VIEW sightings_typed AS " + all);
  return refused;
}

std::optional<EventCounts> write_events(Database& database, Pipeline& pipeline, const std::filesystem::path& folder, bool any) {
  pipeline.run("events_judged");
  pipeline.run("events_file");
  EventCounts counts;
  {
    Rows rows = database.stream("SELECT kind, count(*), count(DISTINCT \"user\") FROM events_file GROUP BY kind");
    while (rows.next())
      for (std::size_t row = 0; row < rows.size(); ++row) {
        const std::string_view kind = rows.text(0, row);
        (kind == "seen" ? counts.seen : kind == "shown" ? counts.shown : counts.dismissed) = rows.int64(1)[row];
        if (kind == "seen") counts.seen_users = rows.int64(2)[row];
      }
  }
  {
    Rows rows = database.stream("SELECT reason, count(*) FROM events_judged WHERE reason <> '' GROUP BY reason");
    while (rows.next())
      for (std::size_t row = 0; row < rows.size(); ++row) counts.left_out[std::string(rows.text(0, row))] = rows.int64(1)[row];
  }
  if (counts.rows() == 0 && !any) return std::nullopt;
  pipeline.write("SELECT * FROM events_file ORDER BY \"user\", item, kind", folder / events_file);
  return counts;
}

}  // namespace encore
