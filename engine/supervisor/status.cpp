#include "supervisor/status.hpp"

#include <boost/json/array.hpp>

namespace gatepost::supervisor {
namespace {

boost::json::object output_status(const delivery::Progress& progress) {
  boost::json::object output{
      {"name", progress.sink}, {"backlog", progress.backlog}, {"dead_letters", progress.dead_letters}};
  output["trouble"] = progress.trouble ? boost::json::value(to_line(*progress.trouble)) : boost::json::value();
  return output;
}

}  // namespace

boost::json::object status_of(const RunningSite& running, const config::Site& site) {
  boost::json::array lanes, outputs;
  for (const auto& lane : site.lanes) lanes.push_back(boost::json::object{{"name", lane.name}});
  for (const auto& progress : running.progress()) outputs.push_back(output_status(progress));
  return {{"checkpoint", site.checkpoint.code},
          {"name", site.checkpoint.name},
          {"lanes", std::move(lanes)},
          {"outputs", std::move(outputs)}};
}

}  // namespace gatepost::supervisor
