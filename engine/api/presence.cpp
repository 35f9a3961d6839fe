#include "api/presence.hpp"

#include <chrono>
#include <gatepost/support/rfc3339.hpp>

#include "api/record_walk.hpp"
#include "api/scan_rate.hpp"

namespace gatepost::api {

Result<boost::json::object> answer_presence(const config::Checkpoint& checkpoint, const std::filesystem::path& journal,
                                            WallTime now, std::uint64_t up_to) {
  ScanRate rate(now);
  const auto since = now - std::chrono::hours(24 * (7 * ScanRate::weeks + 1));
  const auto add = [&](const Record& record) { rate.add(record); };
  if (auto walked = walk_records(journal, since, add, up_to); !walked) return walked.error();
  boost::json::object told{{"checkpoint", checkpoint.code}, {"name", checkpoint.name}, {"time", support::rfc3339(now)}};
  for (auto& [key, value] : rate.json()) told[key] = std::move(value);
  return told;
}

}  // namespace gatepost::api
