#include "service/remote_host.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <optional>
#include <system_error>
#include <utility>

namespace gatepost::service {
namespace {

namespace fs = std::filesystem;
using plugin::ServiceNews;

constexpr std::size_t longest_text = 4096;  // of a line of the log or an alarm
constexpr std::size_t most_idle = 4;

std::string cut(std::string_view text) { return std::string(text.substr(0, longest_text)); }

Result<boost::json::object> request_of(std::string_view verb, std::string_view fields) {
  boost::system::error_code bad;
  auto value = boost::json::parse(fields, bad);
  if (bad || !value.is_object())
    return Error{"the request is no JSON object", std::string(verb), R"q(ask as ask("records", "{\"limit\":20}"))q"};
  value.get_object()["do"] = verb;
  return std::move(value.get_object());
}

// What tells the two ends of a connection what an answer is.
std::string answer_text(boost::json::object answer) {
  answer.erase("ok");
  return boost::json::serialize(answer);
}

}  // namespace

void RemoteHost::log(Severity severity, std::string_view event, std::string_view text) {
  link_.say({.kind = ServiceNews::Kind::log, .severity = severity, .name = cut(event), .text = cut(text)});
}

void RemoteHost::alarm_begins(std::string_view name, const Error& error) {
  link_.say({.kind = ServiceNews::Kind::alarm_begins,
             .name = cut(name),
             .error = Error{cut(error.what), cut(error.where), cut(error.remedy)}});
}

void RemoteHost::alarm_ends(std::string_view name) {
  link_.say({.kind = ServiceNews::Kind::alarm_ends, .name = cut(name)});
}

Result<fs::path> RemoteHost::data_folder() {
  if (data_.empty()) return idle_host()->data_folder();
  std::error_code failure;
  fs::create_directories(data_, failure);  // for its user alone: so does the program's umask see to it
  if (!failure) return data_;
  return Error{"the service's folder cannot be made: " + failure.message(), data_.string(),
               "let the engine's user write the folder above it"};
}

std::string RemoteHost::pseudonym(std::string_view subject) const {
  auto engine = connection();
  if (!engine) return {};
  const auto answer = engine->ask({{"do", "pseudonym"}, {"subject", subject}});
  const auto* text = answer ? answer->if_contains("pseudonym") : nullptr;
  return text != nullptr && text->is_string() ? std::string(text->get_string()) : std::string();
}

Result<std::unique_ptr<FileWatch>> RemoteHost::watch(WatchedFile file, FileReading read) {
  if (socket_.empty()) return support::read_once(*this, std::move(file), std::move(read));
  return files_.watch(shared_from_this(), std::move(file), std::move(read));
}

Result<api::Client> RemoteHost::connection() const {
  {
    const std::scoped_lock lock(mutex_);
    if (!idle_.empty()) {
      api::Client last = std::move(idle_.back());
      idle_.pop_back();
      return last;
    }
  }
  if (socket_.empty()) return Error{"no site can be asked: this service does not run", {}, "ask when it is run"};
  return api::Client::connect_to(socket_);
}

// A connection that has been idle may have been left by the engine: then another one is asked, once.
Result<std::string> RemoteHost::ask(std::string_view verb, std::string_view request) {
  const auto whole = request_of(verb, request);
  if (!whole) return whole.error();
  for (int attempt = 0;; ++attempt) {
    auto engine = connection();
    if (!engine) return engine.error();
    auto answer = engine->ask(*whole);
    if (!answer && !engine->is_good() && attempt <= static_cast<int>(most_idle)) continue;
    const std::scoped_lock lock(mutex_);
    if (engine->is_good() && idle_.size() < most_idle) idle_.push_back(std::move(*engine));
    if (!answer) return answer.error();
    return answer_text(std::move(*answer));
  }
}

Result<void> RemoteHost::follow(std::string_view verb, std::string_view request, const std::stop_token& stop,
                                const std::function<bool(std::string_view)>& line) {
  const auto whole = request_of(verb, request);
  if (!whole) return whole.error();
  auto engine = connection();
  if (!engine) return engine.error();
  const std::stop_callback ends(stop, [&] { engine->hang_up(); });
  if (auto sent = engine->send(*whole); !sent) return sent.error();
  while (true) {
    auto next = engine->next();
    if (stop.stop_requested()) return {};
    if (!next) return next.error();
    if (!*next) return Error{"the site has ended", std::string(verb), "follow it again once it runs"};
    if (!line(answer_text(std::move(**next)))) return {};
  }
}

}  // namespace gatepost::service
