// A plugin's settings: one plain struct and one table beside it. Everything else is derived from the table.
//
//   struct Settings {
//     std::string device;
//     std::chrono::milliseconds idle = 50ms;      // the default is written here, once
//     Framing framing = Framing::terminator;
//   };
//   constexpr auto setting_names(Framing) {       // an enum names its values by this function, found beside the enum
//     return std::array{gatepost::Choice{"terminator", Framing::terminator}, gatepost::Choice{"idle", Framing::idle}};
//   }
//   constexpr auto table = gatepost::settings(
//       gatepost::field("device", &Settings::device, "address of the scanner").required(),
//       gatepost::field("idle", &Settings::idle, "a scan ends after this silence").between(1ms, 10s),
//       gatepost::field("framing", &Settings::framing, "what ends a scan"));
//
// The engine alone knows YAML: it checks the text against infos() and hands the plugin values that fill() writes into
// the struct. A member may be bool, an integer, a double, a std::string, a std::filesystem::path, a std::chrono
// duration, a ByteSize, an enum with setting_names, or a std::vector<std::string>.
#pragma once

#include <array>
#include <chrono>
#include <concepts>
#include <cstdint>
#include <filesystem>
#include <limits>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <gatepost/time.hpp>

namespace gatepost {

/// A number of bytes; written with a unit in a site file: 64MiB, 10kB, 512B.
struct ByteSize {
  std::uint64_t bytes = 0;
  constexpr auto operator<=>(const ByteSize&) const = default;
};

/// One allowed word of an enum setting.
template <class E>
struct Choice {
  std::string_view word;
  E value;
};
template <class E>
Choice(const char*, E) -> Choice<E>;

/// A checked setting on its way from the engine to a plugin. The alternative in use is the setting's type: an enum
/// travels as its word; a path is already absolute (the engine resolves it against the site file's folder).
using Value = std::variant<bool, std::int64_t, double, std::string, Duration, ByteSize, std::filesystem::path,
                           std::vector<std::string>>;

/// A setting that a plugin had and has no more.
struct RemovedSetting {
  std::string_view key;
  std::string_view instead;  ///< for people: what does its work now, and what to do: "remove it: the engine keeps …"
};

/// What the engine sees of one setting: data only, so that one piece of engine code checks, documents and writes the
/// schema for every plugin.
struct FieldInfo {
  std::string_view key;
  std::string_view text;                  ///< what it means, for people; Markdown is not interpreted
  Value fallback;                         ///< the default; its alternative is the setting's type
  bool required = false;                  ///< then fallback is only a type
  bool secret = false;                    ///< never printed back
  std::optional<Value> min, max;          ///< both inclusive; always present for integers
  std::vector<std::string_view> choices;  ///< the words of an enum; empty for every other type
  Duration step{1};                       ///< of a duration: what the member counts in; a finer value would be cut
  std::vector<RemovedSetting> removed{};  ///< beside it; a site file that has one is refused, and told what to do
};

namespace detail {

template <class T>
concept ChronoDuration = requires {
  typename T::rep;
  typename T::period;
};

template <class T>
Value to_value(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    for (const auto& choice : setting_names(T{}))
      if (choice.value == value) return std::string(choice.word);
    return std::string();
  } else if constexpr (std::same_as<T, bool> || std::same_as<T, double>) {
    return value;
  } else if constexpr (std::integral<T>) {
    return static_cast<std::int64_t>(value);
  } else if constexpr (ChronoDuration<T>) {
    return std::chrono::duration_cast<Duration>(value);
  } else {
    return value;
  }
}

template <class T>
T from_value(const Value& value) {
  if constexpr (std::is_enum_v<T>) {
    for (const auto& choice : setting_names(T{}))
      if (choice.word == std::get<std::string>(value)) return choice.value;
    return T{};
  } else if constexpr (std::same_as<T, bool>) {
    return std::get<bool>(value);
  } else if constexpr (std::integral<T>) {
    return static_cast<T>(std::get<std::int64_t>(value));
  } else if constexpr (ChronoDuration<T>) {
    return std::chrono::duration_cast<T>(std::get<Duration>(value));
  } else {
    return std::get<T>(value);
  }
}

}  // namespace detail

