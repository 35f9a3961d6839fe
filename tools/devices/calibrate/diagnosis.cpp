#include "devices/calibrate/diagnosis.hpp"

#include <linux/input-event-codes.h>

#include <algorithm>
#include <array>

#include "linux/key_text.hpp"

namespace gatepost::calibrate {
namespace {

using hal::KeyLayout;
constexpr std::array layouts{KeyLayout::us, KeyLayout::uk, KeyLayout::de, KeyLayout::fr};

std::string text_of(const Take& take, hal::KeyText& keys, bool caps_lock) {
  keys.resync({}, caps_lock);
  std::string text;
  for (const KeyEvent& event : take.keys) text += keys.key(event.code, event.value);
  return text;
}

std::vector<Way> ways_of(const Take& take, const KeyMaps& maps) {
  if (!take.typed()) return {Way{{}, take.bytes, {}}};
  std::vector<Way> all;
  for (const bool caps_lock : {false, true})
    for (std::size_t i = 0; i < maps.size(); ++i) {
      hal::KeyText keys(maps.at(i));
      all.push_back({Typing{layouts.at(i), caps_lock}, text_of(take, keys, caps_lock), {}});
    }
  return all;
}

std::string upper(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

/// Which code it is, by either of its markers.
std::optional<SheetCode> recognised(const std::vector<Way>& ways) {
  for (const auto& code : sheet_codes()) {
    const std::string begin = std::string("GPT") + code.letter, end = code.letter + std::string("TPG");
    for (const Way& way : ways) {
      const std::string text = upper(way.got);
      if (text.find(begin) != text.npos || text.find(end) != text.npos) return code;
    }
  }
  return {};
}

bool is_keypad(unsigned code) {
  return (code >= KEY_KP7 && code <= KEY_KP9) || (code >= KEY_KP4 && code <= KEY_KP6) ||
         (code >= KEY_KP1 && code <= KEY_KP0);
}

// Alt held while digits of the keypad go down.
bool types_numbers(const Take& take) {
  bool alt = false;
  std::size_t digits = 0;
  for (const KeyEvent& event : take.keys) {
    if (event.code == KEY_LEFTALT) alt = event.value != 0;
    if (alt && event.value == 1 && is_keypad(event.code)) ++digits;
  }
  return digits >= 6;
}

void tell_speed(const Take& take, std::size_t characters, Diagnosis& diagnosis) {
  std::vector<MonotonicTime> times = take.times;
  for (const KeyEvent& event : take.keys) times.push_back(event.at);
  if (times.size() < 2) return;
  for (std::size_t i = 1; i < times.size(); ++i)
    diagnosis.longest_gap = std::max<Duration>(diagnosis.longest_gap, times[i] - times[i - 1]);
  const double took = std::chrono::duration<double>(times.back() - times.front()).count();
  if (took > 0) diagnosis.rate = static_cast<double>(characters) / took;
}

}  // namespace

std::string_view to_word(KeyLayout layout) {
  constexpr std::array<std::string_view, 4> words{"us", "uk", "de", "fr"};
  return words.at(static_cast<std::size_t>(layout));
}

void Diagnosis::believe(const Typing& known) {
  const auto found = std::ranges::find(ways, std::optional(known), &Way::typing);
  if (found != ways.end()) std::swap(ways.front(), *found);
}

Result<KeyMaps> load_key_maps() {
  KeyMaps maps;
  for (std::size_t i = 0; i < maps.size(); ++i) {
    auto map = hal::load_key_map(layouts.at(i));
    if (!map) return map.error();
    maps.at(i) = std::move(*map);
  }
  return maps;
}

std::optional<Diagnosis> diagnose(const Take& take, const KeyMaps& maps) {
  auto ways = ways_of(take, maps);
  const auto code = recognised(ways);
  if (!code) return {};
  for (Way& way : ways) way.comparison = compare(code->payload, way.got);
  // Stable, so that what is usual comes first among what is equal.
  std::ranges::stable_sort(ways, {}, [](const Way& way) { return way.comparison.distance; });
  Diagnosis found{.letter = code->letter, .ways = std::move(ways), .size = code->payload.size(), .lost = take.lost};
  for (const Way& way : found.ways)
    if (way.typing && way.comparison.distance == found.comparison().distance) found.typing.push_back(*way.typing);
  found.alt_mode = types_numbers(take);
  tell_speed(take, found.got().size(), found);
  return found;
}

}  // namespace gatepost::calibrate
