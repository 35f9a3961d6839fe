// The one symbol that a plugin exports, and the macros that write it.
//
// The last line of a plugin is one of
//   GATEPOST_INPUT("serial", "scanners on a serial line", table, SerialScanner)
//   GATEPOST_CREDENTIAL(…)  GATEPOST_POLICY(…)  GATEPOST_SINK(…)  GATEPOST_ACTUATOR(…)  GATEPOST_SERVICE(…)
//   GATEPOST_BOARD(…)
// with the plugin's name, one line for people, its settings table and its class, all in an anonymous namespace. The
// class
//   - is built by CLASS(Settings), CLASS(Settings, Instance), or, where building can fail, by
//     static Result<std::unique_ptr<CLASS>> make(Settings, Instance). Building reads files where it must; it opens no
//     device, creates no file and starts no thread: `gatepost check` builds every object too.
//   - may have static Result<void> check(const Settings&) for rules over two settings at once
//   - may have static constexpr std::array<ReasonText, N> reasons for the reason codes it gives
//   - may have static constexpr std::array<Hardware, N> suits for the devices it is for.
// A board's class is another: gatepost/hal/board.hpp. Its name is the scheme of its addresses, its table their options.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <gatepost/actuator.hpp>
#include <gatepost/credential.hpp>
#include <gatepost/guarded.hpp>
#include <gatepost/host.hpp>
#include <gatepost/input.hpp>
#include <gatepost/policy.hpp>
#include <gatepost/service.hpp>
#include <gatepost/settings.hpp>
#include <gatepost/sink.hpp>
#include <gatepost/toolchain.hpp>

namespace gatepost {

/// Of Descriptor and of all that stands before a plugin's kind is known. A plugin of another one is refused by name.
inline constexpr std::uint32_t abi_version = 14;

/// The exported symbol's name.
inline constexpr const char* descriptor_symbol = "gatepost_plugin";

enum class PluginKind : std::uint32_t { input, credential, policy, sink, actuator, board, service };
constexpr std::string_view to_word(PluginKind kind) {
  constexpr std::array words{"input", "credential", "policy", "sink", "actuator", "board", "service"};
  return words.at(static_cast<std::size_t>(kind));
}

inline constexpr std::array plugin_kinds{PluginKind::input,  PluginKind::credential, PluginKind::policy,
                                         PluginKind::sink,   PluginKind::actuator,   PluginKind::board,
                                         PluginKind::service};

/// Of what engine and plugins of one kind share. An engine takes a plugin that was built for the same major and for a
/// minor that is no higher than its own. What changed since 1.0: engine/include/CHANGES.md.
struct SdkVersion {
  std::uint16_t major_number;
  std::uint16_t minor_number;
};
constexpr SdkVersion sdk_version(PluginKind kind) {
  switch (kind) {
    case PluginKind::service:
      return {3, 2};
    case PluginKind::sink:
    case PluginKind::actuator:
    case PluginKind::credential:
    case PluginKind::policy:
      return {3, 0};
    default:
      return {2, 0};
  }
}

/// The text of a reason code in one language (ISO 639-1: "en", "vi").
struct ReasonText {
  const char* code;
  const char* language;
  const char* text;
};

/// A device that a plugin is for. 0 matches any.
struct Hardware {
  std::uint16_t vendor;
  std::uint16_t product;
  const char* what;         ///< for people: "LCUS relay boards (CH340)"
  const char* use = "";     ///< what it is used as: keyboard, pos, raw_hid, serial, camera, gpio; empty: any of them
  const char* scheme = "";  ///< of the address to be written, where that is another than usb: "lcus"
  const char* setting = "device";  ///< where the address is written
};

/// The place of one plugin object in a site.
struct Instance {
  std::string name;                 ///< its name in the site file
  std::filesystem::path directory;  ///< the site file's folder, absolute: relative paths inside an address start here
  std::shared_ptr<Host> host = idle_host();  ///< never null
};

template <class T>
using Factory = Result<std::unique_ptr<T>> (*)(std::span<const Value>, const Instance&);

/// Read in this order: size and abi before anything else, then toolchain, kind and the kind's version; the rest only
/// when all of them agree.
struct Descriptor {
  std::uint32_t size;
  std::uint32_t abi;
  const char* toolchain;
  PluginKind kind;
  SdkVersion sdk;
  const char* name;
  const char* summary;
  std::vector<FieldInfo> (*settings)();
  const ReasonText* reasons;
  std::size_t reason_count;
  const Hardware* suits;
  std::size_t suits_count;
  const char* const* asks;  ///< of a service: the verbs of the API that it needs
  std::size_t asks_count;
  std::uint32_t signs_of_life_seconds;  ///< of a service that says that it is alive at least so often; 0: it does not
  union Make {
    Factory<Input> input;
    Factory<CredentialFormat> credential;
    Factory<Policy> policy;
    Factory<Sink> sink;
    Factory<Actuator> actuator;
    Factory<Service> service;
    const hal::BoardDriver* board;
  } make;  ///< the member that `kind` names
};

namespace detail {

template <class C, class S>
Result<std::unique_ptr<C>> build(S settings, const Instance& instance) {
  if constexpr (requires { C::check(settings); }) {
    if (Result<void> checked = C::check(settings); !checked) return checked.error();
  }
  if constexpr (requires { C::make(std::move(settings), instance); }) {
    return C::make(std::move(settings), instance);
  } else if constexpr (std::constructible_from<C, S, Instance>) {
    return std::make_unique<C>(std::move(settings), instance);
  } else {
    return std::make_unique<C>(std::move(settings));
  }
}

/// The factory of one plugin: settings filled, rules checked, object built and guarded.
template <class T, class C, class G, const auto& SettingsTable, const char* const& Name>
Result<std::unique_ptr<T>> make(std::span<const Value> values, const Instance& instance) {
  return guarded(Name, [&]() -> Result<std::unique_ptr<T>> {
    auto object = build<C>(SettingsTable.fill(values), instance);
    if (!object) return object.error();
    return std::unique_ptr<T>(std::make_unique<G>(std::move(*object)));
  });
}

template <class C>
constexpr std::span<const ReasonText> reasons_of() {
  if constexpr (requires { C::reasons.data(); }) return C::reasons;
  return {};
}

template <class C>
constexpr std::span<const Hardware> suits_of() {
  if constexpr (requires { C::suits.data(); }) return C::suits;
  return {};
}

template <class C>
constexpr std::span<const char* const> asks_of() {
  if constexpr (requires { C::asks.data(); }) {
    static_assert(std::ranges::all_of(C::asks, [](const char* verb) { return find_api_verb(verb) != nullptr; }),
                  "a service asks verbs of gatepost/service.hpp, api_verbs");
    return C::asks;
  }
  return {};
}

template <class C>
constexpr std::uint32_t signs_of_life_of() {
  if constexpr (requires { C::signs_of_life_within.count(); })
    return static_cast<std::uint32_t>(std::chrono::seconds(C::signs_of_life_within).count());
  return 0;
}

}  // namespace detail
}  // namespace gatepost

