#include "cli/manual_site.hpp"

#include <span>
#include <string_view>

#include "cli/manual_page.hpp"
#include "config/sections.hpp"
#include "config/table.hpp"
#include "plugin/catalogue.hpp"

namespace gatepost::cli {
namespace {

constexpr std::string_view site_introduction =
    R"(A site file names a checkpoint, its devices, what codes mean, who may pass, where Records go, and the lanes that
bring these together. It is YAML. `gatepost check` says everything that is wrong with one, each with line, column and
remedy; `gatepost schema` tells an editor of every setting; `gatepost reload` has a running engine take over a change.

Names of devices, credentials, policies, outputs, services and lanes are 1 to 64 of the letters a to z, digits and _. A path begins
at the folder of the file in which it stands. A time is a number with a unit: `500ms`, `3s`, `90d`, `1h30min`. A size is
one too: `64MiB`, `10kB`.)";

constexpr std::string_view example = R"(site: { name: "North Bridge, gate 1", code: 4017 }
journal: { file: /var/lib/gatepost/north/journal.db }
devices:
  gun: { plugin: serial, device: serial:by-id/usb-scanner-port0 }
  gate: { plugin: turnstile_relay, board: lcus:by-path/pci-1-port0, out: 0 }
credentials:
  staff_card: { plugin: pattern, match: '(?P<subject>E[0-9]{6})' }
policies:
  staff_list: { plugin: roster, file: people.csv }
outputs:
  store: { plugin: local_store, file: /var/lib/gatepost/north/scans.db }
lanes:
  main:
    inputs: { gun: in }
    credentials: [staff_card]
    policies: [staff_list]
    actuator: gate)";

constexpr std::string_view secrets =
    R"(The value of any setting may be `!env NAME`, a variable of the environment, or `!file PATH`, a file that others cannot
read, whose last line end is cut. No error, echo or comparison prints what was fetched, and no status, Record or log entry
an address that was. Of an included file that others may not read an error tells the place alone.)";

constexpr std::string_view fragments =
    R"(`include: [FILE, ...]` takes in the sections of other files. Groups are merged key by key; a key that has a value in two
files is an error that names both.)";

constexpr std::string_view uses_text =
    R"(`devices`, `credentials`, `policies`, `outputs` and `services` hold names, and under each name `plugin:` and that
plugin's settings. Devices are inputs and actuators. A service sees the site by what it may ask, and runs in a process of
its own, which the engine bounds and runs again when it ends: nothing that it does reaches a gate. A site may have services
and no lanes. Each service has the settings `memory` and `allow` too, and each input `ignore`:)";

constexpr std::string_view lanes =
    R"(Under each name, one way through a gate. `inputs` names the devices that are scanned at, and in which direction:
`inputs: { gun: in, other_gun: out }`. At one that asks, `inputs: { gun: ask }`, a code is judged once a posted code has said
which way: `ask_in` or `ask_out`. Without an actuator the lane answers and moves nothing.)";

void add_settings(ManualPage& page, std::span<const FieldInfo> fields) {
  for (const auto& field : fields) {
    const auto told = config::told(field);
    page.term(told.key, told.meaning + " (" + told.value + "; " +
                            (told.fallback == "required" ? "required" : "default: " + told.fallback) + ")");
  }
}

void add_section(ManualPage& page, std::string_view name, std::string_view text, std::span<const FieldInfo> fields) {
  page.subheading(name);
  page.paragraphs(text);
  add_settings(page, fields);
}

void add_plugins(ManualPage& page) {
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  for (const auto& plugin : catalogue.plugins()) {
    const auto settings = plugin.descriptor->settings();
    add_section(page, std::string(plugin.descriptor->name) + " (" + std::string(to_word(plugin.descriptor->kind)) + ")",
                std::string(plugin.descriptor->summary) + ".", settings);
  }
}

}  // namespace

std::string page_of_the_site_file() {
  ManualPage page("gatepost.yaml", "5", "a site of Gatepost");
  page.heading("DESCRIPTION");
  page.paragraphs(site_introduction);
  page.heading("SECTIONS");
  add_section(page, "site", "The checkpoint.", config::site_table.infos());
  add_section(page, "journal", "The Records, which everything else is made from.", config::journal_table.infos());
  add_section(page, "observe", "What the site tells of itself.", config::observe_table.infos());
  add_section(page, "devices, credentials, policies, outputs, services", uses_text,
              config::service_terms_table.infos());
  add_settings(page, config::input_terms_table.infos());
  add_section(page, "lanes", lanes, config::lane_names_table.infos());
  add_settings(page, config::lane_rules_table.infos());
  page.subheading("include");
  page.paragraphs(fragments);
  page.heading("SECRETS");
  page.paragraphs(secrets);
  page.heading("PLUGINS");
  add_plugins(page);
  page.heading("EXAMPLE");
  page.verbatim(example);
  page.heading("SEE ALSO");
  page.paragraphs("gatepost(1)");
  return page.text();
}

}  // namespace gatepost::cli
