// `gatepost revoke`, as gatepost-card does it.
#include <chrono>
#include <gatepost/support/calendar.hpp>
#include <gatepost/support/time_zone.hpp>
#include <iostream>

#include "card/commands/commands.hpp"
#include "card/issue/register.hpp"
#include "card/issue/revocation.hpp"
#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

using Words = boost::program_options::variables_map;

std::string today() {
  const auto now = std::chrono::time_point_cast<Duration>(std::chrono::system_clock::now());
  const auto zone = support::TimeZone::find({});
  const auto day =
      zone ? zone->day(now).time_since_epoch() : std::chrono::floor<std::chrono::days>(now).time_since_epoch();
  return support::to_text(std::chrono::sys_days(day));
}

Result<std::vector<std::string>> ids_of(const Words& values) {
  if (values.contains("subject"))
    return card::passes_of(values["register"].as<std::string>(), values["subject"].as<std::string>());
  std::vector<std::string> ids;
  for (const auto& word : values["id"].as<std::vector<std::string>>()) {
    auto id = card::id_in(word);
    if (!id)
      return Error{"this is no pass's id", "id " + std::to_string(ids.size() + 1),
                   "write its hexadecimal digits, as gatepost issue has printed them"};
    ids.push_back(std::move(*id));
  }
  return ids;
}

}  // namespace

int run_revoke(const std::vector<std::string>& arguments) {
  Words values;
  if (auto exit = parse(revoke, arguments, values)) return *exit;
  if (!values.contains("list")) return usage_error(revoke, "name the list of revoked passes with --list");
  if (values.contains("id") == values.contains("subject"))
    return usage_error(revoke, "name passes by their ids, or a subject with --register and --subject");
  if (values.contains("subject") != values.contains("register"))
    return usage_error(revoke, "--subject is looked for in a register: give both --register and --subject");
  const auto ids = ids_of(values);
  if (!ids) return failed_with(revoke, ids.error());
  const bool named = values.contains("with-subject") && values.contains("subject");
  const std::string list = values["list"].as<std::string>();
  const auto done = card::revoke(list, *ids, today() + (named ? " " + values["subject"].as<std::string>() : ""));
  if (!done) return failed_with(revoke, done.error());
  std::cout << done->added << (done->added == 1 ? " pass" : " passes") << " revoked in " << list;
  if (done->already > 0) std::cout << "; " << done->already << " stood there already";
  std::cout << "\n";
  return Exit::good;
}

}  // namespace gatepost::cli