// KIND is a member of PluginKind and of Descriptor::Make, MAKE what that member becomes.
#define GATEPOST_DESCRIPTOR_(KIND, NAME, SUMMARY, TABLE, CLASS, ...)                                         \
  extern "C" __attribute__((visibility("default"))) constinit const gatepost::Descriptor gatepost_plugin = { \
      sizeof(gatepost::Descriptor),                                                                          \
      gatepost::abi_version,                                                                                 \
      GATEPOST_TOOLCHAIN,                                                                                    \
      gatepost::PluginKind::KIND,                                                                            \
      gatepost::sdk_version(gatepost::PluginKind::KIND),                                                     \
      NAME,                                                                                                  \
      SUMMARY,                                                                                               \
      [] { return (TABLE).infos(); },                                                                        \
      gatepost::detail::reasons_of<CLASS>().data(),                                                          \
      gatepost::detail::reasons_of<CLASS>().size(),                                                          \
      gatepost::detail::suits_of<CLASS>().data(),                                                            \
      gatepost::detail::suits_of<CLASS>().size(),                                                            \
      gatepost::detail::asks_of<CLASS>().data(),                                                             \
      gatepost::detail::asks_of<CLASS>().size(),                                                             \
      gatepost::detail::signs_of_life_of<CLASS>(),                                                           \
      {.KIND = &__VA_ARGS__}};

// TYPE is the SDK's class, GUARD its guard.
#define GATEPOST_PLUGIN_(KIND, TYPE, GUARD, NAME, SUMMARY, TABLE, CLASS)                                         \
  namespace {                                                                                                    \
  constexpr const char* gatepost_plugin_name = NAME;                                                             \
  }                                                                                                              \
  GATEPOST_DESCRIPTOR_(                                                                                          \
      KIND, NAME, SUMMARY, TABLE, CLASS,                                                                         \
      gatepost::detail::make<gatepost::TYPE, CLASS, gatepost::detail::GUARD<CLASS, gatepost_plugin_name>, TABLE, \
                             gatepost_plugin_name>)

#define GATEPOST_INPUT(NAME, SUMMARY, TABLE, CLASS) \
  GATEPOST_PLUGIN_(input, Input, GuardedInput, NAME, SUMMARY, TABLE, CLASS)
#define GATEPOST_CREDENTIAL(NAME, SUMMARY, TABLE, CLASS) \
  GATEPOST_PLUGIN_(credential, CredentialFormat, GuardedCredential, NAME, SUMMARY, TABLE, CLASS)
#define GATEPOST_POLICY(NAME, SUMMARY, TABLE, CLASS) \
  GATEPOST_PLUGIN_(policy, Policy, GuardedPolicy, NAME, SUMMARY, TABLE, CLASS)
#define GATEPOST_SINK(NAME, SUMMARY, TABLE, CLASS) \
  GATEPOST_PLUGIN_(sink, Sink, GuardedSink, NAME, SUMMARY, TABLE, CLASS)
#define GATEPOST_ACTUATOR(NAME, SUMMARY, TABLE, CLASS) \
  GATEPOST_PLUGIN_(actuator, Actuator, GuardedActuator, NAME, SUMMARY, TABLE, CLASS)
#define GATEPOST_SERVICE(NAME, SUMMARY, TABLE, CLASS) \
  GATEPOST_PLUGIN_(service, Service, GuardedService, NAME, SUMMARY, TABLE, CLASS)

// With gatepost/hal/board.hpp included. NAME is the scheme of the addresses.
#define GATEPOST_BOARD(NAME, SUMMARY, TABLE, CLASS)        \
  namespace {                                              \
  constexpr const char* gatepost_plugin_name = NAME;       \
  }                                                        \
  GATEPOST_DESCRIPTOR_(board, NAME, SUMMARY, TABLE, CLASS, \
                       gatepost::hal::plugin_driver<CLASS, TABLE, gatepost::detail::Guarding<gatepost_plugin_name>>)
