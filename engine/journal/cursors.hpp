// Where outputs are: their places in the file, what they have still to take of journals that were set aside, and
// whether dead letters wait for them.
//
// Safe from any thread: it has a mutex of its own, and nothing is called under it.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "journal/options.hpp"
#include "journal/quarantine.hpp"

namespace gatepost::journal {

class Cursors {
 public:
  using Backlog = std::map<std::string, std::map<std::uint64_t, ArchivedBacklog>>;  ///< by reader and epoch
  /// What has to be kept on disk since it was taken last.
  struct Moved {
    std::map<std::string, std::uint64_t> places{};
    std::optional<Backlog> backlog{};  ///< all of it, where any of it changed
    std::vector<Record> ended{};       ///< what is to be said of backlogs that came to their end
    bool any() const { return !places.empty() || backlog; }
  };
  struct Letters {
    std::uint64_t all = 0, asked = 0;  ///< asked: to be sent again
  };

  Cursors(std::vector<std::string> readers, const Clock& clock) : readers_(std::move(readers)), clock_(clock) {}

  // Of readers.
  std::uint64_t epoch() const;
  std::uint64_t last() const;
  Standing standing(const std::string& reader) const;
  std::uint64_t place(const std::string& reader) const { return standing(reader).cursor.sequence; }
  /// True: what has moved is to be kept now, and nothing was before.
  bool move(const std::string& reader, std::uint64_t sequence, std::uint64_t epoch);
  bool move_arrear(const std::string& reader, std::uint64_t epoch, std::uint64_t sequence, std::uint64_t lost);
  bool wait_beyond(std::uint64_t sequence, const std::stop_token& stop);
  bool wait_for_work(const std::string& reader, const Sent& sent, const std::stop_token& stop);

  // Used by the commit leader alone.
  /// Those of `readers` that do not hold Records back yet.
  std::vector<std::string> without(const std::vector<std::string>& readers) const;
  void join(const std::vector<std::string>& readers, const std::map<std::string, std::uint64_t>& kept,
            std::uint64_t oldest);
  void read_by(std::vector<std::string> readers);
  /// Of a file that was opened: a reader without a place in `kept` begins at `oldest`.
  void load(std::uint64_t epoch, const std::map<std::string, std::uint64_t>& kept, std::uint64_t oldest,
            std::uint64_t last);
  void load(const Backlog& backlog);
  void letters(std::map<std::string, Letters> all);
  /// The journal of `epoch` was set aside with these remains, up to `last`. Where it is the one that places were in,
  /// they are now those in the file of `now`: a reader sees both or neither.
  Backlog adopt(std::uint64_t epoch, const Remains& remains, std::uint64_t last, const std::filesystem::path& journal,
                std::uint64_t now, bool is_own);
  void durable(std::uint64_t last);
  /// A place that is on disk already.
  void placed(const std::string& reader, std::uint64_t sequence);
  Moved take_moved();
  /// It could not be kept.
  void put_back(const Moved& moved);
  /// The reader that holds back the most of the Records up to `wanted`, and up to where it lets them go.
  struct Slowest {
    std::string reader{};
    std::uint64_t allowed = 0;
  };
  Slowest slowest(std::uint64_t wanted) const;

 private:
  using Lock = std::unique_lock<std::mutex>;
  bool is_behind(const std::string& reader, const Sent& sent) const;
  Record ended(const std::string& reader, const ArchivedBacklog& backlog) const;

  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::vector<std::string> readers_;  ///< that hold Records back
  const Clock& clock_;
  std::uint64_t epoch_ = 0;  ///< of the file that places_ are in
  std::uint64_t last_ = 0;   ///< durable
  std::map<std::string, std::uint64_t> places_;
  Backlog backlog_;
  std::map<std::string, Letters> letters_;
  Moved moved_;  ///< of its backlog only whether there is one
};

}  // namespace gatepost::journal
