#include "config/schema.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value_from.hpp>

#include "config/reader.hpp"
#include "config/sections.hpp"
#include "config/values.hpp"

namespace gatepost::config {
namespace {

namespace json = boost::json;

constexpr const char* name_pattern = "^[a-z0-9_]{1,64}$";
constexpr const char* time_pattern = R"(^([0-9]+(\.[0-9]*)?(ns|us|ms|s|min|h|d))+$)";
constexpr const char* size_pattern = R"(^([0-9]+(\.[0-9]*)?(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB))+$)";

json::array scalar_types() { return {"string", "number", "boolean"}; }  // what YAML may take a text for

// The type of a setting, and its default as a JSON value of it.
struct TypeOf {
  const FieldInfo& field;

  json::object operator()(bool) const { return {{"type", "boolean"}}; }
  json::object operator()(std::int64_t) const { return bounded<std::int64_t>("integer"); }
  json::object operator()(double) const { return bounded<double>("number"); }
  json::object operator()(const std::string&) const {
    if (field.choices.empty()) return {{"type", scalar_types()}};
    json::array words;
    for (const auto choice : field.choices) words.emplace_back(choice);
    return {{"enum", std::move(words)}};
  }
  json::object operator()(Duration) const { return {{"type", "string"}, {"pattern", time_pattern}}; }
  json::object operator()(ByteSize) const { return {{"type", "string"}, {"pattern", size_pattern}}; }
  json::object operator()(const std::filesystem::path&) const { return {{"type", scalar_types()}}; }
  json::object operator()(const std::vector<std::string>&) const {
    return {{"type", "array"}, {"items", {{"type", scalar_types()}}}};
  }

