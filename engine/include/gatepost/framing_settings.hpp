// How a site file says what a scan is in a stream of bytes. Header-only; it is no part of what engine and plugins share
// at run time.
#pragma once

#include <chrono>
#include <tuple>
#include <utility>

#include <gatepost/framer.hpp>
#include <gatepost/reading.hpp>
#include <gatepost/result.hpp>
#include <gatepost/settings.hpp>

namespace gatepost {

/// A table of the settings that frame_rules() reads, for a Settings that has members of all these names. Each default
/// is the member's.
template <class Settings>
constexpr auto framing_fields() {
  using S = Settings;
  return settings(
      field("framing", &S::framing, "what ends a scan: a terminator, its length, or silence"),
      field("terminator", &S::terminator, R"(bytes that end a scan, with \r, \n, \t and \xHH; empty: CR, LF or both)"),
      field("length", &S::length, "bytes of a scan, for framing: length").between(0, max_payload),
      field("idle", &S::idle, "the longest pause inside a scan; a longer one ends it or damages it")
          .between(std::chrono::milliseconds(1), std::chrono::seconds(10)),
      field("prefix", &S::prefix, "bytes that every scan begins with; they are taken off"),
      field("min_length", &S::min_length, "a shorter scan is damaged").between(1, max_payload),
      field("max_length", &S::max_length, "a longer scan is damaged").between(1, max_payload),
      field("aim", &S::aim, "every scan begins with its AIM identifier, such as ]Q1"));
}

/// A table of the setting `lines`, for scanners that send a code without a pause.
template <class Settings>
constexpr auto lines_field() {
  return settings(
      field("lines", &Settings::lines,
            "one: scans that follow one another without a pause of `idle` are lines of one code, and damaged; "
            "many: each line is a scan"));
}

/// What the settings of these names come to; `framing`, `length` and `lines` may be missing. The Error's `where` is the
/// setting.
template <class Settings>
Result<FrameRules> frame_rules(const Settings& settings) {
  FrameRules rules{
      .idle = settings.idle, .min_length = settings.min_length, .max_length = settings.max_length, .aim = settings.aim};
  if constexpr (requires { settings.framing; }) rules.framing = settings.framing;
  if constexpr (requires { settings.length; }) rules.length = settings.length;
  if constexpr (requires { settings.lines; }) rules.many_lines = settings.lines == Lines::many;
  for (const auto& [key, text, place] : {std::tuple("terminator", &settings.terminator, &rules.terminator),
                                         std::tuple("prefix", &settings.prefix, &rules.prefix)}) {
    auto bytes = unescape(*text);
    if (!bytes) return Error{bytes.error().what, key, bytes.error().remedy};
    *place = std::move(*bytes);
  }
  if (auto good = rules.check(); !good) return good.error();
  return rules;
}

}  // namespace gatepost
