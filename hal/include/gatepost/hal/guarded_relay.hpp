// A relay board in the hands of a process of its own, which puts it to rest when this one is gone.
#pragma once

#include <filesystem>
#include <gatepost/hal/relay.hpp>
#include <set>

namespace gatepost::hal {

/// What a guard sees to, whether it is asked or not.
struct GuardTerms {
  std::set<int> channels;   ///< no other is touched
  bool on_at_rest = false;  ///< yes for a gate that a relay keeps shut
  Duration longest{};       ///< out of rest for longer than this, a channel is put to rest
};

/// Opens the board in a new process, gatepost-guard. There set() works as on the board itself, and pulse() takes a
/// channel out of rest, whichever way that is, and back by the guard's clock. A command that the board failed is undone
/// by the guard at once, and until nothing of it can arrive any more. When the Relay goes, the guard puts the
/// channels to rest and ends; the port is free by then. After an Error that names the guard nothing works any more:
/// open anew. The guard of a board whose driver a plugin brings loads that plugin's file, which `find` hands over: an
/// Error where there is none.
Result<std::unique_ptr<Relay>> open_guarded_relay(const Address& address, const GuardTerms& terms,
                                                  const FindBoard& find = {});

/// How long it takes at most, with a board that answers, from the death of this process until so many channels are at
/// rest.
Duration guard_releases_within(const RelayShape& board, std::size_t channels);

/// gatepost-guard: what the variable GATEPOST_GUARD names, or the one installed beside this program. An Error where
/// there is none.
Result<std::filesystem::path> guard_program();

}  // namespace gatepost::hal
