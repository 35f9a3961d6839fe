#include "linux/gpio.hpp"

#include <array>
#include <cctype>
#include <charconv>
#include <chrono>
#include <cstring>
#include <gatepost/hal/deadline.hpp>
#include <gatepost/hal/options.hpp>
#include <mutex>
#include <set>

#include "linux/usb.hpp"

namespace gatepost::hal {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr int most_lines = 64;
constexpr Duration one_command = 50ms;  // a chip on USB; one of the machine's own takes microseconds
constexpr Duration longest_debounce = 10s;
// It has no interrupts. Its driver plays some by looking at its pins, and leaves them behind when the chip is drawn:
// Linux 6.1 warns of that (remove_proc_entry, below cp2112_remove), has freed memory that it uses on, and ends.
constexpr std::string_view label_of_cp2112 = "cp2112_gpio";

struct Parts {
  std::string chip;
  std::vector<std::string> lines;
};

Result<Parts> parts_of(const Address& address, std::size_t most) {
  const Error wrong{"is no address of GPIO lines", address.text().substr(0, 80),
                    most == 1 ? "write gpio:CHIP/LINE, such as gpio:gpiochip0/17"
                              : "write gpio:CHIP/LINE,LINE, such as gpio:gpiochip0/17,27"};
  const auto slash = address.target.rfind('/');
  if (slash == std::string::npos || slash == 0) return wrong;
  Parts parts{address.target.substr(0, slash), {}};
  std::set<std::string> known;
  std::string_view rest = std::string_view(address.target).substr(slash + 1);
  while (true) {
    const auto comma = std::min(rest.find(','), rest.size());
    parts.lines.emplace_back(rest.substr(0, comma));
    if (parts.lines.back().empty() || parts.lines.size() > most || !known.insert(parts.lines.back()).second)
      return wrong;
    if (comma == rest.size()) return parts;
    rest.remove_prefix(comma + 1);
  }
}

struct Options {
  bool active_low = false;
  Duration debounce{};
  Bias bias = Bias::as_is;
};

bool active_low(OptionReader& options) {
  constexpr std::array<std::string_view, 2> levels{"high", "low"};
  return options.word("active", levels, 0) == 1;
}

Result<Options> contact_options(const Address& address) {
  constexpr std::array<std::string_view, 4> biases{"as_is", "off", "up", "down"};
  OptionReader options(address);
  const Options read{active_low(options), options.time("debounce", 5ms),
                     static_cast<Bias>(options.word("bias", biases, 0))};
  if (auto done = options.done(); !done) return done.error();
  if (read.debounce > longest_debounce)
    return Error{"the option 'debounce' is not right", address.text(), "write a time of at most 10s"};
  return read;
}

Error no_chip(const std::string& name) {
  return {"there is no such GPIO chip", "gpio:" + name.substr(0, 80),
          "gatepost devices lists what there is; a chip goes by its label, gpiochip0, or usb:VVVV:PPPP@PORT"};
}

// Numbers of chips may change with a reboot, so a label is looked for first.
Result<fs::path> chip_named(const std::string& name) {
  if (name.starts_with("usb:")) return usb_device_file(name.substr(4), "gpio");
  if (name.starts_with('/')) return fs::path(name);
  std::vector<fs::path> labelled;
  std::error_code failure;
  for (const auto& entry : fs::directory_iterator("/dev", failure))
    if (entry.path().filename().string().starts_with("gpiochip") && gpio_label(entry.path()) == name)
      labelled.push_back(entry.path());
  if (labelled.size() == 1) return labelled.front();
  if (labelled.size() > 1)
    return Error{std::to_string(labelled.size()) + " GPIO chips go by this label", "gpio:" + name,
                 "name the one that is meant: gpiochip0, or usb:VVVV:PPPP@PORT"};
  fs::path file = "/dev/" + name;
  if (name.starts_with("gpiochip") && name.find('/') == name.npos && fs::exists(file, failure)) return file;
  return no_chip(name);
}

class GpioRelay final : public Relay {
 public:
  GpioRelay(std::vector<std::unique_ptr<GpioLine>> lines, std::string identity)
      : lines_(std::move(lines)), identity_(std::move(identity)) {}

  int channels() const override { return static_cast<int>(lines_.size()); }
  std::string identity() const override { return identity_; }

  Result<void> set(int channel, bool on, BootTime not_after) override {
    const std::scoped_lock lock(mutex_);
    auto line = at(channel);
    if (!line) return line.error();
    if (BootClock::now() > not_after) return too_late(identity_);
    return (*line)->set(on);
  }

  Result<std::optional<bool>> read_back(int channel) override {
    const std::scoped_lock lock(mutex_);
    auto line = at(channel);
    if (!line) return line.error();
    auto on = (*line)->get();
    if (!on) return on.error();
    return std::optional(*on);
  }

