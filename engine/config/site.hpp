// A site file, checked: what the supervisor builds a running site from.
#pragma once

#include <array>
#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gatepost/descriptor.hpp>

#include "config/metrics_place.hpp"

namespace gatepost::config {

struct Checkpoint {
  std::string name;
  std::uint64_t code = 0;  ///< unique among all checkpoints; what inspectors type
};

/// Texts of verdicts by reason code.
using TextsByCode = std::map<std::string, std::string, std::less<>>;
/// The same by language.
using Texts = std::map<std::string, TextsByCode, std::less<>>;

/// What a site lets a service take and do.
struct ServiceTerms {
  ByteSize memory{256ULL << 20};
  std::vector<std::string> allow{};  ///< verbs of the API that change something
  bool operator==(const ServiceTerms&) const = default;
};

/// What a site says of an input beside its plugin's settings.
struct InputTerms {
  std::vector<std::string> ignore{};  ///< what is no scan: NoScans
  bool operator==(const InputTerms&) const = default;
};

/// A file that an object of a site reads, and goes on with while it cannot be taken.
struct WatchedUse {
  std::filesystem::path file;
  std::optional<WallTime> changed{};  ///< when it was last written; nothing: it is not there
  Duration last_good_for{};
};

/// One entry of devices, credentials, policies, outputs or services: a plugin and its checked settings.
struct PluginUse {
  const Descriptor* plugin;
  std::vector<Value> values;  ///< in the order of the plugin's table
  Instance instance;
  std::vector<bool> hidden{};             ///< of the values: a secret, never to be shown to anybody
  std::optional<AfterKill> after_kill{};  ///< of an actuator: what it says of itself
  std::optional<AfterKill> after_kill_in_alarm{};
  std::optional<AfterPowerCut> after_power_cut{};
  ServiceTerms service{};           ///< of a service
  InputTerms input{};               ///< of an input
  std::string told{};               ///< what the files that it reads hold, for people
  bool needs_subject = false;       ///< of a policy: so it says
  std::string needs_network{};      ///< of a policy: the same
  std::vector<WatchedUse> files{};  ///< that it reads
};

enum class Privacy : std::uint8_t {
  clear,  ///< subjects are kept as read
  hash,   ///< as HMAC-SHA-256 under the site's key: equal subjects stay equal
  none,   ///< not at all
};
constexpr auto setting_names(Privacy) {
  return std::array{Choice{"clear", Privacy::clear}, Choice{"hash", Privacy::hash}, Choice{"none", Privacy::none}};
}

struct Journal {
  std::filesystem::path file;
  std::chrono::hours keep = std::chrono::hours(24 * 90);
  ByteSize max_size{1ULL << 30};
  Privacy subjects = Privacy::clear;
  std::filesystem::path hash_key;  ///< file with the key of Privacy::hash, and of hashed attributes
  std::vector<std::string> attributes{},
      hashed_attributes{};                         ///< of credentials, that Records keep; others are dropped
  std::vector<std::string> forget{};               ///< "name after 7d"
  std::map<std::string, Duration> forget_after{};  ///< the same, by personal fields of Records
};

/// Where the data folders of a site's plugin objects are: beside its journal, so that who keeps one keeps the other.
inline std::filesystem::path plugin_data_of(const Journal& journal) {
  return journal.file.parent_path() / (journal.file.stem().string() + ".plugins");
}

enum class LogLevel : std::uint8_t { debug, info, warning, error, off };
constexpr auto setting_names(LogLevel) {
  return std::array{Choice{"debug", LogLevel::debug}, Choice{"info", LogLevel::info},
                    Choice{"warning", LogLevel::warning}, Choice{"error", LogLevel::error},
                    Choice{"off", LogLevel::off}};
}

struct Observe {
  std::optional<LogLevel> log{};  ///< not said: info, or off where a person watches on a terminal
  MetricsPlace metrics{};
};

/// Whether a lane may have a gate that nobody shuts when the engine is killed.
enum class OpenAfterKill : std::uint8_t { refused, accepted };
constexpr auto setting_names(OpenAfterKill) {
  return std::array{Choice{"refused", OpenAfterKill::refused}, Choice{"accepted", OpenAfterKill::accepted}};
}

/// What a credential with dates is while nobody has told this machine the time.
enum class UnsetClock : std::uint8_t { refused, accepted };
constexpr auto setting_names(UnsetClock) {
  return std::array{Choice{"refused", UnsetClock::refused}, Choice{"accepted", UnsetClock::accepted}};
}

struct LaneInput {
  std::string device;
  std::optional<Direction> direction = Direction::in;  ///< none: it asks in or out
};

/// As a site file has it: in, out or ask.
inline std::string_view direction_word(const LaneInput& input) {
  return input.direction ? to_word(*input.direction) : "ask";
}

struct LaneRules {
  std::vector<std::string> show{};                ///< attributes of credentials
  std::string zone{};                             ///< the part of the site that it leads into; empty: the whole
  std::chrono::milliseconds repeat_within{3000};  ///< the same credential again within this time is one attempt
  std::chrono::milliseconds policy_timeout{500};
  std::chrono::milliseconds record_deadline{1500};  ///< a Record that takes longer to be synced opens no gate
  std::chrono::milliseconds actuator_deadline{1000};
  std::chrono::milliseconds look_every{
      5000};  ///< at a gate that is at rest: whether its board is there, and as it was left
  bool fail_open =
      false;  ///< where a policy fails, grant; where the journal fails, grant without a Record: for fire exits
  bool require_verified = false;  ///< a credential that nobody proved to be authentic is denied
  UnsetClock unset_clock = UnsetClock::refused;
  OpenAfterKill open_after_kill = OpenAfterKill::refused;
  std::string denied_at_most = "60/1min";            ///< parse_rate()
  std::string ask_in = "GP:IN", ask_out = "GP:OUT";  ///< of inputs that ask: the posted codes of the directions
  std::chrono::milliseconds ask_within{10'000};      ///< so long a code waits for its direction, or the other way round
  std::chrono::milliseconds ask_stays{0};            ///< so long a direction holds without being asked for
  bool opens_on_alarm = false;                       ///< an alarm of any of the site's contacts holds its gate open
};

struct Lane {
  std::string name;
  std::vector<LaneInput> inputs;
  std::vector<std::string> credentials;  ///< formats, tried in this order
  std::vector<std::string> policies;     ///< every one must grant
  std::string actuator;                  ///< empty: the lane informs and moves nothing
  LaneRules rules;
};

/// A scan of a site test, and what must come of it.
struct TestScan {
  WallTime at{};
  std::string lane, code, symbology;
  std::optional<Direction> direction{};  ///< none: that of the lane's first input; in where it asks
  Outcome expect = Outcome::grant;
  std::string reason;   ///< empty: any
  bool passes = true;   ///< whoever is let in goes through
  std::string written;  ///< where: site.yaml:42:7
};

/// Scans one after the other at a site that nobody has passed yet.
struct SiteTest {
  std::string name;
  std::vector<TestScan> scans;
};

struct Site {
  std::filesystem::path file;  ///< absolute
  Checkpoint checkpoint;
  std::vector<std::string> languages{"en"};  ///< of verdicts, the first one first
  std::filesystem::path texts_folder;        ///< with the site's own texts of verdicts; empty: there is none
  Texts texts;                               ///< of verdicts that stand in files, the site's own or installed
  std::string how_to_get;                    ///< told by inspectors to whoever has no code that is known
  Journal journal;
  Observe observe;
  std::vector<PluginUse> devices, credentials, policies, outputs, services;  ///< devices: inputs and actuators
  std::vector<Lane> lanes;
  std::vector<SiteTest> tests;
  /// Settings whose value is kept outside the file, as the file has them: "devices.gun.device" ▶ "!env GUN".
  std::map<std::string, std::string, std::less<>> tags;
};

}  // namespace gatepost::config
