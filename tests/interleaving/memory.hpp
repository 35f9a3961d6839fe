// Who has read and written which memory, so that two who do so without order, or one who touches what was freed, are
// told.
//
// Of each 8 bytes the last accesses are remembered, as ThreadSanitizer does. Two words may share a place: then the
// older one's are forgotten, and a race may go unnoticed, but none is told that is not one.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "vector_clock.hpp"

namespace gatepost::interleaving {

/// A read or write of memory, which is atomic or is not.
struct Access {
  std::uintptr_t address = 0;
  std::size_t size = 0;
  bool writes = false, is_atomic = false;
  const void* caller = nullptr;  ///< where in the code
};

/// What is wrong with an access, and where the other one was; empty: nothing.
struct Wrong {
  std::string what{};
  const void* other = nullptr;
};

class Memory {
 public:
  Memory() : words_(places) {}

  /// What was remembered is forgotten.
  void forget() { ++run_; }
  Wrong touch(const Access& access, std::size_t thread, const VectorClock& known);
  /// A block is new: its past is nobody's.
  void allocated(std::uintptr_t address, std::size_t size);
  /// As a write to all of it; whoever touches it afterwards is told.
  Wrong freed(const Access& access, std::size_t thread, const VectorClock& known);

 private:
  static constexpr std::size_t places = 1 << 16;
  struct Cell {
    std::uint8_t bytes = 0;  ///< of the word, one bit each
    std::uint8_t thread = 0;
    bool writes = false, is_atomic = false;
    std::uint32_t time = 0;
    const void* caller = nullptr;
  };
  struct Word {
    std::uintptr_t number = 0;
    std::uint64_t run = 0;
    bool is_freed = false;  ///< by the first cell's
    std::uint8_t next = 0;
    std::array<Cell, 4> cells{};
  };
  Word& word(std::uintptr_t number);
  static Wrong compare(const Word& word, const Cell& own, const VectorClock& known);

  std::vector<Word> words_;
  std::uint64_t run_ = 1;
};

}  // namespace gatepost::interleaving
