#include <array>
#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>
#include <vector>

#include "api/site_tests.hpp"
#include "cli/after_kill.hpp"
#include "cli/machine_sites.hpp"
#include "cli/offline.hpp"
#include "cli/options.hpp"
#include "config/dump.hpp"
#include "config/load.hpp"

namespace gatepost::cli {
namespace {

constexpr std::size_t longest_content = 400;

using Files = std::vector<std::filesystem::path>;

// Those whose files hold something to be told: who may pass now.
std::vector<const config::PluginUse*> with_contents(const config::Site& site) {
  std::vector<const config::PluginUse*> found;
  for (const auto* uses : {&site.credentials, &site.policies, &site.outputs, &site.devices})
    for (const auto& use : *uses)
      if (!use.told.empty()) found.push_back(&use);
  return found;
}

/// What the site's own tests find; an Error that kept them from running is one finding.
std::vector<api::TestFailure> failed_tests(const config::LoadedSite& loaded) {
  if (!loaded.site || loaded.site->tests.empty()) return {};
  auto failures = api::run_site_tests(*loaded.site);
  if (failures) return std::move(*failures);
  return {{loaded.site->file.string(), "the tests cannot be run: " + to_line(failures.error())}};
}

void print_json(const config::LoadedSite& loaded, const Files& same_code,
                const std::vector<api::TestFailure>& failures) {
  boost::json::array others;
  for (const auto& file : same_code) others.emplace_back(file.string());
  boost::json::object answer{{"good", loaded.site.has_value() && same_code.empty() && failures.empty()},
                             {"diagnostics", config::to_json(loaded.diagnostics, loaded.sources)}};
  if (!others.empty()) answer["same_code"] = std::move(others);
  boost::json::array failed;
  for (const auto& failure : failures) failed.push_back({{"where", failure.written}, {"what", failure.what}});
  if (!failed.empty()) answer["failed_tests"] = std::move(failed);
  if (loaded.site) {
    answer["offline"] = offline_json(*loaded.site, SystemClock().wall());
    answer["after_kill"] = after_kill_json(*loaded.site);
    answer["after_power_cut"] = after_power_cut_json(*loaded.site);
    boost::json::object contents;
    for (const auto* use : with_contents(*loaded.site)) contents[use->instance.name] = use->told;
    answer["contents"] = std::move(contents);
  }
  std::cout << support::printable_json(boost::json::serialize(answer)) << "\n";
}

std::string counted(std::size_t number, std::string_view one, std::string_view many) {
  return std::to_string(number) + " " + std::string(number == 1 ? one : many);
}

std::string contents_text(const config::Site& site) {
  std::string all;
  for (const auto* use : with_contents(site))
    all += "  " + use->instance.name + ": " + support::printable(use->told, longest_content) + "\n";
  return all;
}

void print_text(const config::LoadedSite& loaded) {
  std::cerr << loaded.shown();
  if (!loaded.site) return;
  const auto& site = *loaded.site;
  std::cout << site.file.string() << ": good: checkpoint '" << site.checkpoint.name << "' (" << site.checkpoint.code
            << "), " << counted(site.lanes.size(), "lane", "lanes") << ", "
            << counted(site.devices.size(), "device", "devices") << ", "
            << counted(site.outputs.size(), "output", "outputs")
            << (site.services.empty() ? "" : ", " + counted(site.services.size(), "service", "services"))
            << (site.tests.empty() ? "" : ", " + counted(site.tests.size(), "test", "tests")) << "\n"
            << contents_text(site) << offline_text(site, SystemClock().wall()) << after_kill_text(site);
}

void print_echo(const config::LoadedSite& loaded) {
  std::cerr << loaded.shown();
  if (loaded.site) std::cout << config::dump(*loaded.site);
}

int check_site(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(check, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(check, "name the site file");
  if (values.contains("json") && values.contains("echo")) return usage_error(check, "choose one of --json and --echo");
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  const std::filesystem::path file = values["site"].as<std::string>();
  const auto loaded = config::load(file, catalogue);
  const auto same_code = sites_with_the_code_of(file);
  for (const auto& other : same_code)
    std::cerr << file.string() << ": error: " << other.string() << " has the code of this site, too\n"
              << "  a code is unique: Records of both would have the same numbers; give one of them another\n";
  const auto failures = failed_tests(loaded);
  if (values.contains("json"))
    print_json(loaded, same_code, failures);
  else if (values.contains("echo"))
    print_echo(loaded);
  else
    print_text(loaded);
  if (!values.contains("json"))
    for (const auto& failure : failures)
      std::cerr << failure.written << ": error: " << failure.what << "\n"
                << "  mend the site, or what the test expects\n";
  return loaded.site && same_code.empty() && failures.empty() ? Exit::good : Exit::usage;
}

Options check_options() {
  Options options{.arguments = {{"site", Takes::site}}};
  options.shown.add_options()("json",
                              "print one JSON object: good, diagnostics, same_code, failed_tests, offline, after_kill, "
                              "after_power_cut, contents")(
      "echo", "print the whole site as one file, with every default; a value of !env or !file stays what it is");
  return options;
}

constexpr std::string_view check_about =
    R"(Each diagnostic has its file, line and column, what was expected there, and a remedy. Of each gate it is told who shuts
it, and when at the latest, if the engine is killed while it is open; of each rule what it goes by, how old that is, and
what happens while it cannot be had. The site's own tests are run: its section `tests` has scans and what must come of
each. Nothing is opened and nothing moves. With --echo the site is printed as one file with every default in its place.)";

constexpr std::array check_examples{
    Example{"gatepost check site.yaml", "Says that the file is good, or all that is not."},
    Example{"gatepost check --echo site.yaml", "What the engine makes of the file and of what it includes."},
};

}  // namespace

const Command check{"check",     "SITE [--echo] [--json]", "Say everything that is wrong with a site file.",
                    check_about, check_examples,           check_options,
                    check_site};

}  // namespace gatepost::cli
