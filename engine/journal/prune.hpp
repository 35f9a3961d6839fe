// Keeping the journal within its bounds of age and size without overtaking an output.
//
// Used by the commit leader alone.
#pragma once

#include <cstdint>
#include <functional>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <map>
#include <string>

#include "journal/cursors.hpp"
#include "journal/options.hpp"
#include "journal/store.hpp"

namespace gatepost::journal {

class Retention {
 public:
  using Post = std::function<void(Record)>;
  Retention(const Options& options, Store& store, const Cursors& cursors, Post post)
      : options_(options), store_(store), cursors_(cursors), post_(std::move(post)) {}

  /// Removes some of what is too old or too much; true: there may be more.
  bool step();

 private:
  Result<std::uint64_t> removable(const Link& anchor);
  Result<void> remove(std::uint64_t up_to);
  Result<std::map<std::string, Duration>> boot_offsets();
  Duration age_of(const Record& record, const std::map<std::string, Duration>& offsets) const;
  bool is_too_large();
  void say_held_back(const std::string& reader);

  const Options& options_;
  Store& store_;
  const Cursors& cursors_;
  const Post post_;
  bool held_back_said_ = false;
};

}  // namespace gatepost::journal
