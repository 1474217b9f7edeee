// Chooses the command, runs it, and turns whatever goes wrong into one line and an exit code.
#include "commands/program.h"

#include <poll.h>
#include <unistd.h>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <new>
#include <system_error>
#include <fmt/format.h>
#include "commands/command.h"
#include "commands/completion.h"
#include "commands/help.h"
#include "commands/man_page.h"
#include "commands/parser.h"
#include "options/suggestion.h"
#include "console/one_line.h"
#include "console/progress.h"
#include "monitor/monitor_file.h"
#include "process/error.h"
#include "process/interruption.h"
#include "process/version.h"
#include "serve/paths_markdown.h"

namespace encore {
namespace {

constexpr int done = 0, something_else = 1, users_mistake = 2;

void print(const std::string& text) { std::fwrite(text.data(), 1, text.size(), stdout); }

const Command* find_command(const std::string& name) {
  for (const Command& command : commands()) {
    if (command.name == name) return &command;
  }
  return nullptr;
}

const Command& named_command(const std::string& name) {
  if (const Command* command = find_command(name)) return *command;
  std::vector<std::string> names;
  for (const Command& command : commands()) names.emplace_back(command.name);
  if (name.starts_with('-')) {
    throw UserError(
        fmt::format("'{}' stands before the command; write encore COMMAND {} (see encore --help)", name, name));
  }
  const std::string nearest = nearest_word(name, names);
  throw UserError(fmt::format("'{}' is no command; {}", name,
                              nearest.empty() ? "see encore --help" : fmt::format("did you mean {}?", nearest)));
}

int show_options(const std::vector<std::string>& words) {
  if (words.size() == 2 && words[1] == "--markdown") {
    print(commands_markdown());
  } else if (words.size() == 2 && words[1] == "--json") {
    print(commands_json() + "\n");
  } else if (words.size() == 3 && words[1] == "--completion") {
    print(completion_script(words[2], commands()));
  } else if (words.size() == 2 && words[1] == "--paths") {
    print(serve::paths_markdown());
  } else if (words.size() == 2 && words[1] == "--man") {
    print(man_page(commands()));
  } else if (words.size() == 3 && words[1] == "--man") {
    print(man_page(named_command(words[2])));
  } else {
    throw UserError("encore options takes --json, --markdown, --paths, --completion bash|zsh|fish, --man or --man COMMAND");
  }
  return done;
}

int run_parsed(const ParsedCommand& parsed) {
  if (!parsed.monitor) return parsed.run(parsed.output);
  MonitorFile monitor(*parsed.monitor);
  const int exit_code = parsed.run(parsed.output);
  const SamplerCost cost = monitor.finish();
  parsed.output.remark(fmt::format("{}: {} samples; taking them cost {:.2f} % of a core\n", *parsed.monitor,
                                   cost.samples, cost.percent_of_a_core()));
  return exit_code;
}

int run_words(const std::vector<std::string>& words) {
  const std::string first = words.empty() ? "--help" : words.front();
  if (first == "--version" || first == "-V") {
    print(fmt::format("encore {}\n", program_version()));
    return done;
  }
  if (first == "options") return show_options(words);
  if (first == "--help" || first == "-h" || (first == "help" && words.size() == 1)) {
    print(overview_text());
    return done;
  }
  if (first == "help") {
    print(help_text(named_command(words[1])));
    return done;
  }
  const Command& command = named_command(first);
  const ParsedCommand parsed = parse_command(command, {words.begin() + 1, words.end()});
  if (parsed.help) {
    print(help_text(command));
    return done;
  }
  return run_parsed(parsed);
}

int fail(const std::string& sentence, int exit_code) {
  wipe_progress_line();
  std::fputs(fmt::format("encore: {}\n", one_line(sentence)).c_str(), stderr);
  return exit_code;
}

int run_guarded(const std::vector<std::string>& words) {
  try {
    return run_words(words);
  } catch (const UserError& error) {
    return fail(error.what(), users_mistake);
  } catch (const Interrupted& error) {
    return fail(error.what(), error.exit_code());
  } catch (const std::bad_alloc&) {
    return fail("there is not enough memory for this; close other programs or choose a smaller task", something_else);
  } catch (const std::filesystem::filesystem_error& error) {
    return fail(error.path1().string() + ": " + error.code().message(), users_mistake);
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::resource_unavailable_try_again) return fail(error.what(), something_else);
    return fail("the system grants no further thread; say fewer --threads or close other programs", something_else);
  } catch (const std::exception& error) {
    return fail(error.what(), something_else);
  }
}

bool reader_went_away() {
  struct pollfd output {
    STDOUT_FILENO, POLLOUT, 0
  };
  return poll(&output, 1, 0) == 1 && (output.revents & POLLERR) != 0;
}

}  // namespace

void call_command(const std::vector<std::string>& words, const OutputSinks& sinks) {
  if (words.empty()) throw UserError("name a command");
  ParsedCommand parsed = parse_command(named_command(words.front()), {words.begin() + 1, words.end()});
  if (parsed.help) throw UserError(fmt::format("{} is asked for, and here is nobody to read its help", words.front()));
  parsed.output.json = true;
  parsed.output.sinks = &sinks;
  run_parsed(parsed);
}

int run_program(const std::vector<std::string>& words) {
  watch_for_interruption();
  const int exit_code = run_guarded(words);
  // A result that could not be written is no result; only a reader that went away (`encore … | head`) is no failure.
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (!written && !reader_went_away())
    return fail("cannot write to standard output; is the disk full?", something_else);
  return exit_code;
}

}  // namespace encore
