// The gatepost command as a user types it.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <vector>

#include "world/places.hpp"
#include "world/process.hpp"
#include "world/scratch.hpp"
#include "world/terminal.hpp"

namespace gatepost::world {

/// What a command has said, on both streams together, and left with.
struct Said {
  int exit = -1;
  std::string text;
};

/// A shell of a user: a folder for output, and where plugins are looked for.
class Shell {
 public:
  explicit Shell(std::string plugins = world::plugins_folder()) : plugins_(std::move(plugins)) {}

  /// Starts `gatepost WORDS…`. With `screen`, a terminal's name, it writes there.
  std::unique_ptr<Process> start(const std::vector<std::string>& words, std::filesystem::path screen = {}) {
    std::vector<std::string> line{"/usr/bin/env", "GATEPOST_PLUGIN_PATH=" + plugins_, world::command()};
    line.insert(line.end(), words.begin(), words.end());
    if (screen.empty()) screen = disk_ / ("out-" + std::to_string(++started_));
    return std::make_unique<Process>(std::move(line), screen);
  }

  /// `gatepost WORDS…`, to its end, which comes within ten seconds.
  Said say(const std::vector<std::string>& words) {
    auto process = start(words);
    const auto exit = process->ends();
    EXPECT_TRUE(exit) << "does not end: " << process->output();
    return {exit.value_or(-1), process->output()};
  }

  const Scratch& disk() const { return disk_; }

 private:
  Scratch disk_;
  std::string plugins_;
  int started_ = 0;
};

}  // namespace gatepost::world
