// How many, at which lane, with which answer: asked of the first output that counts, whether the site runs or not.
#pragma once

#include <array>
#include <boost/json/object.hpp>
#include <filesystem>
#include <gatepost/result.hpp>
#include <gatepost/time.hpp>
#include <span>

#include "config/site.hpp"

namespace gatepost::api {

/// The keys of "scans".
inline constexpr std::array count_windows{"1h", "1d", "1w", "1m"};

/// {"checkpoint","name","scans":{"1h":N,"1d":N,"1w":N,"1m":N},"lanes":[{"lane","outcome","scans":{…}}]}, sorted by
/// lane, then from grant to deny; to "by":"lane" the outcomes of a lane are added up. `site`: the file, for errors.
Result<boost::json::object> answer_counts(const config::Checkpoint& checkpoint,
                                          std::span<const config::PluginUse> outputs, const std::filesystem::path& site,
                                          WallTime now, const boost::json::object& request);

}  // namespace gatepost::api
