// @NAME@: an example actuator, whose gate is a word in a file. Put your board in its place.
#include <fstream>
#include <gatepost/descriptor.hpp>

namespace {

using gatepost::Error;
using gatepost::MonotonicTime;
using gatepost::Passage;
using gatepost::Result;

struct Settings {
  std::filesystem::path file;
};

constexpr auto table =
    gatepost::settings(gatepost::field("file", &Settings::file, "holds the word open or shut").required());

class WordGate final : public gatepost::Actuator {
 public:
  explicit WordGate(Settings settings) : settings_(std::move(settings)) {}

  Result<void> rest() override { return put("shut"); }

  Result<MonotonicTime> release(const gatepost::Command& command) override {
    if (clock_.boot() > command.deadline)
      return Error{"the command came too late", std::string(command.lane), "look for what holds the engine up"};
    if (auto moved = put("open"); !moved) return moved.error();
    return clock_.now();
  }

  Result<Passage> passage(const gatepost::Command&, std::stop_token) override {
    if (auto shut = rest(); !shut) return shut.error();
    return Passage::no_sensor;
  }

  // Where the board ends a release itself, say how long that takes; with nothing here, a lane must accept that its gate
  // stays open when the engine is killed.
  std::optional<gatepost::AfterKill> after_kill() const override { return {}; }

 private:
  Result<void> put(const char* word) {
    std::ofstream out(settings_.file);
    out << word << std::endl;
    if (out) return {};
    return Error{"cannot be written", settings_.file.string(), "check its folder and the disk"};
  }

  const Settings settings_;
  const gatepost::SystemClock clock_;
};

}  // namespace

GATEPOST_ACTUATOR("@NAME@", "a gate that is a word in a file", table, WordGate)
