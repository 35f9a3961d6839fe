// Readers that come and go while the journal is at work.
#include <algorithm>

#include "journal/journal.hpp"

namespace gatepost::journal {

Result<void> Journal::read_by(std::vector<std::string> readers) {
  std::vector<std::string> fresh;
  {
    const std::scoped_lock lock(mutex_);
    std::ranges::copy_if(readers, std::back_inserter(fresh), [&](const std::string& reader) {
      return std::ranges::find(options_.readers, reader) == options_.readers.end();
    });
  }
  if (!fresh.empty())
    if (auto joined = join(fresh); !joined) return joined;
  const std::scoped_lock lock(mutex_);
  options_.readers = std::move(readers);
  return {};
}

// With the turn, so that nothing is pruned between the look at the file and the moment from which they hold it back.
Result<void> Journal::join(const std::vector<std::string>& readers) {
  std::map<std::string, std::uint64_t> kept;
  std::uint64_t oldest = 0;
  const auto look = [&]() -> Result<void> {
    auto anchor = anchor_of(database_);
    if (!anchor) return anchor.error();
    oldest = anchor->sequence;
    auto row = database_.prepare("SELECT reader, sequence FROM cursors");
    if (!row) return row.error();
    while (true) {
      auto found = row->step();
      if (!found) return found.error();
      if (!*found) return {};
      kept[std::string(row->text(0))] = static_cast<std::uint64_t>(row->integer(1));
    }
  };
  return with_turn(look, [&] {
    for (const auto& reader : readers) {
      const auto known = cursors_.find(reader);  // newer than the file's, where it left this very run
      const std::uint64_t at = known != cursors_.end() ? known->second : kept[reader];
      cursors_[reader] = std::clamp(at, oldest, std::max(oldest, last_durable_));
      options_.readers.push_back(reader);
    }
  });
}

}  // namespace gatepost::journal
