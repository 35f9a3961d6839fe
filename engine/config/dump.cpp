#include "config/dump.hpp"

#include <gatepost/support/rfc3339.hpp>
#include <span>

#include "config/reader.hpp"
#include "config/sections.hpp"
#include "config/values.hpp"

namespace gatepost::config {
namespace {

// Text that may be a key, or stand between brackets.
std::string word(const std::string& text) { return to_yaml(Value(text)); }

std::string list_of_inputs(const Lane& lane) {
  std::string text;
  for (const auto& input : lane.inputs)
    text += (text.empty() ? "" : ", ") + input.device + ": " + std::string(direction_word(input));
  return "{ " + text + " }";
}

TestStep step_of(const TestScan& scan) {
  TestStep step{.at = support::rfc3339(scan.at),
                .lane = scan.lane,
                .code = scan.code,
                .symbology = scan.symbology,
                .reason = scan.reason};
  if (scan.direction) step.direction = *scan.direction == Direction::in ? Way::in : Way::out;
  step.expect = static_cast<Expected>(scan.expect);
  step.passes = scan.passes;
  return step;
}

class Dumper {
 public:
  explicit Dumper(const Site& site) : site_(site) {}

  std::string print() {
    line(0, "site:");
    settings(1, "site", site_table.infos(),
             site_table.values({site_.checkpoint.name, site_.checkpoint.code, site_.languages, site_.texts_folder,
                                site_.how_to_get}));
    line(0, "journal:");
    settings(1, "journal", journal_table.infos(), journal_table.values(site_.journal));
    print_observe();
    const std::array uses{&site_.devices, &site_.credentials, &site_.policies, &site_.outputs, &site_.services};
    for (std::size_t i = 0; i < uses.size(); ++i) section(std::string(plugin_sections()[i].name), *uses[i]);
    line(0, "lanes:");
    for (const auto& lane : site_.lanes) print_lane(lane);
    print_tests();
    return std::move(text_);
  }

 private:
  void line(std::size_t depth, const std::string& content) { text_ += std::string(2 * depth, ' ') + content + "\n"; }

  void print_tests() {
    if (site_.tests.empty()) return;
    line(0, "tests:");
    for (const auto& test : site_.tests) {
      line(1, word(test.name) + ":");
      for (const auto& scan : test.scans) {
        const auto fields = test_step_table.infos();
        const auto values = test_step_table.values(step_of(scan));
        std::string text;
        for (std::size_t i = 0; i < fields.size(); ++i)
          if (fields[i].required || values[i] != fields[i].fallback)
            text += (text.empty() ? "" : ", ") + std::string(fields[i].key) + ": " + to_yaml(values[i]);
        line(2, "- { " + text + " }");
      }
    }
  }

  // What depends on where the engine runs is not written down as if it did not.
  void print_observe() {
    const Observe& observe = site_.observe;
    if (!observe.log && !observe.metrics.anywhere()) return;
    auto fields = observe_table.infos();
    auto values = observe_table.values({observe.log.value_or(LogLevel::info), to_text(observe.metrics)});
    if (!observe.log) {
      fields.erase(fields.begin());
      values.erase(values.begin());
    }
    line(0, "observe:");
    settings(1, "observe", fields, values);
  }

  void section(const std::string& name, const std::vector<PluginUse>& uses) {
    if (uses.empty()) return;
    line(0, name + ":");
    for (const auto& use : uses) {
      line(1, word(use.instance.name) + ":");
      line(2, "plugin: " + word(use.plugin->name));
      settings(2, name + "." + use.instance.name, use.plugin->settings(), use.values);
      if (use.plugin->kind == PluginKind::service)
        settings(2, name + "." + use.instance.name, service_terms_table.infos(),
                 service_terms_table.values(use.service));
      if (use.plugin->kind == PluginKind::input)
        settings(2, name + "." + use.instance.name, input_terms_table.infos(), input_terms_table.values(use.input));
    }
  }

  void print_lane(const Lane& lane) {
    line(1, word(lane.name) + ":");
    line(2, "inputs: " + list_of_inputs(lane));
    const std::string path = "lanes." + lane.name;
    std::vector<FieldInfo> fields;  // without an actuator there is no name to write
    std::vector<Value> values;
    const auto names = lane_names_table.infos();
    const auto named = lane_names_table.values({lane.credentials, lane.policies, lane.actuator});
    for (std::size_t i = 0; i < names.size(); ++i) {
      if (named[i] == Value(std::string())) continue;
      fields.push_back(names[i]);
      values.push_back(named[i]);
    }
    settings(2, path, fields, values);
    settings(2, path, lane_rules_table.infos(), lane_rules_table.values(lane.rules));
  }

  void settings(std::size_t depth, const std::string& path, const std::vector<FieldInfo>& fields,
                const std::vector<Value>& values) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      const std::string key(fields[i].key);
      const auto tag = site_.tags.find(std::string(path).append(".").append(key));
      if (tag != site_.tags.end())
        line(depth, key + ": " + tag->second);
      else if (fields[i].secret && values[i] != fields[i].fallback)
        line(depth,
             "# " + key + ": *** is a secret that stands in the file itself; !env NAME or !file PATH keeps it out");
      else
        line(depth, key + ": " + to_yaml(values[i]));
    }
  }

  const Site& site_;
  std::string text_;
};

}  // namespace

std::string dump(const Site& site) { return Dumper(site).print(); }

}  // namespace gatepost::config
