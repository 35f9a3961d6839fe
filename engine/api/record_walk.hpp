// Each Record of a journal from a time on, for what is worked out of all of them.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <gatepost/record.hpp>
#include <gatepost/result.hpp>

#include "journal/reader.hpp"

namespace gatepost::api {

/// In order, none beyond the sequence `up_to`: what an engine has not yet on disk. Records of a clock that nobody had
/// set are among them, whatever time they tell. A journal that is not there has none.
Result<void> walk_records(const std::filesystem::path& journal, WallTime since,
                          const std::function<void(const Record&)>& each,
                          std::uint64_t up_to = journal::Reader::no_end);

}  // namespace gatepost::api
