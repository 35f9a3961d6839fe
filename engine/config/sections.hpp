// The settings tables of the engine's own sections: read, checked and printed like a plugin's.
#pragma once

#include <gatepost/settings.hpp>

#include "config/site.hpp"

namespace gatepost::config {

struct SiteSection {
  std::string name;
  std::uint64_t code = 0;
  std::vector<std::string> languages{"en"};
  std::filesystem::path texts{};
  std::string how_to_get{};
};

struct ObserveSection {
  LogLevel log = LogLevel::info;
  std::string metrics;
};

/// What a lane names, before it is looked up.
struct LaneNames {
  std::vector<std::string> credentials, policies;
  std::string actuator;
};

/// Codes stay exact in every JSON reader: 2^53.
inline constexpr std::uint64_t largest_code = 1ULL << 53;

inline constexpr auto site_table = settings(
    field("name", &SiteSection::name, "the checkpoint's name, shown with every verdict").required(),
    field("code", &SiteSection::code, "the checkpoint's number, unique among all").required().between(1, largest_code),
    field("languages", &SiteSection::languages, "of verdicts, by ISO 639-1, the first one first"),
    field("texts", &SiteSection::texts,
          "folder with the site's own texts of verdicts: km.yaml has those in Khmer, a line 'CODE: text' each"),
    field("how_to_get", &SiteSection::how_to_get,
          "what an inspector tells somebody whose code is not known: where to get one"));

inline constexpr auto journal_table = settings(
    field("file", &Journal::file, "where Records are kept; beside the site file when relative"),
    field("keep", &Journal::keep, "Records older than this are removed once every output has them")
        .between(std::chrono::hours(1), std::chrono::hours(24 * 3660)),
    field("max_size", &Journal::max_size, "the oldest Records are removed beyond this size, once every output has them")
        .between(ByteSize{1ULL << 20}, ByteSize{1ULL << 44}),
    field("subjects", &Journal::subjects, "how personal numbers are kept"),
    field("hash_key", &Journal::hash_key, "file with the key of 'subjects: hash' and of 'hashed_attributes'"),
    field("attributes", &Journal::attributes,
          "attributes of credentials that Records keep as they are, such as name; others are not recorded"),
    field("hashed_attributes", &Journal::hashed_attributes,
          "attributes that Records keep as keyed hashes: equal ones stay equal"),
    field("forget", &Journal::forget,
          "what is erased from Records before they are as old as 'keep': subject after 30d, name after 7d; 'bytes' are "
          "those of damaged scans"));

inline constexpr auto observe_table =
    settings(field("log", &ObserveSection::log,
                   "the least that is logged; unless said, nothing where standard error is a terminal"),
             field("metrics", &ObserveSection::metrics,
                   "where Prometheus finds numbers: 127.0.0.1:9464, [::1]:9464 or unix:FILE; unless said, nowhere"));

/// Of an entry of services, beside its plugin's own.
inline constexpr auto service_terms_table =
    settings(field("memory", &ServiceTerms::memory, "a service that takes more is ended and run again")
                 .between(ByteSize{32ULL << 20}, ByteSize{1ULL << 40}),
             field("allow", &ServiceTerms::allow, "what it may change, by verbs such as reload; nothing unless said"));

/// Of an entry of devices whose plugin is an input, beside its plugin's own.
inline constexpr auto input_terms_table =
    settings(field("ignore", &InputTerms::ignore,
                   "texts that are no scans, such as ERROR, and patterns between slashes: /HB[0-9]+/; they are counted "
                   "and not recorded"));

enum class Expected : std::uint8_t { grant, inform, deny };
constexpr auto setting_names(Expected) {
  return std::array{Choice{"grant", Expected::grant}, Choice{"inform", Expected::inform},
                    Choice{"deny", Expected::deny}};
}
enum class Way : std::uint8_t { lane, in, out };
constexpr auto setting_names(Way) {
  return std::array{Choice{"lane", Way::lane}, Choice{"in", Way::in}, Choice{"out", Way::out}};
}

/// A scan of an entry of tests.
struct TestStep {
  std::string at, lane, code, symbology, reason;
  Way direction = Way::lane;
  Expected expect = Expected::grant;
  bool passes = true;
};

inline constexpr auto test_step_table = settings(
    field("at", &TestStep::at,
          "when, by this machine's clocks: 2026-12-01 22:10, or RFC 3339: 2026-12-01T22:10:00+07:00")
        .required(),
    field("lane", &TestStep::lane, "at which lane; needed where the site has several"),
    field("direction", &TestStep::direction, "which way; lane: that of the lane's first input, in where that asks"),
    field("code", &TestStep::code, "what is shown to the scanner").required(),
    field("symbology", &TestStep::symbology, "as a scanner of this kind of code tells it: ]Q1 is a QR code"),
    field("expect", &TestStep::expect, "what must come of it").required(),
    field("reason", &TestStep::reason, "the reason code that it must have; unless said, any"),
    field("passes", &TestStep::passes, "whoever is granted goes through; false: turns back"));

/// What the engine knows of an entry with a plugin of that kind, beside its plugin's settings.
inline std::vector<FieldInfo> terms_of(PluginKind kind) {
  if (kind == PluginKind::service) return service_terms_table.infos();
  if (kind == PluginKind::input) return input_terms_table.infos();
  return {};
}

inline constexpr auto lane_names_table =
    settings(field("credentials", &LaneNames::credentials, "formats to try, in this order"),
             field("policies", &LaneNames::policies, "every one must grant"),
             field("actuator", &LaneNames::actuator, "the device that opens; without one the lane only informs"));

inline constexpr auto lane_rules_table = settings(
    field("show", &LaneRules::show,
          "attributes of a credential to show with the verdict, such as name; they are not recorded"),
    field("zone", &LaneRules::zone,
          "the part of the site that it leads into: who passes in is inside it, who passes out is not; lanes with none "
          "lead into the site as a whole"),
    field("repeat_within", &LaneRules::repeat_within, "the same credential again within this time is one attempt")
        .between(std::chrono::milliseconds(0), std::chrono::hours(1)),
    field("policy_timeout", &LaneRules::policy_timeout, "a policy that takes longer denies")
        .between(std::chrono::milliseconds(1), std::chrono::seconds(30)),
    field("record_deadline", &LaneRules::record_deadline, "a Record that the disk keeps later than that opens no gate")
        .between(std::chrono::milliseconds(50), std::chrono::seconds(30)),
    field("actuator_deadline", &LaneRules::actuator_deadline, "a gate that has not been told by then stays shut")
        .between(std::chrono::milliseconds(1), std::chrono::seconds(30)),
    field(
        "look_every", &LaneRules::look_every,
        "how often a gate at rest is looked at, so that a board that is lost or was switched by somebody else is told")
        .between(std::chrono::seconds(1), std::chrono::hours(1)),
    field("fail_open", &LaneRules::fail_open,
          "where a policy fails, grant; where the journal fails, grant without a Record: for fire exits"),
    field("require_verified", &LaneRules::require_verified,
          "deny a credential that nothing proves to be authentic: a card number anybody can print"),
    field("unset_clock", &LaneRules::unset_clock,
          "accepted: while nobody has told this machine the time, a credential's dates are not asked for"),
    field("denied_at_most", &LaneRules::denied_at_most,
          "how many attempts may be denied within a time, such as 20/1min, before the lane takes scans slowly, with an "
          "alarm; none: any number"),
    field("open_after_kill", &LaneRules::open_after_kill,
          "accepted: the actuator need not see to it that an open gate is shut when the engine is killed"),
    field("ask_in", &LaneRules::ask_in,
          "of inputs that ask: the text of the posted code that says 'in'; print it as a QR code beside the scanner"),
    field("ask_out", &LaneRules::ask_out, "the text of the posted code that says 'out'"),
    field("ask_within", &LaneRules::ask_within,
          "how long a code waits to be told its direction, or a direction for the next code; later it is denied")
        .between(std::chrono::seconds(1), std::chrono::minutes(2)),
    field("ask_stays", &LaneRules::ask_stays,
          "how long a direction that was said holds for all who follow, without asking; 0s: it is asked each time")
        .between(std::chrono::milliseconds(0), std::chrono::hours(12)),
    field("opens_on_alarm", &LaneRules::opens_on_alarm,
          "an alarm contact of the site, such as a fire panel, holds the gate open as long as it lasts"));

}  // namespace gatepost::config
