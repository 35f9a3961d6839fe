#include "api/tape.hpp"

#include <boost/algorithm/hex.hpp>
#include <boost/json/array.hpp>

#include "config/values.hpp"

namespace gatepost::api {
namespace {

constexpr std::string_view word_of(RawInput::Kind kind) {
  constexpr std::array<std::string_view, 4> words{"bytes", "report", "descriptor", "key"};
  return words.at(static_cast<std::size_t>(kind));
}

std::string hex(const std::string& bytes) {
  std::string text;
  boost::algorithm::hex_lower(bytes, std::back_inserter(text));
  return text;
}

// As a site file has them between braces.
std::string settings_of(const config::PluginUse& use) {
  std::string text;
  const auto fields = use.plugin->settings();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].required || use.values[i] == fields[i].fallback || (!use.hidden.empty() && use.hidden[i])) continue;
    text += (text.empty() ? "" : ", ") + std::string(fields[i].key) + ": " + config::to_yaml(use.values[i]);
  }
  return text;
}

boost::json::object json_of(const supervisor::FlightRecorder::Entry& entry) {
  boost::json::object told{{"kind", word_of(entry.kind)},
                           {"at_us", std::chrono::duration_cast<std::chrono::microseconds>(entry.after).count()},
                           {"hex", hex(entry.bytes)}};
  if (entry.lost) told["lost"] = true;
  return told;
}

}  // namespace

Result<boost::json::object> answer_tape(const supervisor::RunningSite& running, const boost::json::object& request) {
  const auto* device = request.if_contains("device");
  if (device == nullptr || !device->is_string())
    return Error{"'device' is no name", "the request", R"(ask as {"do":"tape","device":"gun"})"};
  const std::string name(device->get_string());
  const auto* before = request.if_contains("before");
  const auto run = running.tape(name, before != nullptr && before->is_bool() && before->get_bool());
  const auto site = running.site();
  const auto* use = supervisor::find_use(site->devices, name);
  if (!run || use == nullptr)
    return Error{"is no input of a lane of this site", name, "gatepost status lists the inputs"};
  boost::json::array entries;
  for (const auto& entry : run->entries) entries.push_back(json_of(entry));
  return boost::json::object{
      {"device", name},      {"plugin", use->plugin->name},        {"settings", settings_of(*use)},
      {"whole", run->whole}, {"descriptor", hex(run->descriptor)}, {"entries", std::move(entries)}};
}

}  // namespace gatepost::api
