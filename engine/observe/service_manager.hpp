// What systemd is told of a service: sd_notify(3). Where nothing asks to be told, nothing happens.
#pragma once

#include <gatepost/time.hpp>
#include <optional>
#include <string_view>

namespace gatepost::observe::service_manager {

/// Somebody waits to be told (NOTIFY_SOCKET).
bool listens();
/// How long alive() may stay away before this process is ended and started anew (WATCHDOG_USEC); nothing: for ever.
std::optional<Duration> patience();

// From any thread, but from no lane's: one datagram each, which waits where systemd itself does not go on.
void ready();
/// ready() follows when it is over, however it ended.
void reloading();
void stopping();
void alive();
/// One line for people.
void status(std::string_view line);

}  // namespace gatepost::observe::service_manager
