// libgpiod 1.6.
#if GATEPOST_LIBGPIOD == 1
#include <gpiod.h>

#include <cerrno>
#include <chrono>

#include "linux/gpio_line.hpp"

namespace gatepost::hal {
namespace {

constexpr const char* us = "gatepost";

struct Close {
  void operator()(gpiod_chip* chip) const { gpiod_chip_close(chip); }  // releases its lines
};
using Chip = std::unique_ptr<gpiod_chip, Close>;

class Line final : public GpioLine {
 public:
  Line(Chip chip, gpiod_line* line, GpioName name) : chip_(std::move(chip)), line_(line), name_(std::move(name)) {}

  Result<bool> get() override {
    const int value = gpiod_line_get_value(line_);
    if (value < 0) return gpio_failure(name_, errno);
    return value != 0;
  }

  Result<void> set(bool on) override {
    if (gpiod_line_set_value(line_, on ? 1 : 0) != 0) return gpio_failure(name_, errno);
    return {};
  }

  Error gone() const override { return gpio_failure(name_, ENODEV); }
  int descriptor() const override { return name_.edges ? gpiod_line_event_get_fd(line_) : -1; }

  Result<GpioEdge> edge() override {
    gpiod_line_event event{};
    if (gpiod_line_event_read(line_, &event) != 0) return gpio_failure(name_, errno);
    return GpioEdge{event.event_type == GPIOD_LINE_EVENT_RISING_EDGE,
                    MonotonicTime(std::chrono::seconds(event.ts.tv_sec) + std::chrono::nanoseconds(event.ts.tv_nsec))};
  }

  Result<void> request(int type, int flags) {
    const gpiod_line_request_config config{us, type, flags};
    if (gpiod_line_request(line_, &config, 0) == 0) return {};
    const int number = errno;
    const char* consumer = gpiod_line_consumer(line_);
    return gpio_failure(name_, number, consumer == nullptr ? "" : consumer);
  }

  bool is_output() const { return gpiod_line_direction(line_) == GPIOD_LINE_DIRECTION_OUTPUT; }

  Result<void> drive(bool on) {
    if (gpiod_line_set_direction_output(line_, on ? 1 : 0) != 0) return gpio_failure(name_, errno);
    return {};
  }

 private:
  const Chip chip_;
  gpiod_line* const line_;  // the chip's
  const GpioName name_;
};

Result<std::unique_ptr<Line>> find(const GpioName& name) {
  Chip chip(gpiod_chip_open(name.chip.c_str()));
  if (!chip) return gpio_failure(name, errno);
  const auto offset = name.offset();
  gpiod_line* line =
      offset ? gpiod_chip_get_line(chip.get(), *offset) : gpiod_chip_find_line(chip.get(), name.line.c_str());
  if (line == nullptr) return gpio_failure(name, errno == ENODEV || errno == EIO ? ENODEV : ENOENT);
  return std::make_unique<Line>(std::move(chip), line, name);
}

int flags_of(const GpioName& name) {
  int flags = name.active_low ? GPIOD_LINE_REQUEST_FLAG_ACTIVE_LOW : 0;
  if (name.bias == Bias::off) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_DISABLE;
  if (name.bias == Bias::up) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_UP;
  if (name.bias == Bias::down) flags |= GPIOD_LINE_REQUEST_FLAG_BIAS_PULL_DOWN;
  return flags;
}

}  // namespace

std::optional<std::string> gpio_label(const std::filesystem::path& chip) {
  const Chip opened(gpiod_chip_open(chip.c_str()));
  if (!opened) return {};
  return gpiod_chip_label(opened.get());
}

Result<std::unique_ptr<GpioLine>> open_gpio_output(const GpioName& name) {
  auto line = find(name);
  if (!line) return line.error();
  const bool was_output = (*line)->is_output();
  const int type = was_output ? GPIOD_LINE_REQUEST_DIRECTION_AS_IS : GPIOD_LINE_REQUEST_DIRECTION_OUTPUT;
  if (auto requested = (*line)->request(type, flags_of(name)); !requested) return requested.error();
  if (was_output) {
    const auto on = (*line)->get();
    if (!on) return on.error();
    if (auto driven = (*line)->drive(*on); !driven) return driven.error();
  }
  return std::unique_ptr<GpioLine>(std::move(*line));
}

Result<std::unique_ptr<GpioLine>> open_gpio_input(const GpioName& name) {
  auto line = find(name);
  if (!line) return line.error();
  const int type = name.edges ? GPIOD_LINE_REQUEST_EVENT_BOTH_EDGES : GPIOD_LINE_REQUEST_DIRECTION_INPUT;
  if (auto requested = (*line)->request(type, flags_of(name)); !requested) return requested.error();
  return std::unique_ptr<GpioLine>(std::move(*line));
}

}  // namespace gatepost::hal

#endif
