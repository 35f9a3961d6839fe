// Whether a checkpoint scans in earnest: {"do":"presence"}.
#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <filesystem>
#include <gatepost/result.hpp>

#include "config/site.hpp"
#include "journal/reader.hpp"

namespace gatepost::api {

/// {"checkpoint","name","time"} and what ScanRate::json() has, of the Records that the journal keeps.
Result<boost::json::object> answer_presence(const config::Checkpoint& checkpoint, const std::filesystem::path& journal,
                                            WallTime now, std::uint64_t up_to = journal::Reader::no_end);

}  // namespace gatepost::api
