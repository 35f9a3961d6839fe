// The real engine on a site of a test's own, and what it has recorded.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "devices/uevents.hpp"
#include "world/command.hpp"
#include "world/guards.hpp"

namespace gatepost::lab {

/// A lane: its name, its inputs ("gun: in, pos: in"), and what else it has ("actuator: gate").
struct LaneOf {
  std::string name, inputs, more{};
};

/// A site with `devices` (lines of YAML below "devices:"), of which `input` feeds the one lane, and `actuator`, where
/// there is one, is its gate. Whoever has the code E000001 to E000004 may pass.
class Site {
 public:
  explicit Site(const std::string& devices, const std::string& input = "gun", const std::string& actuator = "")
      : Site(devices, std::vector<LaneOf>{{"main", input + ": in", actuator.empty() ? "" : "actuator: " + actuator}}) {}

  /// One with several lanes.
  Site(const std::string& devices, const std::vector<LaneOf>& lanes) {
    disk().write("people.csv", "subject\nE000001\nE000002\nE000003\nE000004\n");
    std::string text = "site: { name: Lab, code: 4017 }\njournal: { file: journal.db }\ndevices:\n" + devices +
                       "credentials: { card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' } }\n"
                       "policies: { list: { plugin: roster, file: people.csv } }\nlanes:\n";
    for (const auto& lane : lanes)
      text += "  " + lane.name + ": { inputs: { " + lane.inputs + " }, credentials: [card], policies: [list], " +
              lane.more + (lane.more.empty() ? "" : ", ") + "repeat_within: 0s, denied_at_most: none }\n";
    disk().write("site.yaml", text);
  }

  const world::Scratch& disk() const { return shell_.disk(); }
  std::string file() const { return (disk() / "site.yaml").string(); }
  world::Process& engine() { return *engine_; }

  /// Starts the engine, and waits until it has said each of these: "gun up".
  void run(const std::vector<std::string>& until) {
    engine_ = shell_.start({"run", file()});
    for (const auto& text : until) ASSERT_TRUE(engine_->says(text, patience)) << engine_->output();
    follower_ = shell_.start({"records", file(), "--json", "--follow", "--limit", "0"}, disk() / followed);
  }

  /// All that is recorded by now, each as "KIND REASON", of a device or an attempt with what it is about: "device up
  /// gun", "attempt granted E000001".
  std::vector<std::string> records() {
    std::vector<std::string> all;
    for (const auto& row : rows()) all.push_back(in_words(row));
    return all;
  }

  /// The same with all that they have.
  const std::vector<boost::json::object>& rows() {
    std::ifstream file(disk() / followed);
    file.seekg(read_);
    for (std::string line; std::getline(file, line) && !file.eof();) {  // the last line may be half written
      read_ += static_cast<std::streamoff>(line.size()) + 1;
      rows_.push_back(boost::json::parse(line).as_object());
      ++times_[in_words(rows_.back())];
    }
    return rows_;
  }

  /// How often a Record, in those words, is there by now.
  std::ptrdiff_t times(const std::string& record) {
    rows();
    const auto found = times_.find(record);
    return found == times_.end() ? 0 : found->second;
  }

  /// Waits until it is there so many times.
  bool recorded(const std::string& record, std::ptrdiff_t wanted = 1, std::chrono::milliseconds within = patience) {
    return world::soon([&] { return times(record) >= wanted; }, within);
  }

  /// Waits until one of those Records, of that device, says `text` among its details.
  bool tells(const std::string& record, const std::string& device, const std::string& text) {
    const auto is_it = [&](const boost::json::object& row) {
      return in_words(row) == record && row.at("device").as_string() == device &&
             boost::json::serialize(row.at("details")).find(text) != std::string::npos;
    };
    return world::soon([&] { return std::ranges::any_of(rows(), is_it); }, patience);
  }

  /// Scans until the code is granted so many times in all. An emulated machine may stop for so long that a scan falls
  /// apart: a person scans again, then.
  template <class Scan>
  bool granted(const std::string& code, Scan scan, std::ptrdiff_t wanted = 1) {
    for (int tries = 0; tries < 5; ++tries) {
      scan();
      if (recorded("attempt granted " + code, wanted, std::chrono::seconds(8))) return true;
    }
    return false;
  }

  static constexpr std::chrono::seconds patience{30};  ///< an emulated machine is slow

 private:
  static constexpr const char* followed = "followed";

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
  std::streamoff read_ = 0;  ///< how much of what the follower wrote
  std::vector<boost::json::object> rows_;
  std::map<std::string, std::ptrdiff_t> times_;  ///< how often each Record was seen, by its words
};

}  // namespace gatepost::lab
