// Several Observers that are told the same.
#pragma once

#include <utility>
#include <vector>

#include "lane/answer.hpp"

namespace gatepost::observe {

class Observers final : public lane::Observer {
 public:
  /// They outlive it, and are told in this order.
  explicit Observers(std::vector<lane::Observer*> all) : all_(std::move(all)) {}

  void answered(const lane::Answer& answer) override {
    for (auto* one : all_) one->answered(answer);
  }
  void recorded(const Record& record) override {
    for (auto* one : all_) one->recorded(record);
  }

 private:
  const std::vector<lane::Observer*> all_;
};

}  // namespace gatepost::observe
