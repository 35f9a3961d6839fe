#include "shelf.hpp"

#include <gtest/gtest.h>

namespace gatepost::config::shelf {
namespace {

using namespace std::chrono_literals;

enum class Framing { terminator, idle, length };
constexpr auto setting_names(Framing) {
  return std::array{Choice{"terminator", Framing::terminator}, Choice{"idle", Framing::idle},
                    Choice{"length", Framing::length}};
}

struct ScannerSettings {
  std::string device;
  std::chrono::milliseconds idle = 50ms;
  Framing framing = Framing::terminator;
  std::uint16_t port = 4001;
  bool beep = true;
  ByteSize longest{4096};
  std::string token;
};
constexpr auto scanner_table = settings(
    field("device", &ScannerSettings::device, "address of the scanner").required(),
    field("idle", &ScannerSettings::idle, "a scan ends after this silence").between(1ms, 10s),
    field("framing", &ScannerSettings::framing, "what ends a scan"), field("port", &ScannerSettings::port, "TCP port"),
    field("beep", &ScannerSettings::beep, "say it aloud"),
    field("longest", &ScannerSettings::longest, "longer scans are cut").between(ByteSize{16}, ByteSize{1 << 20}),
    field("token", &ScannerSettings::token, "password of the scanner").secret());

class Scanner final : public Input {
 public:
  explicit Scanner(ScannerSettings) {}
  static Result<void> check(const ScannerSettings& settings) {
    if (settings.token == "let-me-in") return Error{"'let-me-in' is everybody's token", "token", "choose one"};
    if (settings.device.starts_with("usb:") && settings.framing == Framing::idle)
      return Error{"a USB scanner cannot be framed by idle time", "setting framing", "write framing: terminator"};
    return {};
  }
  Result<void> run(InputHost&, std::stop_token) override { return {}; }
};

class Relay final : public Actuator {
 public:
  explicit Relay(NoSettings) {}
  Result<void> rest() override { return {}; }
  Result<MonotonicTime> release(const Command&) override { return MonotonicTime(); }
  Result<Passage> passage(const Command&, std::stop_token) override { return Passage::no_sensor; }
  std::optional<AfterKill> after_kill() const override {
    return AfterKill{std::chrono::milliseconds(500), "its own pulse"};
  }
};

// Stays as it is when the engine is killed, and says nothing of it.
class Latch final : public Actuator {
 public:
  explicit Latch(NoSettings) {}
  Result<void> rest() override { return {}; }
  Result<MonotonicTime> release(const Command&) override { return MonotonicTime(); }
  Result<Passage> passage(const Command&, std::stop_token) override { return Passage::no_sensor; }
};

struct PatternSettings {
  std::string match;
};
constexpr auto pattern_table = settings(field("match", &PatternSettings::match, "regular expression").required());
class Pattern final : public CredentialFormat {
 public:
  explicit Pattern(PatternSettings settings) : knows_all_(settings.match == ".*") {}
  Result<std::optional<Credential>> parse(const gatepost::Reading& reading) const override {
    if (!knows_all_) return std::optional<Credential>();
    return std::optional(Credential{.scheme = {}, .subject = reading.payload});
  }

