#include <gatepost/support/erasure.hpp>

#include <algorithm>
#include <charconv>
#include <string_view>

namespace gatepost::support {
namespace {

constexpr const char* epoch_detail = "epoch";
constexpr const char* records_detail = "records";
constexpr const char* field_detail = "field";

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc() || end != text.data() + text.size()) return {};
  return number;
}

// "3 7-9": ascending, apart.
std::optional<std::vector<std::pair<std::uint64_t, std::uint64_t>>> ranges_of(std::string_view text) {
  std::vector<std::pair<std::uint64_t, std::uint64_t>> ranges;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    const auto dash = word.find('-');
    const auto first = number_of(word.substr(0, dash));
    const auto last = dash == word.npos ? first : number_of(word.substr(dash + 1));
    if (!first || !last || *last < *first || (!ranges.empty() && *first <= ranges.back().second)) return {};
    ranges.emplace_back(*first, *last);
  }
  return ranges;
}

std::string text_of(const std::vector<std::pair<std::uint64_t, std::uint64_t>>& ranges) {
  std::string text;
  for (const auto& [first, last] : ranges) {
    if (!text.empty()) text += ' ';
    text += std::to_string(first);
    if (last > first) text += '-' + std::to_string(last);
  }
  return text;
}

}  // namespace

Erasure Erasure::of(std::uint64_t epoch, const std::vector<std::uint64_t>& sequences, std::string field) {
  Erasure erasure{epoch, {}, std::move(field)};
  for (const auto sequence : sequences)
    if (!erasure.records.empty() && erasure.records.back().second + 1 == sequence)
      erasure.records.back().second = sequence;
    else
      erasure.records.emplace_back(sequence, sequence);
  return erasure;
}

Record record_of(const Erasure& erasure, WhyErased why) {
  Record record{.kind = RecordKind::change, .reason = erased_reason};
  record.details = {{epoch_detail, std::to_string(erasure.epoch)},
                    {records_detail, text_of(erasure.records)},
                    {"why", why == WhyErased::asked ? "asked" : "age"}};
  if (!erasure.field.empty()) record.details[field_detail] = erasure.field;
  return record;
}

std::optional<Erasure> erasure_of(const Record& record) {
  if (record.kind != RecordKind::change || record.reason != erased_reason) return {};
  const auto detail = [&](const char* key) {
    const auto found = record.details.find(key);
    return found == record.details.end() ? std::string_view() : std::string_view(found->second);
  };
  const auto epoch = number_of(detail(epoch_detail));
  auto ranges = ranges_of(detail(records_detail));
  if (!epoch || !ranges) return {};
  return Erasure{*epoch, std::move(*ranges), std::string(detail(field_detail))};
}

}  // namespace gatepost::support
