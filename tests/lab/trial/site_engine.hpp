// The engine at work on a site file, and what it records.
#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "world/process.hpp"
#include "world/scratch.hpp"

namespace gatepost::lab {

/// What a trial asks of a Record.
struct Row {
  std::string kind, reason, device, lane, outcome, subject;
  std::string detail;      ///< of a device: its identity, or why it is down
  std::int64_t at_ns = 0;  ///< CLOCK_MONOTONIC
};

class SiteEngine {
 public:
  /// Starts `gatepost run FILE`.
  explicit SiteEngine(std::filesystem::path file);
  ~SiteEngine();
  SiteEngine(const SiteEngine&) = delete;
  SiteEngine& operator=(const SiteEngine&) = delete;

  /// Waits until it is ready; false: it has ended, or does not come to it. said() tells why.
  bool ready();
  std::string said() const { return engine_->output(); }

  std::vector<Row> rows() const;

  using Fits = std::function<bool(const Row&)>;
  /// The first Record from the `from`th on that fits; waits for it. Nothing: none within `patience`.
  std::optional<Row> next(std::size_t from, const Fits& fits, std::chrono::milliseconds patience) const;

 private:
  std::filesystem::path file_;
  world::Scratch disk_;
  std::unique_ptr<world::Process> engine_, follower_;
};

}  // namespace gatepost::lab
