// What a machine asks for while it handles an event, in order.
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

namespace gatepost::core {

/// All of them are taken out before the machine gets its next event.
template <class Effect>
class Effects {
 public:
  template <class One>
  void emit(One one) {
    all_.emplace_back(std::in_place_type<One>, std::move(one));
  }

  std::optional<Effect> next() {
    if (!empty()) return std::move(all_[taken_out_++]);
    all_.clear();  // its memory is kept
    taken_out_ = 0;
    return {};
  }

  bool empty() const { return taken_out_ == all_.size(); }

 private:
  std::vector<Effect> all_;
  std::size_t taken_out_ = 0;
};

}  // namespace gatepost::core
