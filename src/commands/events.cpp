// `encore events`: what a log of events holds, and taking out of it what forgotten users said.
#include <algorithm>
#include <ctime>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <unordered_set>
#include "commands/command.h"
#include "console/table.h"
#include "events/erasure.h"
#include "events/event_files.h"
#include "settings/events_settings.h"

namespace encore {
namespace {

std::string day_of(std::int64_t time) {
  const std::time_t seconds = time;
  std::tm utc{};
  if (gmtime_r(&seconds, &utc) == nullptr) return std::to_string(time);
  std::string text(64, '\0');
  text.resize(std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &utc));
  return text;
}

int inspect(const EventsSettings& settings, const Output& output) {
  std::map<EventKind, std::int64_t> of_kind;
  std::unordered_set<std::string> users, items;
  std::int64_t first = 0, latest = 0;
  const LogEnd end = read_event_log(settings.folder, [&](const Event& event) {
    ++of_kind[event.kind];
    if (!event.user.empty()) users.insert(event.user);
    if (!event.item.empty()) items.insert(event.item);
    first = event.seq == 1 ? event.time : std::min(first, event.time);
    latest = event.seq == 1 ? event.time : std::max(latest, event.time);
  });
  Table table({{"", false}, {"", true}});
  table.add({"events", with_thousands(end.last)});
  for (const auto& [kind, count] : of_kind) table.add({"  " + std::string(row_of(kind).name), with_thousands(count)});
  table.add({"users", with_thousands(std::ssize(users))});
  table.add({"items", with_thousands(std::ssize(items))});
  if (end.last > 0) table.add({"from", day_of(first)}), table.add({"to", day_of(latest)});
  table.add({"files", fmt::format("{} ({} sealed)", end.files, end.sealed_files)});
  std::string text = table.text();
  if (end.torn_bytes > 0) {
    text += fmt::format("\n  The last line is not whole ({} bytes): it is being written, or it was when the server ended and will be "
                        "cut off when it starts.\n", end.torn_bytes);
  }
  output.result(text);
  nlohmann::ordered_json json = {{"events", end.last}, {"kinds", nlohmann::ordered_json::object()}};
  for (const auto& [kind, count] : of_kind) json["kinds"][std::string(row_of(kind).name)] = count;
  json["users"] = users.size();
  json["items"] = items.size();
  json["from"] = end.last > 0 ? nlohmann::ordered_json(first) : nlohmann::ordered_json(nullptr);
  json["to"] = end.last > 0 ? nlohmann::ordered_json(latest) : nlohmann::ordered_json(nullptr);
  json["files"] = end.files;
  json["sealed"] = end.sealed_files;
  json["tornBytes"] = end.torn_bytes;
  output.object(json.dump());
  return 0;
}

int erase(const EventsSettings& settings, const Output& output) {
  const Erasure erased = erase_forgotten(settings.folder);
  if (erased.events == 0) {
    output.result(fmt::format("{} holds nothing that a forgotten user said\n", settings.folder));
  } else {
    output.result(fmt::format("{} {} of {} forgotten {} erased; {} {} written again\nDatasets and models that were made of them before "
                              "are as they were: prepare and train again, and delete the old ones\n",
                              with_thousands(erased.events), erased.events == 1 ? "event" : "events", with_thousands(erased.users),
                              erased.users == 1 ? "user" : "users", erased.files, erased.files == 1 ? "file" : "files"));
  }
  output.object(nlohmann::ordered_json{{"erased", erased.events}, {"users", erased.users}, {"files", erased.files}}.dump());
  return 0;
}

int run(const EventsSettings& settings, const Output& output) {
  return settings.action == "erase" ? erase(settings, output) : inspect(settings, output);
}

}  // namespace

Command events_command() {
  return make_command<EventsSettings>(
      "events", "Show what a log of events holds, every line checked, or erase what forgotten users said.",
      {"encore events inspect events", "encore events inspect events --json", "encore events erase events"}, events_options(), run);
}

}  // namespace encore
