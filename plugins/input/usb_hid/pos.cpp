#include "pos.hpp"

#include <cstdint>
#include <utility>

namespace usb_hid {

using gatepost::Damage;
using gatepost::MonotonicTime;
using gatepost::Reading;

namespace {

// Access-IS LSR118 manual p. 68, ATR110 p. 33; a capture of a Honeywell's agrees byte for byte
// (github.com/HenkVanAsselt/python_hon_usbhid).
constexpr std::size_t report_size = 64, aim_at = 2, aim_size = 3, data_at = 5, data_size = 56, flags_at = 63;
constexpr std::byte report_number{2}, more_follows{1};
constexpr std::string_view answer_aim = "]Z6";  // a Honeywell's answer to a menu command

// Three zeroes where the scanner is not set to tell.
std::string_view aim_of(std::span<const std::byte> bytes) {
  const auto aim = text_of(bytes.subspan(aim_at, aim_size));
  const auto printable = [](char c) { return c > ' ' && c <= '~'; };
  return aim[0] == ']' && printable(aim[1]) && printable(aim[2]) ? aim : std::string_view();
}

}  // namespace

void PosScans::joined(MonotonicTime at) {
  unsure_ = true;
  last_ = at;
}

void PosScans::report(std::span<const std::byte> bytes, MonotonicTime at, bool lost, std::vector<Reading>& out) {
  if (bytes.empty() || bytes[0] != report_number) return;  // of something else: its battery, its button
  // Nobody waited meanwhile: it may have been silence, or what was sent without a pause and read late.
  if (begun_ && at - last_ > rules_.idle) end_without_end("then a pause in which nobody listened", out);
  last_ = at;
  const bool whole = bytes.size() == report_size;
  const std::string_view aim = whole ? aim_of(bytes) : std::string_view();
  if (!begun_) begin(aim);
  if (lost) spoil(Damage::lost, "the kernel dropped reports of it");
  if (std::exchange(unsure_, false)) spoil(Damage::lost, "it may lack its beginning");
  const std::size_t size = whole ? std::to_integer<std::size_t>(bytes[1]) : 0;
  if (!whole) {
    spoil(Damage::length,
          "a report has " + std::to_string(bytes.size()) + " bytes instead of " + std::to_string(report_size));
    finish(out);
    after_cut_ = true;  // whether more was to follow is not known
    return;
  }
  if (size > data_size)
    spoil(Damage::length, "a report says that it has " + std::to_string(size) + " bytes of data, and has room for " +
                              std::to_string(data_size));
  if (aim != aim_) spoil(Damage::lost, "its parts are of different codes");
  size_ += size;
  if (size <= data_size && size_ <= gatepost::max_payload)
    data_ += text_of(bytes.subspan(data_at, size));
  else if (size <= data_size)
    spoil(Damage::overlong, "more than " + std::to_string(gatepost::max_payload) + " bytes");
  if ((bytes[flags_at] & more_follows) == std::byte{0}) finish(out);
}

void PosScans::begin(std::string_view aim) {
  begun_ = true;
  aim_ = aim;
  data_.clear();
  size_ = 0;
  damage_ = Damage::none;
  if (std::exchange(after_cut_, false))
    spoil(Damage::gap, "it follows a scan without an end and may be the rest of it");
}

void PosScans::spoil(Damage damage, std::string why) {
  if (damage_ != Damage::none) return;
  damage_ = damage;
  why_ = std::move(why);
}

void PosScans::silence(std::vector<Reading>& out) {
  unsure_ = false;
  if (begun_) end_without_end("then silence", out);
}

// Its rest may come yet.
void PosScans::end_without_end(std::string_view how, std::vector<Reading>& out) {
  begun_ = false;
  after_cut_ = true;
  tell(Damage::no_terminator, std::to_string(size_) + " bytes, " + std::string(how) + "; more were to follow", out);
}

void PosScans::cut(const std::string& why, std::vector<Reading>& out) {
  if (!std::exchange(begun_, false)) return;
  tell(Damage::no_terminator, std::to_string(size_) + " bytes, then " + why, out);
}

// 06 ACK, 15 NAK, 05 unknown: also alone, where the scanner is not set to tell what it has read.
bool PosScans::is_answer() const {
  const bool sign = data_.size() == 1 && (data_[0] == 0x06 || data_[0] == 0x15 || data_[0] == 0x05);
  return aim_ == answer_aim || sign;
}

// Before any rule that it breaks: a scanner that says ERROR puts no prefix before it.
bool PosScans::is_ignored() const {
  std::string_view text = data_;
  while (!text.empty() && (text.back() == '\r' || text.back() == '\n' || text.back() == '\0')) text.remove_suffix(1);
  return ignores_ && size_ == data_.size() && !text.empty() && ignores_(text);
}

void PosScans::take_ends_off() {
  if (!rules_.terminator.empty()) {
    if (data_.ends_with(rules_.terminator)) data_.resize(data_.size() - rules_.terminator.size());
    return;
  }
  if (data_.ends_with('\n')) data_.pop_back();
  if (data_.ends_with('\r')) data_.pop_back();
}

void PosScans::finish(std::vector<Reading>& out) {
  begun_ = false;
  if (is_ignored()) return;
  if (damage_ != Damage::none) return tell(damage_, why_, out);
  if (size_ == 0 || is_answer()) return;
  take_ends_off();
  if (!data_.starts_with(rules_.prefix)) return tell(Damage::lost, "it does not begin with the prefix", out);
  data_.erase(0, rules_.prefix.size());
  if (data_.size() < rules_.min_length || data_.size() > rules_.max_length)
    return tell(Damage::length,
                std::to_string(data_.size()) + " bytes; allowed are " + std::to_string(rules_.min_length) + " to " +
                    std::to_string(rules_.max_length),
                out);
  out.push_back({.payload = std::move(data_), .symbology = aim_, .seen = last_});
  data_.clear();
}

void PosScans::tell(Damage damage, std::string why, std::vector<Reading>& out) const {
  out.push_back({.payload = data_.substr(0, gatepost::max_damaged_payload),
                 .seen = last_,
                 .damage = damage,
                 .damage_detail = std::move(why)});
}

bool block_data(std::span<const std::byte> block, std::string_view& data) {
  if (block.empty()) return false;
  const auto size = std::to_integer<std::size_t>(block[0]);
  if (size > block.size() - 1) return false;
  data = text_of(block.subspan(1, size));
  return true;
}

}  // namespace usb_hid
