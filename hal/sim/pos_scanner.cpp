#include "sim/pos_scanner.hpp"

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <mutex>
#include <vector>

#include "sim/serial_gun.hpp"

namespace gatepost::hal {
namespace {

constexpr std::size_t data_size = 56;

// Report 02 with 63 bytes; feature report FE with one: as a real one describes itself (page 8C, usage 02).
constexpr std::array<std::uint8_t, 30> scanner_descriptor{0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0x85, 0x02, 0x15, 0x00,
                                                          0x26, 0xFF, 0x00, 0x75, 0x08, 0x95, 0x3F, 0x09, 0xFE, 0x81,
                                                          0x02, 0x85, 0xFE, 0x95, 0x01, 0x09, 0x21, 0xB1, 0x02, 0xC0};

using Report = std::array<std::byte, 64>;

Report report_of(std::string_view aim, std::string_view data, bool more) {
  Report report{};
  report[0] = std::byte{2};
  report[1] = static_cast<std::byte>(data.size());
  std::ranges::copy(std::as_bytes(std::span(aim)), report.begin() + 2);
  std::ranges::copy(std::as_bytes(std::span(data)), report.begin() + 5);
  report[63] = more ? std::byte{1} : std::byte{0};
  return report;
}

std::deque<Report> reports_of(std::string_view line) {
  const bool cut = !line.ends_with('\r');
  if (!cut) line.remove_suffix(1);
  const bool told = line.size() >= 3 && line[0] == ']';
  const std::string_view aim = told ? line.substr(0, 3) : "]C0";
  if (told) line.remove_prefix(3);
  std::deque<Report> reports;
  do {
    const std::string_view data = line.substr(0, data_size);
    line.remove_prefix(data.size());
    reports.push_back(report_of(aim, data, cut || !line.empty()));
  } while (!line.empty());
  return reports;
}

class PosScanner final : public RawHid {
 public:
  PosScanner(std::unique_ptr<SerialPort> gun, std::string name) : gun_(std::move(gun)), name_(std::move(name)) {}

  Result<HidReport> read(std::span<std::byte> into, Duration timeout, const std::stop_token& stop) override {
    HidReport given{.at = last_};
    if (reports_.empty()) {
      std::array<std::byte, 4096> buffer;
      const auto chunk = gun_->read(buffer, timeout, stop);
      if (!chunk) return chunk.error();
      given.at = last_ = chunk->at;
      if (chunk->size == 0) return given;
      reports_ = reports_of({reinterpret_cast<const char*>(buffer.data()), chunk->size});
    }
    const Report report = reports_.front();
    if (into.size() < report.size()) return Error{"sends a report of 64 bytes", identity(), "give it room for them"};
    reports_.pop_front();
    std::ranges::copy(report, into.begin());
    given.size = report.size();
    return given;
  }

  Result<void> write(std::span<const std::byte>) override { return {}; }

  Result<std::size_t> get_feature(std::span<std::byte> report) override {
    const std::scoped_lock lock(mutex_);
    const auto found = report.empty() ? features_.end() : features_.find(report[0]);
    if (found == features_.end()) return Error{"has no such feature report", identity(), "set it first"};
    const std::size_t size = std::min(report.size(), found->second.size());
    std::copy_n(found->second.begin(), size, report.begin());
    return size;
  }

  Result<void> set_feature(std::span<const std::byte> report) override {
    const std::scoped_lock lock(mutex_);
    if (!report.empty()) features_[report[0]].assign(report.begin(), report.end());
    return {};
  }

  std::span<const std::byte> descriptor() const override { return std::as_bytes(std::span(scanner_descriptor)); }
  Identity device() const override { return {.bus = "sim", .name = name_}; }
  std::string identity() const override { return name_; }

 private:
  std::unique_ptr<SerialPort> gun_;
  std::string name_;
  std::deque<Report> reports_;
  MonotonicTime last_{};
  std::mutex mutex_;
  std::map<std::byte, std::vector<std::byte>> features_;
};

}  // namespace

Result<std::unique_ptr<RawHid>> open_sim_hid(const Address& address) {
  Address lines = address;
  lines.target = "lines/" + address.target.substr(address.target.find('/') + 1);
  auto gun = open_sim_serial(lines);
  if (!gun) return gun.error();
  return std::unique_ptr<RawHid>(std::make_unique<PosScanner>(std::move(*gun), "simulated " + address.target));
}

}  // namespace gatepost::hal
