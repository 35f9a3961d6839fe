#include "memory.hpp"

#include <algorithm>

namespace gatepost::interleaving {
namespace {

constexpr std::size_t word_size = 8;

std::string kind_of(bool writes, bool is_atomic) {
  return std::string(is_atomic ? "atomic " : "") + (writes ? "write" : "read");
}

}  // namespace

Memory::Word& Memory::word(std::uintptr_t number) {
  Word& word = words_[(number ^ (number >> 16)) % places];
  if (word.number != number || word.run != run_) word = {.number = number, .run = run_};
  return word;
}

// Against what others did that this thread does not know of.
Wrong Memory::compare(const Word& word, const Cell& own, const VectorClock& known) {
  if (word.is_freed)
    return {"touches memory that thread " + std::to_string(word.cells[0].thread) + " has freed", word.cells[0].caller};
  for (const Cell& cell : word.cells) {
    if ((cell.bytes & own.bytes) == 0 || cell.thread == own.thread || cell.time <= known.of(cell.thread)) continue;
    if ((!cell.writes && !own.writes) || (cell.is_atomic && own.is_atomic)) continue;
    return {"data race: its " + kind_of(own.writes, own.is_atomic) + " has no order with thread " +
                std::to_string(cell.thread) + "'s " + kind_of(cell.writes, cell.is_atomic),
            cell.caller};
  }
  return {};
}

Wrong Memory::touch(const Access& access, std::size_t thread, const VectorClock& known) {
  for (std::uintptr_t at = access.address, end = at + access.size; at < end;) {
    const std::uintptr_t offset = at % word_size;
    const std::size_t size = std::min(word_size - offset, end - at);
    Word& word = this->word(at / word_size);
    const auto bytes = static_cast<std::uint8_t>(((1U << size) - 1U) << offset);
    const Cell own{bytes,        static_cast<std::uint8_t>(thread), access.writes, access.is_atomic, known.of(thread),
                   access.caller};
    if (Wrong wrong = compare(word, own, known); !wrong.what.empty()) return wrong;
    const auto same = std::ranges::find_if(word.cells, [&own](const Cell& cell) {
      return cell.bytes == own.bytes && cell.thread == own.thread && cell.writes == own.writes &&
             cell.is_atomic == own.is_atomic;
    });
    if (same != word.cells.end())
      *same = own;
    else
      word.cells.at(word.next++ % word.cells.size()) = own;
    at += size;
  }
  return {};
}

void Memory::allocated(std::uintptr_t address, std::size_t size) {
  const std::uintptr_t last = (address + size + word_size - 1) / word_size;
  for (std::uintptr_t number = address / word_size; number < last; ++number)
    word(number) = {.number = number, .run = run_};
}

Wrong Memory::freed(const Access& access, std::size_t thread, const VectorClock& known) {
  if (Wrong wrong = touch(access, thread, known); !wrong.what.empty()) return wrong;
  const std::uintptr_t last = (access.address + access.size) / word_size;
  for (std::uintptr_t number = access.address / word_size; number < last; ++number) {
    Word& freed = word(number);
    freed.is_freed = true;
    freed.cells[0] = {0xff, static_cast<std::uint8_t>(thread), true, false, known.of(thread), access.caller};
  }
  return {};
}

}  // namespace gatepost::interleaving
