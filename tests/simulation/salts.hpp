// Salts of a journal's commitments, the same in each run of a seed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "journal/personal_fields.hpp"
#include "simulation/random.hpp"

namespace gatepost::simulation {

class Salts {
 public:
  explicit Salts(Seed seed) : seed_(seed) {}
  /// Good for as long as this object is there.
  journal::DrawSalt draw() {
    return [this](std::span<std::byte> salt) {
      Random draws = seed_.stream("salt", ++drawn_);
      for (auto& byte : salt) byte = static_cast<std::byte>(draws.below(256));
    };
  }

 private:
  const Seed seed_;
  std::uint64_t drawn_ = 0;
};

}  // namespace gatepost::simulation
