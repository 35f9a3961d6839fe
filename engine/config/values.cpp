#include "config/values.hpp"

#include <charconv>
#include <cmath>

#include "config/secret.hpp"
#include "config/suggest.hpp"
#include "config/units.hpp"
#include "config/yaml_words.hpp"

namespace gatepost::config {
namespace {

namespace fs = std::filesystem;

// One value being read: what every reader below needs to complain.
struct Reading {
  const Node& node;
  const FieldInfo& info;
  const fs::path& folder;
  Diagnostics& diagnostics;
  const bool secret = info.secret || node.tag != Tag::none;

  // A secret's own text never enters a message.
  std::string quoted() const { return secret ? "the value" : "'" + shown(node.text) + "'"; }
  std::nullopt_t refuse(std::string what, std::string expected, std::string remedy) const {
    diagnostics.error(node.place, std::move(what), std::move(expected), std::move(remedy));
    return std::nullopt;
  }
  std::nullopt_t refuse(const Error& error) const {
    if (secret) return refuse("the value is not right", error.where, {});
    return refuse(error.what, error.where, error.remedy);
  }
};

std::optional<Value> read(const Reading& in, bool) {
  const auto& text = in.node.text;
  if (text == "true" || text == "false") return text == "true";
  const std::string_view words[]{"yes", "on", "True", "TRUE", "Yes", "On", "1"};
  const std::string_view counterparts[]{"no", "off", "False", "FALSE", "No", "Off", "0"};
  if (std::ranges::find(words, text) != std::end(words))
    return in.refuse(in.quoted() + " is not true or false", "true or false", "write true");
  if (std::ranges::find(counterparts, text) != std::end(counterparts))
    return in.refuse(in.quoted() + " is not true or false", "true or false", "write false");
  return in.refuse(in.quoted() + " is not true or false", "true or false", "write one of the two");
}

std::string number_expected(const FieldInfo& info) {
  const auto bounds = bounds_text(info);
  return type_text(info) + (bounds.empty() ? "" : ", " + bounds);
}

template <class T>
std::optional<Value> read_number(const Reading& in) {
  const auto& text = in.node.text;
  T number{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code == std::errc::result_out_of_range)
    return in.refuse(in.quoted() + " is too large", number_expected(in.info), "write a number in these bounds");
  bool finite = true;
  if constexpr (std::is_same_v<T, double>) finite = std::isfinite(number);
  if (code != std::errc() || end != text.data() + text.size() || !finite)
    return in.refuse(in.quoted() + " is not a " + type_text(in.info), number_expected(in.info), "write digits only");
  return number;
}

std::optional<Value> read(const Reading& in, std::int64_t) { return read_number<std::int64_t>(in); }
std::optional<Value> read(const Reading& in, double) { return read_number<double>(in); }

std::optional<Value> read(const Reading& in, const std::string&) {
  const auto& choices = in.info.choices;
  if (choices.empty() || std::ranges::find(choices, in.node.text) != choices.end()) return in.node.text;
  return in.refuse(
      in.quoted() + " is not a choice for '" + std::string(in.info.key) + "'", any_of(choices),
      in.secret ? "write one of these words" : did_you_mean(in.node.text, choices, "write one of these words"));
}

std::optional<Value> read(const Reading& in, Duration) {
  const auto duration = parse_duration(in.node.text);
  if (!duration) return in.refuse(duration.error());
  return *duration;
}

std::optional<Value> read(const Reading& in, ByteSize) {
  const auto size = parse_size(in.node.text);
  if (!size) return in.refuse(size.error());
  return *size;
}

std::optional<Value> read(const Reading& in, const fs::path&) {
  const auto& text = in.node.text;
  if (text.find('\0') != text.npos)
    return in.refuse("a path cannot hold a zero byte", "a path", "remove the escape \\0");
  if (text.starts_with("~"))
    return in.refuse("~ does not mean a home folder here", "a path",
                     "write the whole path, or one from this file's folder");
  if (text.size() > 4095) return in.refuse("the path is longer than 4095 bytes", "a path", "shorten it");
  return text.empty() ? fs::path() : (in.folder / text).lexically_normal();
}

std::optional<Value> read(const Reading&, const std::vector<std::string>&) { return {}; }  // see read_list

std::optional<Value> read_list(const Reading& in) {
  const std::string expected = "a list of words";
  if (in.node.kind == NodeKind::scalar)
    return in.refuse(in.quoted() + " is not a list", expected,
                     in.secret ? "put it in square brackets" : "write [" + shown(in.node.text) + "]");
  if (in.node.kind != NodeKind::list)
    return in.refuse(std::string(to_word(in.node.kind)) + " stands where a list belongs", expected,
                     "write " + std::string(in.info.key) + ": [one, two]");
  std::vector<std::string> words;
  for (const auto& item : in.node.items) {
    if (item.kind != NodeKind::scalar)
      in.diagnostics.error(item.place, std::string(to_word(item.kind)) + " stands where a word belongs", expected,
                           "write one word an item");
    words.push_back(item.text);
  }
  if (!std::ranges::all_of(in.node.items, [](const Node& item) { return item.kind == NodeKind::scalar; })) return {};
  return words;
}

// A member that counts in hours would cut 90min to 1h without a word.
std::optional<Value> whole_steps(const Reading& in, Value value) {
  const auto* duration = std::get_if<Duration>(&value);
  if (duration == nullptr || *duration % in.info.step == Duration::zero()) return value;
  return in.refuse(in.quoted() + " is finer than '" + std::string(in.info.key) + "' can be",
                   "a multiple of " + to_yaml(in.info.step),
                   in.secret ? "leave out the finer part" : "write " + to_yaml(*duration - *duration % in.info.step));
}

std::optional<Value> within_bounds(const Reading& in, Value value) {
  const auto& [min, max] = std::tie(in.info.min, in.info.max);
  const bool low = min && min->index() == value.index() && value < *min;
  const bool high = max && max->index() == value.index() && value > *max;
  if (!low && !high) return value;
  return in.refuse(in.quoted() + (low ? " is too small" : " is too large"), number_expected(in.info),
                   "write " + to_yaml(low ? *min : *max) + (low ? " or more" : " or less"));
}

}  // namespace

std::optional<Value> read_value(const Node& given, const FieldInfo& info, const fs::path& folder,
                                Diagnostics& diagnostics) {
  Node node = given;
  if (given.tag != Tag::none) {
    auto text = fetch(given, folder, diagnostics);
    if (!text) return {};
    node.text = std::move(*text);
  }
  const Reading in{node, info, folder, diagnostics};
  if (node.kind == NodeKind::nothing)
    return in.refuse("'" + std::string(info.key) + "' has no value", number_expected(info),
                     info.required ? "write one behind the colon" : "write one behind the colon, or remove the key");
  if (std::holds_alternative<std::vector<std::string>>(info.fallback)) return read_list(in);
  if (node.kind != NodeKind::scalar)
    return in.refuse(std::string(to_word(node.kind)) + " stands where one value belongs", number_expected(info),
                     "write one value behind '" + std::string(info.key) + ":'");
  auto value = std::visit([&](const auto& type) { return read(in, type); }, info.fallback);
  if (!value) return {};
  if (!within_bounds(in, *value)) return {};
  return whole_steps(in, std::move(*value));
}

}  // namespace gatepost::config
