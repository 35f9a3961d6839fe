// Tells a device what became of the scans that it gave.
#pragma once

#include <condition_variable>
#include <deque>
#include <gatepost/input.hpp>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/scanner_output.hpp"

namespace gatepost::supervisor {

/// On a thread of its own: no lane waits for a device's line. A device that is slower than its scans is told the
/// newest.
class InputFeedback final : public core::ScannerOutput {
 public:
  /// The Input lives till closes() was true, or as long as this does.
  explicit InputFeedback(Input& input);
  ~InputFeedback() override = default;
  InputFeedback(const InputFeedback&) = delete;
  InputFeedback& operator=(const InputFeedback&) = delete;

  void answered(Outcome outcome, std::string_view reason) override;
  void ready() override;

  /// Nothing is told any more. True when what is being told has ended within `patience`: then the Input is free.
  bool closes(Duration patience);

 private:
  struct Word {
    std::optional<Outcome> outcome;  ///< none: ready
    std::string reason;
  };
  void add(Word word);
  void work(const std::stop_token& stop);

  Input& input_;
  std::mutex mutex_;
  std::condition_variable_any wake_;
  std::deque<Word> words_;
  bool closed_ = false, at_work_ = true;
  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gatepost::supervisor
