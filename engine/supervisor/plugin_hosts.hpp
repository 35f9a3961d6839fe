// What a site's plugin objects may ask of it: each has a Host of its own.
#pragma once

#include <filesystem>
#include <gatepost/host.hpp>
#include <memory>
#include <string>
#include <vector>

#include "config/redaction.hpp"
#include "runtime/observer.hpp"
#include "runtime/record_writer.hpp"
#include "supervisor/pseudonymizer.hpp"

namespace gatepost::supervisor {

/// An alarm that a plugin object has begun and not ended.
struct ActiveAlarm {
  std::string object;  ///< its name in the site file
  std::string name;
  Error error;
  MonotonicTime since;
};

/// What a file that a plugin object watches holds now.
struct WatchedContent {
  std::string object;
  std::string file;  ///< its name, without its folder
  std::string text;  ///< "489 of 500 may pass now"
};

/// Thread-safe. A Host may outlive it: then what it is told goes nowhere.
class PluginHosts {
 public:
  /// Observer and clock outlive every Host. `folder`: where data folders are made.
  PluginHosts(runtime::Observer& observer, const Clock& clock, Pseudonymizer pseudonymizer,
              std::filesystem::path folder);

  /// Of the object of that name. Its alarms end with it. `boards`: the Host that it was checked with, which knows them.
  /// `redaction`: what it logs and alarms is without that.
  std::shared_ptr<Host> host(const std::string& name, std::shared_ptr<Host> boards = idle_host(),
                             config::Redaction redaction = {}) const;

  /// From now on alarms become Records; those that have begun already do so at once.
  void open(runtime::RecordWriter& writer) const;
  /// `writer` is no longer used.
  void close() const;

  /// Of each watched file that tells. Waits for the plugins.
  std::vector<WatchedContent> contents() const;

  /// In the order in which they began.
  std::vector<ActiveAlarm> alarms() const;

 private:
  struct Desk;
  class ObjectHost;
  const std::shared_ptr<Desk> desk_;
};

}  // namespace gatepost::supervisor
