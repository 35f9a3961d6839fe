// Reads a running site's file again when somebody asks.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "config/difference.hpp"
#include "plugin/catalogue.hpp"
#include "supervisor/running_site.hpp"

namespace gatepost::supervisor {

struct Reloaded {
  Result<config::Difference> done;  ///< what changed, or why nothing did
  std::string diagnostics;          ///< of the new file, as a terminal shows them
};

/// One reload at a time, on a thread of its own. Asks that come meanwhile are one reload together, which reads the file
/// after the last of them.
class Reloader {
 public:
  using Told = std::function<void(const Reloaded&)>;

  /// `told` hears of each reload, `begun` that it is about to begin, both on the Reloader's thread. All that is handed
  /// in outlives the Reloader.
  Reloader(RunningSite& running, const plugin::Catalogue& catalogue, Told told, std::function<void()> begun = {});
  Reloader(const Reloader&) = delete;
  Reloader& operator=(const Reloader&) = delete;

  /// Returns at once. `answer` is called when it is done, on the Reloader's thread; by ask itself, with an Error, where
  /// that has ended. From any thread.
  void ask(Told answer = {});

  /// Ends a reload that is under way; those who still wait are told so. False when it goes on after `patience`.
  bool stop(Duration patience);

  const RunningSite& running() const { return running_; }

 private:
  void work(const std::stop_token& stop);
  Reloaded reload(const std::stop_token& stop);

  RunningSite& running_;
  const plugin::Catalogue& catalogue_;
  const Told told_;
  const std::function<void()> begun_;
  std::mutex mutex_;
  std::condition_variable_any asked_;
  std::vector<Told> waiting_;
  bool ended_ = false;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::supervisor
