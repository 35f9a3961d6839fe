#include "linux/lcus_relay.hpp"

#include <gatepost/hal/options.hpp>
#include <gatepost/hal/serial_stream.hpp>

#include "lcus_driver.hpp"

namespace gatepost::hal {

Result<RelayShape> lcus_shape(const Address& address) {
  OptionReader options(address);
  const int channels = static_cast<int>(options.number("channels", 1, 1, 8));
  if (auto done = options.done(); !done) return done.error();
  return lcus_shape_of(channels);
}

Result<std::unique_ptr<Relay>> open_lcus(const Address& address) {
  const auto shape = lcus_shape(address);
  if (!shape) return shape.error();
  auto line = serial_stream(line_of(address), {});
  if (auto open = line->connect(line->now()); !open) return open.error();
  return lcus_driver(std::move(line), shape->channels);
}

}  // namespace gatepost::hal
