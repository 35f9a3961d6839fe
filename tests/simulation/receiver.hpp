// Where an output's Records go: a place that keeps them, and may forget.
#pragma once

#include <gatepost/sink.hpp>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "journal.hpp"

namespace gatepost::simulation {

class Receiver {
 public:
  explicit Receiver(bool tells) : tells_(tells) {}

  /// False: another Record stands there under its number, and this one is dropped as known.
  bool take(const Record& record) {
    const auto [place, is_new] = held_.try_emplace(record.id, record.hash);
    if (is_new) order_.push_back(record.id);
    ever_.insert_or_assign({record.id, record.hash}, true);
    return is_new || place->second == record.hash;
  }
  /// It was put back itself: what came last is not there any more.
  void forget(std::size_t count) {
    for (; count > 0 && !order_.empty(); --count) {
      held_.erase(order_.back());
      order_.pop_back();
    }
  }
  bool tells() const { return tells_; }
  std::optional<Held> newest() const {
    if (!tells_ || held_.empty()) return {};
    return Held{held_.rbegin()->first, held_.rbegin()->second};
  }
  std::size_t size() const { return held_.size(); }
  /// It was taken once, whatever has become of it.
  bool has_taken(const RecordId& id, const Hash& hash) const { return ever_.contains({id, hash}); }

 private:
  const bool tells_;
  std::map<RecordId, Hash> held_;
  std::vector<RecordId> order_;
  std::map<std::pair<RecordId, Hash>, bool> ever_;
};

}  // namespace gatepost::simulation