 private:
  template <class T>
  json::object bounded(const char* type) const {
    json::object object{{"type", type}};
    if (field.min) object["minimum"] = std::get<T>(*field.min);
    if (field.max) object["maximum"] = std::get<T>(*field.max);
    return object;
  }
};

struct DefaultOf {
  json::value operator()(bool value) const { return value; }
  json::value operator()(std::int64_t value) const { return value; }
  json::value operator()(double value) const { return value; }
  json::value operator()(const std::string& value) const { return json::string(value); }
  json::value operator()(const std::filesystem::path& value) const { return json::string(value.string()); }
  json::value operator()(const std::vector<std::string>& value) const { return json::value_from(value); }
  template <class T>
  json::value operator()(const T& measure) const {
    return json::string(to_yaml(measure));
  }
};

json::object property(const FieldInfo& field) {
  json::object object = std::visit(TypeOf{field}, field.fallback);
  const auto bounds = bounds_text(field);
  object["description"] = std::string(field.text) + (bounds.empty() ? "" : " (" + bounds + ")");
  if (!field.required && !field.secret) object["default"] = std::visit(DefaultOf(), field.fallback);
  return object;
}

json::object group(std::span<const FieldInfo> fields) {
  json::object properties;
  for (const auto& field : fields) properties[field.key] = property(field);
  return {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

json::object required_of(std::span<const FieldInfo> fields) {
  json::array keys;
  for (const auto& field : fields)
    if (field.required) keys.emplace_back(field.key);
  return keys.empty() ? json::object() : json::object{{"required", std::move(keys)}};
}

json::object names(json::object value) {
  return {{"type", json::array{"object", "null"}},
          {"propertyNames", {{"pattern", name_pattern}}},
          {"additionalProperties", std::move(value)}};
}

json::object reference(const std::string& definition) { return {{"$ref", "#/$defs/" + definition}}; }

// { if: plugin is NAME, then: … } for each plugin that belongs in the section.
json::array branches(const plugin::Catalogue& catalogue, const Section& section, auto&& of) {
  json::array all;
  for (const auto& plugin : catalogue.plugins()) {
    const Descriptor& descriptor = *plugin.descriptor;
    if (std::ranges::find(section.kinds, descriptor.kind) == section.kinds.end()) continue;
    json::object is_it{{"properties", {{"plugin", {{"const", descriptor.name}}}}}, {"required", {"plugin"}}};
    all.push_back(json::object{{"if", std::move(is_it)}, {"then", of(descriptor)}});
  }
  return all;
}

json::object entry(const plugin::Catalogue& catalogue, const Section& section, json::object& definitions) {
  json::array known;
  auto all = branches(catalogue, section, [&](const Descriptor& descriptor) {
    known.emplace_back(descriptor.name);
    auto fields = descriptor.settings();
    std::ranges::copy(terms_of(descriptor.kind), std::back_inserter(fields));
    json::object settings = group(fields);
    settings["description"] = descriptor.summary;
    settings["properties"].as_object()["plugin"] = json::object{{"const", descriptor.name}};
    definitions[descriptor.name] = std::move(settings);
    return reference(descriptor.name);
  });
  json::object object{{"type", "object"},
                      {"properties", {{"plugin", {{"enum", known}, {"description", "which plugin it is"}}}}}};
  if (known.empty()) object["properties"].as_object()["plugin"] = false;
  if (!all.empty()) object["allOf"] = std::move(all);
  return object;
}

json::object lane() {
  auto fields = lane_names_table.infos();
  std::ranges::copy(lane_rules_table.infos(), std::back_inserter(fields));
  json::object object = group(fields);
  json::object directed{
      {"type", "object"}, {"minProperties", 1}, {"additionalProperties", {{"enum", {"in", "out", "ask"}}}}};
  json::object list{{"type", "array"}, {"minItems", 1}, {"items", {{"type", scalar_types()}}}};
  object["properties"].as_object()["inputs"] =
      json::object{{"anyOf", json::array{std::move(directed), std::move(list)}},
                   {"description", "the devices that are scanned at, and in which direction: { gun: in }"}};
  return object;
}

// What a file that includes no other must say.
json::object whole(const plugin::Catalogue& catalogue) {
  json::object sections{{"site", required_of(site_table.infos())},
                        {"lanes", {{"additionalProperties", {{"required", {"inputs"}}}}}}};
  for (const auto& section : plugin_sections()) {
    auto all = branches(catalogue, section, [](const Descriptor& plugin) { return required_of(plugin.settings()); });
    json::object use{{"required", {"plugin"}}};
    if (!all.empty()) use["allOf"] = std::move(all);
    sections[section.name] = json::object{{"additionalProperties", std::move(use)}};
  }
  json::array either{json::object{{"required", {"lanes"}}}, json::object{{"required", {"services"}}}};
  return {{"required", {"site"}}, {"anyOf", std::move(either)}, {"properties", std::move(sections)}};
}

}  // namespace

json::object schema(const plugin::Catalogue& catalogue) {
  json::object definitions, sections;
  sections["include"] = json::object{{"type", json::array{"string", "array"}},
                                     {"items", {{"type", "string"}}},
                                     {"description", "files whose sections belong to this one"}};
  sections["site"] = group(site_table.infos());
  json::object journal = group(journal_table.infos());
  journal["type"] = json::array{"object", "null"};
  sections["journal"] = std::move(journal);
  json::object observe = group(observe_table.infos());
  observe["type"] = json::array{"object", "null"};
  sections["observe"] = std::move(observe);
  for (const auto& section : plugin_sections()) sections[section.name] = names(entry(catalogue, section, definitions));
  sections["lanes"] = names(lane());
  json::object scans{{"type", "array"}, {"minItems", 1}, {"items", group(test_step_table.infos())}};
  sections["tests"] = names(std::move(scans));
  definitions["whole"] = whole(catalogue);
  return {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
          {"title", "Gatepost site file"},
          {"type", "object"},
          {"properties", std::move(sections)},
          {"additionalProperties", false},
          {"if", {{"required", {"include"}}}},
          {"else", reference("whole")},
          {"$defs", std::move(definitions)}};
}

}  // namespace gatepost::config
