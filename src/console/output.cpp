// Which stream a text goes to, and that it ends with a newline.
#include "console/output.h"

#include <cstdio>
#include "console/one_line.h"
#include "console/progress.h"

namespace encore {
namespace {

/// What files held is quoted in it; no file is to command the terminal.
void write_text(std::FILE* stream, const std::string& said) {
  if (said.empty()) return;
  const std::string text = without_controls(said, "\n\t");
  wipe_progress_line();
  std::fwrite(text.data(), 1, text.size(), stream);
  if (text.back() != '\n') std::fputc('\n', stream);
  std::fflush(stream);
}

/// As it stands: JSON has its own way of writing control characters.
void write_line(const std::string& json_text) {
  wipe_progress_line();
  std::fwrite(json_text.data(), 1, json_text.size(), stdout);
  std::fputc('\n', stdout);
  std::fflush(stdout);
}

void tell(const Output& output, const std::string& text) {
  if (output.sinks != nullptr) {
    output.sinks->message(text);
  } else {
    write_text(stderr, text);
  }
}

}  // namespace

void Output::result(const std::string& text) const {
  if (!quiet && sinks == nullptr) write_text(json ? stderr : stdout, text);
}

void Output::object(const std::string& json_text) const {
  if (sinks != nullptr) {
    sinks->object(json_text);
  } else if (json) {
    write_line(json_text);
  }
}

void Output::remark(const std::string& text) const {
  if (!quiet) tell(*this, text);
}

void Output::warn(const std::string& text) const { tell(*this, "warning: " + text); }

}  // namespace encore