 private:
  Result<GpioLine*> at(int channel) const {
    if (channel >= 1 && channel <= channels()) return lines_[static_cast<std::size_t>(channel - 1)].get();
    return Error{"has no channel " + std::to_string(channel), identity_, "name its line in the address"};
  }

  std::mutex mutex_;
  const std::vector<std::unique_ptr<GpioLine>> lines_;
  const std::string identity_;
};

std::string identity_of(const fs::path& chip, const std::vector<std::string>& lines) {
  std::string all;
  for (const auto& line : lines) all += (all.empty() ? "" : ", ") + line;
  return (lines.size() == 1 ? "GPIO line " : "GPIO lines ") + all + " of " + gpio_label(chip).value_or(chip.string());
}

}  // namespace

std::string GpioName::text() const { return "line " + line.substr(0, 40) + " of " + chip.string(); }

std::optional<unsigned> GpioName::offset() const {
  unsigned value = 0;
  const auto [end, failure] = std::from_chars(line.data(), line.data() + line.size(), value);
  if (failure != std::errc() || end != line.data() + line.size()) return {};
  return value;
}

Error gpio_failure(const GpioName& name, int number, const std::string& consumer) {
  switch (number) {
    case EBUSY:
      return {consumer.empty() ? "is in use" : "is in use by " + consumer, name.text(), "stop what uses the line"};
    case EACCES:
    case EPERM:
      return {"may not be opened by this user", name.text(), "add the user to the group gpio"};
    case ENODEV:
    case ENXIO:
      return {"the GPIO chip is gone", name.text(), "plug it in again"};
    case ENOENT:
    case EINVAL:
      return {"there is no such GPIO line", name.text(), "gpioinfo lists the lines and their names"};
    default:
      return {std::string("does not answer: ") + std::strerror(number), name.text(), "check the chip; dmesg may tell"};
  }
}

Result<RelayShape> gpio_shape(const Address& address) {
  const auto parts = parts_of(address, most_lines);
  if (!parts) return parts.error();
  OptionReader options(address);
  static_cast<void>(active_low(options));
  if (auto done = options.done(); !done) return done.error();
  return RelayShape{.channels = static_cast<int>(parts->lines.size()),
                    .own_power = false,
                    .command = one_command,
                    .failing = one_command};
}

Result<std::unique_ptr<Relay>> open_gpio_relay(const Address& address) {
  if (auto shape = gpio_shape(address); !shape) return shape.error();
  const auto parts = parts_of(address, most_lines);
  OptionReader options(address);
  GpioName name{.active_low = active_low(options)};
  const auto chip = chip_named(parts->chip);
  if (!chip) return chip.error();
  name.chip = *chip;
  std::vector<std::unique_ptr<GpioLine>> lines;
  for (const auto& line : parts->lines) {
    name.line = line;
    auto opened = open_gpio_output(name);
    if (!opened) return opened.error();
    lines.push_back(std::move(*opened));
  }
  return std::unique_ptr<Relay>(std::make_unique<GpioRelay>(std::move(lines), identity_of(*chip, parts->lines)));
}

Result<std::vector<DeviceNeed>> gpio_needs(const Address& address) {
  const auto parts = parts_of(address, most_lines);
  if (!parts) return parts.error();
  const auto chip = chip_named(parts->chip);  // where it is plugged in, one name for all that it goes by
  const std::string begin = "gpio " + (chip ? chip->filename().string() : parts->chip) + "/";
  std::vector<DeviceNeed> needs;
  for (const auto& line : parts->lines) needs.push_back({.device = begin + line});
  return needs;
}

Result<std::vector<DeviceNeed>> gpio_contact_needs(const Address& address) {
  if (const auto parts = parts_of(address, 1); !parts) return parts.error();
  if (const auto options = contact_options(address); !options) return options.error();
  return gpio_needs(address);
}

Result<std::unique_ptr<Contact>> open_gpio_contact(const Address& address) {
  const auto parts = parts_of(address, 1);
  if (!parts) return parts.error();
  const auto options = contact_options(address);
  if (!options) return options.error();
  const auto chip = chip_named(parts->chip);
  if (!chip) return chip.error();
  auto line = open_gpio_input({.chip = *chip,
                               .line = parts->lines.front(),
                               .active_low = options->active_low,
                               .bias = options->bias,
                               .edges = gpio_label(*chip) != label_of_cp2112});
  if (!line) return line.error();
  auto stop_event = StopEvent::make();
  if (!stop_event) return stop_event.error();
  return gpio_contact(std::move(*line), options->debounce, std::move(*stop_event));
}

}  // namespace gatepost::hal
