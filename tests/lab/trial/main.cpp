// A user's own site in the lab's machine: plugs in what its file names, runs the engine on it, scans at each input, and
// tells what was found, read and moved. tools/lab boots the machine and starts it.
//   lab_trial SITE [--code [DEVICE=]CODE]… [--instead DEVICE=PRODUCT]… [--json]
//   lab_trial --plan SITE …    only says what is wrong with the words and the file, on whatever machine
#include <boost/json/serialize.hpp>
#include <boost/program_options/options_description.hpp>
#include <boost/program_options/parsers.hpp>
#include <boost/program_options/positional_options.hpp>
#include <boost/program_options/variables_map.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "config/dump.hpp"
#include "config/load.hpp"
#include "trial/trial.hpp"

namespace {

namespace fs = std::filesystem;
namespace po = boost::program_options;
using namespace gatepost;

enum Exit { good = 0, failed = 1, usage = 2 };
using Words = std::vector<std::string>;

int refuse(const std::string& why) {
  std::cerr << "tools/lab: " << why << "\n";
  return Exit::usage;
}

std::optional<po::variables_map> read_arguments(int count, char** words) {
  po::options_description options;
  options.add_options()("site", po::value<std::string>())("code", po::value<Words>()->composing())(
      "instead", po::value<Words>()->composing())("json", "")("plan", "");
  po::positional_options_description places;
  places.add("site", 1);
  po::variables_map values;
  try {
    po::store(po::command_line_parser(count, words).options(options).positional(places).run(), values);
  } catch (const po::error& error) {
    std::cerr << "tools/lab: " << error.what() << "\n";
    return {};
  }
  return values;
}

Words words_of(const po::variables_map& values, const char* name) {
  return values.contains(name) ? values[name].as<Words>() : Words{};
}

/// "gun=E000001" is of that device, where the site has one of that name; else all of it is a code for every device.
std::map<std::string, std::string> codes_of(const Words& words, const config::Site& site) {
  std::map<std::string, std::string> codes;
  for (const auto& word : words) {
    const auto name = word.substr(0, word.find('='));
    const bool is_device = name.size() < word.size() && std::ranges::any_of(site.devices, [&](const auto& use) {
                             return use.instance.name == name;
                           });
    codes[is_device ? name : ""] = is_device ? word.substr(name.size() + 1) : word;
  }
  return codes;
}

Result<std::map<std::string, lab::Instead>> exchanges_of(const Words& words) {
  std::map<std::string, lab::Instead> all;
  for (const auto& word : words) {
    const auto equals = word.find('=');
    if (equals == std::string::npos)
      return Error{"names no device", "--instead " + word, "write DEVICE=VENDOR:PRODUCT, such as gun=0c2e:0b61"};
    auto other = lab::Instead::parse(word.substr(equals + 1));
    if (!other) return Error{other.error().what, "--instead " + word, other.error().remedy};
    all[word.substr(0, equals)] = *other;
  }
  return all;
}

int show(const lab::Report& report, bool json) {
  if (json)
    std::cout << support::printable_json(boost::json::serialize(json_of(report))) << "\n";
  else
    std::cout << text_of(report);
  std::cout << std::flush;
  return report.good() ? Exit::good : Exit::failed;
}

/// The site as it is run here, beside the user's own file: relative paths begin there. What is written is in this
/// machine's memory, and gone with it.
class SiteFile {
 public:
  SiteFile(const fs::path& own, const std::string& text)
      : path_(own.parent_path() / (".lab-" + own.filename().string())) {
    std::ofstream(path_) << text;
  }
  ~SiteFile() {
    std::error_code failure;
    fs::remove(path_, failure);
  }
  SiteFile(const SiteFile&) = delete;
  SiteFile& operator=(const SiteFile&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

int try_site(const config::Site& site, lab::Plan plan, lab::Codes& codes, bool json) {
  const world::Scratch scratch;
  lab::Workbench bench(std::move(plan));
  const SiteFile file(site.file, config::dump(lab::site_here(site, bench, scratch.path())));
  lab::SiteEngine engine(file.path());
  if (!engine.ready()) {
    std::cerr << "tools/lab: the engine does not come up:\n" << engine.said();
    return Exit::failed;
  }
  return show(lab::Trial(site, bench, codes, engine).run(), json);
}

}  // namespace

int main(int count, char** words) {
  const auto values = read_arguments(count, words);
  if (!values) return Exit::usage;
  if (!values->contains("site")) return refuse("name a site file");
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  auto loaded = config::load((*values)["site"].as<std::string>(), catalogue);
  if (!loaded.site) {
    std::cerr << loaded.shown();
    return Exit::usage;
  }
  const auto exchanges = exchanges_of(words_of(*values, "instead"));
  if (!exchanges) return refuse(to_line(exchanges.error()));
  auto plan = lab::plan_of(*loaded.site, *exchanges);
  if (!plan) return refuse(to_line(plan.error()));
  if (values->contains("plan")) return Exit::good;
  if (!fs::exists("/sys/devices/platform/vhci_hcd.0/status"))
    return refuse("this is not the lab's machine; tools/lab boots it");
  lab::Codes codes(*loaded.site, codes_of(words_of(*values, "code"), *loaded.site));
  return try_site(*loaded.site, std::move(*plan), codes, values->contains("json"));
}