 private:
  bool knows_all_;
};

struct RosterSettings {
  std::filesystem::path file = "people.csv";
  std::vector<std::string> columns{"subject"};
};
constexpr auto roster_table = settings(field("file", &RosterSettings::file, "who may pass"),
                                       field("columns", &RosterSettings::columns, "columns to show"));
class Roster final : public Policy {
 public:
  explicit Roster(RosterSettings) {}
  static Result<std::unique_ptr<Roster>> make(RosterSettings settings, const Instance&) {
    if (settings.file.filename() == "absent.csv") return Error{"cannot be read", "file", "put it there"};
    return std::make_unique<Roster>(std::move(settings));
  }
  Result<Decision> decide(const Attempt&) const override { return Decision{}; }
};

class Quota final : public Policy {
 public:
  explicit Quota(NoSettings) {}
  Result<Decision> decide(const Attempt&) const override { return Decision{}; }
  bool needs_subject() const override { return true; }
};

class Store final : public Sink {
 public:
  explicit Store(NoSettings) {}
  Delivery deliver(std::span<const Record> batch, std::stop_token) override { return {batch.size()}; }
};

struct PageSettings {
  std::string title = "Gates";
};
constexpr auto page_table = settings(field("title", &PageSettings::title, "the first line"));
class Page final : public Service {
 public:
  explicit Page(PageSettings) {}
  Result<void> run(ServiceHost&, std::stop_token) override { return {}; }
};
constexpr std::array<const char*, 2> asked_by_page{"status", "reload"};

// The macro exports one fixed symbol a program; a program with five plugins writes their descriptors itself.
template <auto& table>
std::vector<FieldInfo> infos() {
  return table.infos();
}

template <class T, class C, auto& table>
Result<std::unique_ptr<T>> make(std::span<const Value> values, const Instance& instance) {
  auto object = detail::build<C>(table.fill(values), instance);
  if (!object) return object.error();
  return std::unique_ptr<T>(std::move(*object));
}

template <auto& table>
Descriptor describe(PluginKind kind, const char* name, const char* summary, Descriptor::Make make_object) {
  return {sizeof(Descriptor),
          abi_version,
          GATEPOST_TOOLCHAIN,
          kind,
          sdk_version(kind),
          name,
          summary,
          infos<table>,
          nullptr,
          0,
          nullptr,
          0,
          nullptr,
          0,
          0,
          make_object};
}

const Descriptor scanner =
    describe<scanner_table>(PluginKind::input, "scanner", "a scanner", {.input = make<Input, Scanner, scanner_table>});
const Descriptor relay =
    describe<no_settings>(PluginKind::actuator, "relay", "a gate", {.actuator = make<Actuator, Relay, no_settings>});
const Descriptor latch =
    describe<no_settings>(PluginKind::actuator, "latch", "a gate", {.actuator = make<Actuator, Latch, no_settings>});
const Descriptor pattern = describe<pattern_table>(PluginKind::credential, "pattern", "cards",
                                                   {.credential = make<CredentialFormat, Pattern, pattern_table>});
const Descriptor roster =
    describe<roster_table>(PluginKind::policy, "roster", "a list", {.policy = make<Policy, Roster, roster_table>});
const Descriptor quota =
    describe<no_settings>(PluginKind::policy, "quota", "so many each", {.policy = make<Policy, Quota, no_settings>});
const Descriptor store =
    describe<no_settings>(PluginKind::sink, "store", "a store", {.sink = make<Sink, Store, no_settings>});
const Descriptor page = [] {
  Descriptor made =
      describe<page_table>(PluginKind::service, "page", "a page", {.service = make<Service, Page, page_table>});
  made.asks = asked_by_page.data();
  made.asks_count = asked_by_page.size();
  return made;
}();

}  // namespace

plugin::Catalogue catalogue() {
  plugin::Catalogue all;
  for (const auto* descriptor : {&scanner, &relay, &latch, &pattern, &roster, &quota, &store, &page})
    if (!all.add(*descriptor)) std::abort();
  return all;
}

std::string good_site() {
  return R"(site:
  name: "Cầu Bắc, gate 1"
  code: 4017
  languages: [vi, en]
journal:
  file: data/journal.db
  keep: 90d
  max_size: 1GiB
  subjects: hash
  hash_key: journal.key
devices:
  entry_gun: { plugin: scanner, device: "sim:gun", idle: 80ms }
  exit_gun:
    plugin: scanner
    device: "sim:gun2"
  gate: { plugin: relay }
credentials:
  staff_card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' }
policies:
  staff_list: { plugin: roster, file: people.csv }
outputs:
  store: { plugin: store }
lanes:
  main:
    inputs: { entry_gun: in, exit_gun: out }
    credentials: [staff_card]
    policies: [staff_list]
    actuator: gate
    repeat_within: 3s
)";
}

std::string with(std::string_view part, std::string_view changed) {
  std::string text = good_site();
  const auto at = text.find(part);
  if (at == text.npos)
    ADD_FAILURE() << "the good site has no '" << part << "'";
  else
    text.replace(at, part.size(), changed);
  return text;
}

std::string told(const std::string& text) {
  static const plugin::Catalogue all = catalogue();
  LoadedSite loaded = load_text(text, "site.yaml", all);
  return loaded.shown();
}

}  // namespace gatepost::config::shelf
