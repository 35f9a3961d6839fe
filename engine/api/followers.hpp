// Those who want to hear of each Record: {"do":"follow","lane":NAME,"kind":WORD,"after":{"epoch":N,"sequence":N}}.
#pragma once

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "api/records.hpp"
#include "api/verbs.hpp"

namespace gatepost::api {

/// Reads the journal for all of them on a thread of its own, which is there while somebody follows; one that reads
/// slowly gets its Records later and holds up nobody.
class Followers {
 public:
  /// `last`: sequence of the newest Record on disk, from any thread.
  Followers(std::filesystem::path journal, std::function<std::uint64_t()> last)
      : journal_(std::move(journal)), last_(std::move(last)) {}
  Followers(const Followers&) = delete;
  Followers& operator=(const Followers&) = delete;
  ~Followers() = default;

  /// Answers a line {"record":{…}} for each Record that the request covers: those after its cursor, or from now on.
  void add(const boost::json::object& request, Reply reply);

  /// There are new Records. From any thread, on a commit's way: it does next to nothing.
  void news();

  /// Nobody is told anything any more, and `last` is not asked.
  void stop();

 private:
  struct Follower {
    RecordQuery query;
    Reply reply;
  };
  enum class Left : std::uint8_t { nothing, waits_for_reader, gone };

  void work(const std::stop_token& stop);
  Left serve(RecordPages& pages, Follower& follower) const;

  const std::filesystem::path journal_;
  const std::function<std::uint64_t()> last_;
  std::atomic<bool> news_ = false;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<Follower> arriving_;
  bool stopped_ = false;
  std::jthread thread_;  // last: it uses all of the above; begun by the first follower
};

}  // namespace gatepost::api
