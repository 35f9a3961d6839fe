// libgpiod 2.
#if GATEPOST_LIBGPIOD == 2
#include <gpiod.h>

#include <cerrno>

#include "linux/gpio_line.hpp"

namespace gatepost::hal {
namespace {

constexpr const char* us = "gatepost";

template <auto close>
struct Closed {
  template <class T>
  void operator()(T* what) const {
    close(what);
  }
};
using Chip = std::unique_ptr<gpiod_chip, Closed<gpiod_chip_close>>;
using ChipInfo = std::unique_ptr<gpiod_chip_info, Closed<gpiod_chip_info_free>>;
using LineInfo = std::unique_ptr<gpiod_line_info, Closed<gpiod_line_info_free>>;
using LineSettings = std::unique_ptr<gpiod_line_settings, Closed<gpiod_line_settings_free>>;
using LineConfig = std::unique_ptr<gpiod_line_config, Closed<gpiod_line_config_free>>;
using RequestConfig = std::unique_ptr<gpiod_request_config, Closed<gpiod_request_config_free>>;
using Request = std::unique_ptr<gpiod_line_request, Closed<gpiod_line_request_release>>;
using Events = std::unique_ptr<gpiod_edge_event_buffer, Closed<gpiod_edge_event_buffer_free>>;

class Line final : public GpioLine {
 public:
  Line(Request request, unsigned offset, GpioName name)
      : request_(std::move(request)),
        events_(gpiod_edge_event_buffer_new(1)),
        offset_(offset),
        name_(std::move(name)) {}

  Result<bool> get() override {
    const auto value = gpiod_line_request_get_value(request_.get(), offset_);
    if (value == GPIOD_LINE_VALUE_ERROR) return gpio_failure(name_, errno);
    return value == GPIOD_LINE_VALUE_ACTIVE;
  }

  Result<void> set(bool on) override {
    const auto value = on ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE;
    if (gpiod_line_request_set_value(request_.get(), offset_, value) != 0) return gpio_failure(name_, errno);
    return {};
  }

  Error gone() const override { return gpio_failure(name_, ENODEV); }
  int descriptor() const override { return name_.edges ? gpiod_line_request_get_fd(request_.get()) : -1; }

  Result<GpioEdge> edge() override {
    if (!events_ || gpiod_line_request_read_edge_events(request_.get(), events_.get(), 1) != 1)
      return gpio_failure(name_, errno);
    auto* event = gpiod_edge_event_buffer_get_event(events_.get(), 0);
    return GpioEdge{gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_RISING_EDGE,
                    MonotonicTime(Duration(static_cast<Duration::rep>(gpiod_edge_event_get_timestamp_ns(event))))};
  }

  Result<void> reconfigure(const LineConfig& config) {
    if (gpiod_line_request_reconfigure_lines(request_.get(), config.get()) != 0) return gpio_failure(name_, errno);
    return {};
  }

 private:
  const Request request_;
  const Events events_;
  const unsigned offset_;
  const GpioName name_;
};

struct Place {
  Chip chip;
  unsigned offset = 0;
  LineInfo info;
};

Result<Place> find(const GpioName& name) {
  Place place;
  place.chip.reset(gpiod_chip_open(name.chip.c_str()));
  if (!place.chip) return gpio_failure(name, errno);
  int offset = static_cast<int>(name.offset().value_or(0));
  if (!name.offset()) offset = gpiod_chip_get_line_offset_from_name(place.chip.get(), name.line.c_str());
  if (offset < 0) return gpio_failure(name, errno);
  place.offset = static_cast<unsigned>(offset);
  place.info.reset(gpiod_chip_get_line_info(place.chip.get(), place.offset));
  if (!place.info) return gpio_failure(name, errno);
  return place;
}

gpiod_line_bias bias_of(Bias bias) {
  if (bias == Bias::off) return GPIOD_LINE_BIAS_DISABLED;
  if (bias == Bias::up) return GPIOD_LINE_BIAS_PULL_UP;
  return bias == Bias::down ? GPIOD_LINE_BIAS_PULL_DOWN : GPIOD_LINE_BIAS_AS_IS;
}

// Nothing where memory is short.
LineConfig config_of(const Place& place, const GpioName& name, gpiod_line_direction direction, bool on) {
  const LineSettings settings(gpiod_line_settings_new());
  LineConfig config(gpiod_line_config_new());
  if (!settings || !config) return {};
  gpiod_line_settings_set_direction(settings.get(), direction);
  gpiod_line_settings_set_active_low(settings.get(), name.active_low);
  if (direction == GPIOD_LINE_DIRECTION_INPUT) {
    if (name.edges) gpiod_line_settings_set_edge_detection(settings.get(), GPIOD_LINE_EDGE_BOTH);
    gpiod_line_settings_set_bias(settings.get(), bias_of(name.bias));
  } else if (direction == GPIOD_LINE_DIRECTION_OUTPUT) {
    gpiod_line_settings_set_output_value(settings.get(), on ? GPIOD_LINE_VALUE_ACTIVE : GPIOD_LINE_VALUE_INACTIVE);
  }
  if (gpiod_line_config_add_line_settings(config.get(), &place.offset, 1, settings.get()) != 0) return {};
  return config;
}

Result<std::unique_ptr<Line>> request(const Place& place, const GpioName& name, gpiod_line_direction direction) {
  const auto config = config_of(place, name, direction, false);
  const RequestConfig who(gpiod_request_config_new());
  if (!config || !who) return gpio_failure(name, ENOMEM);
  gpiod_request_config_set_consumer(who.get(), us);
  Request held(gpiod_chip_request_lines(place.chip.get(), who.get(), config.get()));
  if (held) return std::make_unique<Line>(std::move(held), place.offset, name);
  const int number = errno;
  const char* consumer = gpiod_line_info_get_consumer(place.info.get());
  return gpio_failure(name, number, consumer == nullptr ? "" : consumer);
}

}  // namespace

std::optional<std::string> gpio_label(const std::filesystem::path& chip) {
  const Chip opened(gpiod_chip_open(chip.c_str()));
  if (!opened) return {};
  const ChipInfo info(gpiod_chip_get_info(opened.get()));
  if (!info) return {};
  return gpiod_chip_info_get_label(info.get());
}

Result<std::unique_ptr<GpioLine>> open_gpio_output(const GpioName& name) {
  const auto place = find(name);
  if (!place) return place.error();
  const bool was_output = gpiod_line_info_get_direction(place->info.get()) == GPIOD_LINE_DIRECTION_OUTPUT;
  auto line = request(*place, name, was_output ? GPIOD_LINE_DIRECTION_AS_IS : GPIOD_LINE_DIRECTION_OUTPUT);
  if (!line) return line.error();
  if (was_output) {
    const auto on = (*line)->get();
    if (!on) return on.error();
    const auto config = config_of(*place, name, GPIOD_LINE_DIRECTION_OUTPUT, *on);
    if (!config) return gpio_failure(name, ENOMEM);
    if (auto driven = (*line)->reconfigure(config); !driven) return driven.error();
  }
  return std::unique_ptr<GpioLine>(std::move(*line));
}

Result<std::unique_ptr<GpioLine>> open_gpio_input(const GpioName& name) {
  const auto place = find(name);
  if (!place) return place.error();
  auto line = request(*place, name, GPIOD_LINE_DIRECTION_INPUT);
  if (!line) return line.error();
  return std::unique_ptr<GpioLine>(std::move(*line));
}

}  // namespace gatepost::hal

#endif
