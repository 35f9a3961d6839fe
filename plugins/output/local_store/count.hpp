// The counts of the four windows, read from the file while another process may write it.
#pragma once

#include <filesystem>
#include <vector>

#include <gatepost/sink.hpp>

#include "format.hpp"

namespace local_store {

/// Attempts of the checkpoint whose Record came last, in the windows (now - window, now], by lane and outcome.
Result<std::vector<gatepost::Count>> count(const std::filesystem::path& file, gatepost::WallTime now);

}  // namespace local_store