namespace detail {
/// What can be bounded; the rest has no bounds to hold, and a table of it stays a constant.
template <class T>
using Bound = std::conditional_t<(std::is_arithmetic_v<T> && !std::same_as<T, bool>) || ChronoDuration<T> ||
                                     std::same_as<T, ByteSize>,
                                 T, std::monostate>;
}  // namespace detail

/// One row of a settings table. Made by field(); refined by required(), secret(),
/// between() and once_beside(), which return copies.
template <class S, class T>
struct Field {
  std::string_view key;
  T S::*member;
  std::string_view text;
  bool is_required = false;
  bool is_secret = false;
  std::optional<detail::Bound<T>> lowest{};
  std::optional<detail::Bound<T>> highest{};
  RemovedSetting removed{};

  /// The site file must set it.
  constexpr Field required() const {
    Field field = *this;
    field.is_required = true;
    return field;
  }
  /// It is never printed, not even in an error.
  constexpr Field secret() const {
    Field field = *this;
    field.is_secret = true;
    return field;
  }
  /// A setting that stood beside it and is gone.
  constexpr Field once_beside(std::string_view old_key, std::string_view instead) const {
    Field field = *this;
    field.removed = {old_key, instead};
    return field;
  }
  /// Both ends are allowed. For numbers, durations and sizes.
  constexpr Field between(detail::Bound<T> low, detail::Bound<T> high) const {
    Field field = *this;
    field.lowest = low;
    field.highest = high;
    return field;
  }

  FieldInfo info(const S& defaults) const {
    FieldInfo info{key, text, detail::to_value(defaults.*member), is_required, is_secret, {}, {}, {}};
    if (!removed.key.empty()) info.removed.push_back(removed);
    if constexpr (detail::ChronoDuration<T>) info.step = std::chrono::duration_cast<Duration>(T{1});
    if constexpr (std::is_enum_v<T>) {
      for (const auto& choice : setting_names(T{})) info.choices.push_back(choice.word);
    } else if constexpr (std::integral<T> && !std::same_as<T, bool>) {
      constexpr auto top = static_cast<std::uint64_t>(std::numeric_limits<T>::max());
      constexpr auto limit = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
      info.min = static_cast<std::int64_t>(std::numeric_limits<T>::min());
      info.max = static_cast<std::int64_t>(top < limit ? top : limit);
    }
    if constexpr (!std::same_as<detail::Bound<T>, std::monostate>) {
      if (lowest) info.min = detail::to_value(*lowest);
      if (highest) info.max = detail::to_value(*highest);
    }
    return info;
  }
};

template <class S, class T>
constexpr Field<S, T> field(std::string_view key, T S::*member, std::string_view text) {
  return {key, member, text};
}

/// A whole settings table over the struct S.
template <class S, class... T>
struct Table {
  using Settings = S;
  std::tuple<Field<S, T>...> fields;

  std::vector<FieldInfo> infos() const {
    return std::apply(
        [defaults = S{}](const auto&... field) { return std::vector<FieldInfo>{field.info(defaults)...}; }, fields);
  }

  /// What fill() makes this S of.
  std::vector<Value> values(const S& settings) const {
    return std::apply(
        [&](const auto&... field) { return std::vector<Value>{detail::to_value(settings.*field.member)...}; }, fields);
  }

  /// values: one per field, in table order, of the type infos() named. The engine guarantees it.
  S fill(std::span<const Value> values) const {
    S settings{};
    std::size_t next = 0;
    std::apply(
        [&](const auto&... field) {
          ((settings.*field.member =
                detail::from_value<std::remove_reference_t<decltype(settings.*field.member)>>(values[next++])),
           ...);
        },
        fields);
    return settings;
  }
};

namespace detail {
template <class S, class T>
constexpr std::tuple<Field<S, T>> fields_of(const Field<S, T>& field) {
  return {field};
}
template <class S, class... T>
constexpr std::tuple<Field<S, T>...> fields_of(const Table<S, T...>& table) {
  return table.fields;
}
template <class S, class... T>
constexpr Table<S, T...> table_of(const std::tuple<Field<S, T>...>& fields) {
  return {fields};
}
}  // namespace detail

/// Of fields, and of tables over the same struct, whose fields take their place.
template <class... Part>
constexpr auto settings(const Part&... parts) {
  return detail::table_of(std::tuple_cat(detail::fields_of(parts)...));
}

/// For a plugin that has nothing to set.
struct NoSettings {};
constexpr Table<NoSettings> no_settings{};

}  // namespace gatepost
