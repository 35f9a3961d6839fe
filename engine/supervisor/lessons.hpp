// Teaches policies what has happened.
#pragma once

#include <filesystem>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>
#include <memory>
#include <mutex>
#include <vector>

#include "lane/rule.hpp"

namespace gatepost::supervisor {

/// Each rule learns every Record that the journal keeps and then each new one: in order, none missed, none twice.
/// Thread-safe.
class Lessons {
 public:
  using Rules = std::vector<std::shared_ptr<lane::Rule>>;

  /// Teaches the rules that learn what is in the journal; afterwards tell() teaches them the rest. Rules that do not
  /// learn are passed over. After an Error none of them is taught any more.
  Result<void> enrol(const Rules& rules, const std::filesystem::path& journal);
  /// Teaches them nothing more.
  void dismiss(const Rules& rules);

  /// A Record has become durable. Called in order, by one thread at a time.
  void tell(const Record& record);

 private:
  struct Pupil {
    std::shared_ptr<lane::Rule> rule;
    RecordId taught;  ///< up to here
  };
  std::mutex mutex_;
  std::vector<Pupil> pupils_;
};

}  // namespace gatepost::supervisor
