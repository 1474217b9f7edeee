// POST /v1/recommend: one request, a list of them, or one on each line (NDJSON). All of a list are asked at once, so that
// they are scored together; the last answer sends the reply.
#include <algorithm>
#include <fmt/format.h>
#include "serve/service.h"

namespace encore::serve {
namespace {

constexpr std::size_t most_requests = 1000;

Json error_object(const HttpError& error) {
  Json object = {{"message", error.what()}, {"status", error.status()}};
  if (!error.field().empty()) object["field"] = error.field();
  return Json{{"error", std::move(object)}};
}

/// The requests of one body and their answers.
struct Bundle {
  enum class Form { one, list, lines } form = Form::one;
  std::vector<Json> answers;
  std::vector<std::optional<RecommendCall>> calls;
  std::atomic<std::size_t> open{0};
  std::optional<HttpError> failed;  ///< of a single request
  Reply reply;

  void send() {
    if (failed) return reply(error_reply(failed->status(), failed->what(), failed->field()));
    std::string text;
    const auto dump = [](const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); };
    if (form == Form::list) text = dump(answers) + "\n";
    if (form != Form::list) {
      for (const Json& answer : answers) text += dump(answer) + "\n";
    }
    reply({200, form == Form::lines ? "application/x-ndjson" : "application/json", std::move(text), {}});
  }
  void fail(std::size_t i, const HttpError& error) {
    if (form == Form::one) failed = error;
    answers[i] = error_object(error);
  }
  void finish_one() {
    if (--open == 0) send();
  }
};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    const auto line = text.substr(0, end);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) lines.push_back(line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

}  // namespace

void Service::recommend(const HttpRequest& request, const Reply& reply) {
  const auto bundle = std::make_shared<Bundle>();
  bundle->reply = reply;
  std::vector<Json> requests;
  std::vector<std::optional<HttpError>> broken;
  if (request.content_type == "application/x-ndjson") {
    bundle->form = Bundle::Form::lines;
    for (const auto line : lines_of(request.body)) {
      broken.emplace_back();
      requests.emplace_back();
      try {
        requests.back() = parsed_body(line);
      } catch (const HttpError& error) {
        broken.back() = error;
      }
    }
  } else {
    Json body = parsed_body(request.body);
    if (body.is_array()) {
      bundle->form = Bundle::Form::list;
      for (Json& one : body) requests.push_back(std::move(one));
    } else {
      requests.push_back(std::move(body));
    }
    broken.resize(requests.size());
  }
  if (requests.size() > most_requests) throw HttpError(413, fmt::format("a request holds at most {} requests", most_requests));
  const auto desk = open()->desk;
  bundle->answers.resize(requests.size());
  bundle->calls.resize(requests.size());
  bundle->open = requests.size() + 1;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    try {
      if (broken[i]) throw *broken[i];
      bundle->calls[i] = understood(requests[i], "", desk, knows_users_ ? &users_ : nullptr, *retired_.of(desk), settings_.explore,
                                    cursors_);
    } catch (const HttpError& error) {
      bundle->fail(i, error);
      --bundle->open;
    }
  }
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (!bundle->calls[i]) continue;
    const RecommendCall& call = *bundle->calls[i];
    batcher_.ask({call.desk, call.person, call.wanted(), call.fits}, [this, bundle, i](const Recommendation* answer,
                                                                                      std::exception_ptr failure) {
      auto finish = [this, bundle, i, failure, answer = answer == nullptr ? Recommendation{} : *answer] {
        try {
          if (failure) std::rethrow_exception(failure);
          bundle->answers[i] = answer_json(*bundle->calls[i], answer, cursors_);
        } catch (const HttpError& error) {
          bundle->fail(i, error);
        } catch (const std::exception& error) {
          bundle->fail(i, HttpError(500, error.what()));
        }
        bundle->finish_one();
      };
      workers_.post(std::move(finish), true);
    });
  }
  bundle->finish_one();
}

}  // namespace encore::serve
