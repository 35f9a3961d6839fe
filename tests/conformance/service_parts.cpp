#include "service_parts.hpp"

#include <array>
#include <condition_variable>

namespace gatepost::conformance {
namespace {

Error ended() { return {"the site is not running", "the socket", "start it"}; }

// Of a site of which there is little to say, and what no site says.
constexpr std::array<const char*, 4> lines{R"({"record":{"site":1,"epoch":1,"sequence":1,"kind":"attempt"}})", "{}",
                                           R"({"scan":{"lane":"main","steps":[]}})", R"({"record":null})"};

}  // namespace

Result<std::string> StandInSite::ask(std::string_view verb, std::string_view request) {
  static_cast<void>(request);
  note(verb);
  if (has_ended_) return ended();
  if (verb == "status")
    return std::string(R"({"checkpoint":1,"name":"x","lanes":[],"inputs":[],"outputs":[],"services":[]})");
  return std::string("{}");
}

Result<void> StandInSite::follow(std::string_view verb, std::string_view request, const std::stop_token& stop,
                                 const std::function<bool(std::string_view)>& line) {
  static_cast<void>(request);
  note(verb);
  if (has_ended_) return ended();
  for (const char* one : lines)
    if (!line(one)) return {};
  std::mutex mutex;
  std::unique_lock lock(mutex);
  std::condition_variable_any().wait(lock, stop, [] { return false; });
  return {};
}

}  // namespace gatepost::conformance
