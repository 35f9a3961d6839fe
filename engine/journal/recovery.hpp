// What is done when the file, or the disk below it, is not what it should be: healing after a failed write, setting the
// file aside and beginning anew, and what outputs have not taken of journals that were set aside.
//
// Used by the commit leader alone, but for `report`, which is safe from any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "journal/cursors.hpp"
#include "journal/dead_letters.hpp"
#include "journal/options.hpp"
#include "journal/pending_note.hpp"
#include "journal/rewrite.hpp"
#include "journal/store.hpp"

namespace gatepost::journal {

class Recovery {
 public:
  using Post = std::function<void(Record)>;
  Recovery(const Options& options, Store& store, Cursors& cursors, DeadLetters& letters, BatchWriter& batches,
           Post post)
      : options_(options),
        store_(store),
        cursors_(cursors),
        letters_(letters),
        rewrite_(options, store, batches),
        post_(std::move(post)) {}

  /// At a start: opens the file, or sets it aside and begins anew.
  Result<void> begin();

  /// After a failure of the disk what the kernel shows need not be what the disk has: all is opened, looked at and
  /// written anew before anything is promised again. A file that is damaged is set aside. Tells whether the write that
  /// was in doubt is in the file.
  Result<bool> heal();

  /// False: the file that is open lacks something of one that was set aside, so nothing may be promised before `heal`.
  bool is_done() const { return !set_aside_; }

  /// A reader found the file of that epoch damaged or, as a holder, put back from a copy.
  void report(const Error& what, std::uint64_t epoch, const std::optional<Holder>& holder);

 private:
  struct Reported {
    Error what;
    std::uint64_t epoch;
    std::optional<Holder> holder;
  };
  Result<void> open();
  bool end_doubt();
  Result<void> load_all();
  Result<void> load_runs();
  Result<void> load_places();
  Result<void> load_backlog();
  Result<void> start_anew(const Error& damage);
  Result<void> begin_file();
  Result<PendingNote> leave_note(std::uint64_t epoch, PendingNote note);
  using Notes = std::map<std::uint64_t, PendingNote>;  ///< by the epoch in their names
  Result<Notes> notes() const;
  Result<void> take_over();
  Result<void> adopt(std::uint64_t epoch, const PendingNote& note);
  Result<void> write_again(std::uint64_t epoch, const PendingNote& note);
  void take_report();
  PutBack put_back_of(const Holder& holder);
  void tell_of_survivors(std::uint64_t first, std::uint64_t last);
  void tell_of_lost(std::uint64_t epoch, std::uint64_t lost);
  void tell_of_quarantine(std::uint64_t epoch, std::uint64_t last, const Error& damage);
  Record alarm(std::string reason, const Error& error) const;

  const Options& options_;
  Store& store_;
  Cursors& cursors_;
  DeadLetters& letters_;
  Rewrite rewrite_;
  const Post post_;
  std::optional<PutBack> put_back_;         ///< the file that is to be set aside was
  std::optional<std::uint64_t> set_aside_;  ///< a file whose readers are not led to the new one yet, by its epoch
  std::mutex mutex_;                        ///< of reported_
  std::optional<Reported> reported_;
};

}  // namespace gatepost::journal
