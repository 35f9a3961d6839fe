// One scan on its way through a lane, which may have to be answered from outside.
#pragma once

#include <atomic>
#include <string>

#include "lane/judge.hpp"
#include "lane/lane.hpp"

namespace gatepost::lane {

/// The lane's thread takes a scan down the road and may be held there: by a plugin, or by the disk. Then another thread
/// answers in its place, and whatever the held one comes back with counts no more. References outlive it.
class Lane::Scan final : private Witness {
 public:
  /// `holding`: it is the lane's own thread that goes, and the lane is held when that is.
  Scan(Lane& lane, const Reading& scanned, Answer& to_it, bool holding)
      : reading(scanned), answer(to_it), lane_(lane), holding_(holding) {}
  ~Scan();
  Scan(const Scan&) = delete;
  Scan& operator=(const Scan&) = delete;

  /// From outside: then nothing of the answer is written any more.
  bool is_answered() const { return answered_; }
  void now_answered() { answered_ = true; }

  Terms terms() {
    const auto& rules = lane_.settings_.rules;
    return {rules.policy_timeout, rules.fail_open, *lane_.parts_.clock, lane_.vigil_, *this};
  }

  /// The actuator has not answered; from the vigil's thread.
  void gate_hangs();
  void hold(Held held, const std::string& by) const {
    if (holding_) lane_.hold(held, by);
  }

  const Reading& reading;
  Answer& answer;

 private:
  void hangs(Asked what, const std::string& name) override;
  void failed(Asked what, const std::string& name, const Error& error) override;
  void answered(Asked what, const std::string& name) override;

  Lane& lane_;
  const bool holding_;
  std::atomic<bool> answered_ = false;
};

}  // namespace gatepost::lane
