// Keeping the journal within its bounds: of age and size without overtaking an output; and of personal fields by age,
// whoever has taken them.
//
// Used by the commit leader alone.
#pragma once

#include <cstdint>
#include <functional>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "journal/batch_writer.hpp"
#include "journal/cursors.hpp"
#include "journal/options.hpp"
#include "journal/store.hpp"

namespace gatepost::journal {

class Retention {
 public:
  using Post = std::function<void(Record)>;
  Retention(const Options& options, Store& store, const Cursors& cursors, BatchWriter& batches, Post post)
      : options_(options), store_(store), cursors_(cursors), batches_(batches), post_(std::move(post)) {}

  /// Removes some of what is too old or too much; true: there may be more.
  bool step();

 private:
  bool prune();
  bool forget();
  bool forget(const std::string& field, Duration after);
  bool erase(const std::vector<std::uint64_t>& sequences, const std::string& field);
  Result<std::uint64_t> removable(const Link& anchor);
  Result<void> remove(std::uint64_t up_to);
  Result<std::map<std::string, Duration>> boot_offsets();
  Duration age_of(const Record& record, const std::map<std::string, Duration>& offsets) const;
  bool is_too_large();
  void say_held_back(const std::string& reader);

  const Options& options_;
  Store& store_;
  const Cursors& cursors_;
  BatchWriter& batches_;
  const Post post_;
  bool held_back_said_ = false;
  struct Forgotten {
    std::uint64_t epoch = 0, up_to = 0;    ///< of the last Record that was looked at
    std::optional<MonotonicTime> again{};  ///< when the next one is looked at
  };
  std::map<std::string, Forgotten> forgotten_;  ///< by field
};

}  // namespace gatepost::journal
