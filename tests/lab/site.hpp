// The real engine on a site of a test's own, and what it has recorded.
#pragma once

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

#include "devices/uevents.hpp"
#include "world/command.hpp"
#include "world/guards.hpp"

namespace gatepost::lab {

/// A site with `devices` (lines of YAML below "devices:"), of which `input` feeds the one lane, and `actuator`, where
/// there is one, is its gate. Whoever has the code E000001 to E000004 may pass.
class Site {
 public:
  explicit Site(const std::string& devices, const std::string& input = "gun", const std::string& actuator = "") {
    disk().write("people.csv", "subject\nE000001\nE000002\nE000003\nE000004\n");
    disk().write("site.yaml", "site: { name: Lab, code: 4017 }\njournal: { file: journal.db }\ndevices:\n" + devices +
                                  "credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
                                  "policies: { list: { plugin: roster, file: people.csv } }\n"
                                  "lanes: { main: { inputs: { " +
                                  input + ": in }, credentials: [card], policies: [list], " +
                                  (actuator.empty() ? "" : "actuator: " + actuator + ", ") + "repeat_within: 0s } }\n");
  }

  const world::Scratch& disk() const { return shell_.disk(); }
  std::string file() const { return (disk() / "site.yaml").string(); }
  world::Process& engine() { return *engine_; }

  /// Starts the engine, and waits until it has said each of these: "gun up".
  void run(const std::vector<std::string>& until) {
    engine_ = shell_.start({"run", file()});
    for (const auto& text : until) ASSERT_TRUE(engine_->says(text, patience)) << engine_->output();
    follower_ = shell_.start({"records", file(), "--json", "--follow", "--limit", "0"});
  }

  /// All that is recorded by now, each as "KIND REASON", of a device or an attempt with what it is about: "device up
  /// gun", "attempt granted E000001".
  std::vector<std::string> records() {
    std::vector<std::string> all;
    for (const auto& row : rows()) all.push_back(in_words(row));
    return all;
  }

  /// The same with all that they have.
  std::vector<boost::json::object> rows() {
    std::vector<boost::json::object> all;
    const auto text = follower_->output();
    std::istringstream lines(text.substr(0, text.rfind('\n') + 1));  // the last line may be half written
    for (std::string line; std::getline(lines, line);) all.push_back(boost::json::parse(line).as_object());
    return all;
  }

  /// Waits until a Record, in those words, is there so many times.
  bool recorded(const std::string& record, std::ptrdiff_t times = 1, std::chrono::milliseconds within = patience) {
    return world::soon(
        [&] {
          const auto all = records();
          return std::count(all.begin(), all.end(), record) >= times;
        },
        within);
  }

  /// Scans until the code is granted so many times in all. An emulated machine may stop for so long that a scan falls
  /// apart: a person scans again, then.
  template <class Scan>
  bool granted(const std::string& code, Scan scan, std::ptrdiff_t times = 1) {
    for (int tries = 0; tries < 5; ++tries) {
      scan();
      if (recorded("attempt granted " + code, times, std::chrono::seconds(8))) return true;
    }
    return false;
  }

  static constexpr std::chrono::seconds patience{30};  ///< an emulated machine is slow

 private:
  static std::string in_words(const boost::json::object& record) {
    const auto word = [&](const char* key) {
      const auto* value = record.if_contains(key);
      return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
    };
    const std::string about = word("kind") == "device" ? word("device") : word("subject");
    return word("kind") + " " + word("reason") + (about.empty() ? "" : " " + about);
  }

  world::Shell shell_;
  std::unique_ptr<world::Process> engine_, follower_;
};

}  // namespace gatepost::lab
