// What runs beside a site and sees it through its API alone: a web console, a hub's agent, a page on the wall.
#pragma once

#include <algorithm>
#include <array>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>

#include <gatepost/host.hpp>
#include <gatepost/result.hpp>

namespace gatepost {

/// What can be asked of a running site, by name: the same verbs as the `gatepost` command has.
struct ApiVerb {
  std::string_view name;
  bool changes;             ///< something at the site: then the site file must allow it to the service
  std::string_view answer;  ///< for people: what it answers, and the fields of a request
};

inline constexpr std::array api_verbs{
    ApiVerb{"status", false, "lanes, inputs, outputs, services, journal, clock, alarms"},
    ApiVerb{"alarms", false, "the last alarms since the start"},
    ApiVerb{"records", false,
            "Records after a cursor: after {epoch, sequence}, lane, kind, direction, outcome, device, subject, since, "
            "until, "
            "limit (512 at most); newest: the last"},
    ApiVerb{"follow", false, "a line for each Record from now on, or after a cursor: as records, without limit"},
    ApiVerb{"counts", false, "scans of the last hour, day, week and month, by lane and outcome"},
    ApiVerb{"trace", false, "the way of the last scans step by step: lane, last; follow: each as it ends"},
    ApiVerb{"dead_letters", false, "what outputs refused for good: output, after, limit"},
    ApiVerb{"tape", false, "what a device gave last, byte by byte: device, before"},
    ApiVerb{"metrics", false, "the numbers as Prometheus reads them, in text"},
    ApiVerb{
        "lookup", false,
        "what a lane would answer to a code, and why, without a Record or a command: code, lane, direction, symbology"},
    ApiVerb{"inspect", false,
            "of a code: whether it exists, whose it is, what applies to it and its holder's last attempts: as lookup"},
    ApiVerb{"inside", false, "who is inside now, by zone: zone, within"},
    ApiVerb{"presence", false,
            "whether the checkpoint scans in earnest: scans beside what is usual, gaps, devices down"},
    ApiVerb{"pseudonym", false, "what Records carry for a subject: subject"},
    ApiVerb{"resend_dead_letters", true, "has an output take them again: output, sequences"},
    ApiVerb{"drop_dead_letters", true, "forgets them for good: output, sequences"},
    ApiVerb{"erase", true, "erases a person from Records: subject"},
    ApiVerb{"reload", true, "takes over the site file as it stands now: site"},
};

/// Null where there is none of that name.
constexpr const ApiVerb* find_api_verb(std::string_view name) {
  const auto found = std::ranges::find(api_verbs, name, &ApiVerb::name);
  return found == api_verbs.end() ? nullptr : &*found;
}

/// What a Service may ask of the site. Safe to call from any thread. Requests and answers are JSON objects in text
/// (RFC 8259): R"({"limit":20})". Sizes are bounded: 64 KiB a request, 8 MiB an answer.
class ServiceHost : public Host {
 public:
  /// Asks a verb once. An Error where the site says so, does not answer within ten seconds or has ended, and for each
  /// verb that the service did not declare.
  virtual Result<std::string> ask(std::string_view verb, std::string_view request) = 0;
  Result<std::string> ask(std::string_view verb) { return ask(verb, "{}"); }

  /// Asks a verb that answers line by line; `line` is called with each on this thread, and returns whether to go on.
  /// Returns when it says no, or when `stop` is asked for; an Error where the site ends it. Meanwhile other threads
  /// may ask. A service that reads too slowly is left by the site, and follows again from where it was.
  virtual Result<void> follow(std::string_view verb, std::string_view request, const std::stop_token& stop,
                              const std::function<bool(std::string_view)>& line) = 0;

  /// A sign of life for a service that declares `signs_of_life_within`. Cheap.
  virtual void is_alive() = 0;
};

/// Runs in a process of its own, which the engine starts, watches, bounds and, where it ends, starts again after a
/// while. Nothing that it does reaches a gate but by the verbs that it declares:
///   static constexpr std::array<const char*, N> asks{"status", "counts"};
/// and, where the engine shall see that it hangs, how often it says that it is alive at least:
///   static constexpr std::chrono::seconds signs_of_life_within{30};
class Service {
 public:
  virtual ~Service() = default;

  /// Returns within 1 s once `stop` is asked for, which also comes when the engine has ended. An Error, an exception
  /// and a crash are all the same to the gates: the service is run again.
  virtual Result<void> run(ServiceHost& host, std::stop_token stop) = 0;
};

}  // namespace gatepost
