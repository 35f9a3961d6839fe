#include "api/reload.hpp"

#include <boost/json/array.hpp>

namespace gatepost::api {
namespace {

boost::json::object told(const config::Difference& difference) {
  boost::json::array lines;
  for (const auto& line : config::to_lines(difference)) lines.emplace_back(line);
  return {{"changes", config::to_json(difference)}, {"lines", std::move(lines)}};
}

std::optional<Error> wrong_file(const boost::json::object& request, const std::filesystem::path& running) {
  const auto* site = request.if_contains("site");
  if (site == nullptr) return {};
  const std::string named(site->is_string() ? std::string_view(site->get_string()) : std::string_view());
  std::error_code failure;
  if (std::filesystem::equivalent(named, running, failure)) return {};
  return Error{"the engine that keeps this journal runs another file", running.string(),
               "reload that file, or put the new text there"};
}

}  // namespace

void answer_reload(supervisor::Reloader& reloader, const boost::json::object& request, const Reply& reply) {
  if (const auto wrong = wrong_file(request, reloader.running().site()->file)) {
    reply.end(*wrong);
    return;
  }
  reloader.ask([reply](const supervisor::Reloaded& reloaded) {
    if (reloaded.done)
      reply.end(told(*reloaded.done));
    else
      reply.end(reloaded.done.error());
  });
}

}  // namespace gatepost::api
