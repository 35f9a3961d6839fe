// A site at work: everything that its file names, started, kept going and stopped.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "config/site.hpp"
#include "delivery/courier.hpp"
#include "journal/journal.hpp"
#include "lane/lane.hpp"
#include "plugin/catalogue.hpp"
#include "supervisor/book.hpp"
#include "supervisor/clock_watch.hpp"
#include "supervisor/feed.hpp"

namespace gatepost::supervisor {

class RunningSite {
 public:
  /// Everything handed in outlives the site. An Error where it cannot run at all: a plugin object that cannot be built,
  /// a journal that cannot be opened. Absent devices are no error.
  static Result<std::unique_ptr<RunningSite>> start(const config::Site& site, const plugin::Catalogue& catalogue,
                                                    lane::Observer& observer, const Clock& clock);

  /// Stops what is not stopped yet, and waits for it however long it takes; call stop() before.
  ~RunningSite();

  /// Inputs first, then lanes with their gates at rest, then outputs, then the journal. True when all had stopped
  /// within `patience`; false when a plugin hung: then nothing of this site may be destroyed, and the process should
  /// end.
  bool stop(Duration patience);
  /// After a stop() that said false: which outputs do not stop, by their names in the site file.
  std::vector<std::string> lingering_outputs() const;

  std::vector<delivery::Progress> progress() const;

  /// How everything is now. Not after stop().
  struct Vitals {
    struct OfLane {
      std::string name;
      lane::Lane::Vitals now;
    };
    std::vector<OfLane> lanes;
    std::vector<Feed::Vitals> inputs;
    std::vector<delivery::Progress> outputs;
    RecordId last{};            ///< of the newest durable Record
    std::uint64_t commits = 0;  ///< of the journal, since the start
  };
  Vitals vitals() const;
  /// Has outputs' dead letters sent again, or drops them; how many.
  Result<std::uint64_t> letters(journal::LetterDeed deed, const journal::Choice& choice);
  std::size_t lanes() const { return lanes_.size(); }

 private:
  RunningSite(const config::Site& site, lane::Observer& observer, const Clock& clock)
      : site_(site), observer_(observer), clock_(clock) {}

  Result<void> build(const plugin::Catalogue& catalogue);
  Result<void> open_journal();
  Result<void> build_formats();
  Result<void> build_rules();
  Result<void> build_actuators();
  Result<void> build_couriers();
  Result<void> teach_rules();
  void start_lanes();
  Result<void> start_feeds();
  void durable(const Record& record);
  void note_change(std::string reason);
  void note_refused(const plugin::Catalogue& catalogue);
  void wind_up();

  template <class T>
  struct Named {
    std::string name;
    std::unique_ptr<T> object;
  };

  const config::Site& site_;
  lane::Observer& observer_;
  const Clock& clock_;
  std::vector<Named<CredentialFormat>> formats_;
  std::vector<std::unique_ptr<lane::Rule>> rules_;
  std::vector<lane::Rule*> learning_;
  std::vector<Named<Actuator>> actuators_;
  std::unique_ptr<journal::Journal> journal_;
  std::optional<ClockWatch> clock_watch_;  // after the journal: it is told of the clock
  std::unique_ptr<Book> book_;
  std::unique_ptr<delivery::Attendant> attendant_;
  std::vector<std::unique_ptr<delivery::Courier>> couriers_;
  std::vector<std::unique_ptr<lane::Lane>> lanes_;
  std::vector<std::unique_ptr<Feed>> feeds_;
  mutable std::mutex farewell_;  ///< of couriers_ while the site stops
  std::atomic<bool> wound_up_ = false;
};

}  // namespace gatepost::supervisor
