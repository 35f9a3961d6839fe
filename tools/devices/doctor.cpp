// What keeps devices from working: everything that the machine itself can tell of that, each with its remedy.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <boost/json/serialize.hpp>
#include <gatepost/boot.hpp>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "cli/open_site.hpp"
#include "cli/options.hpp"
#include "devices/commands.hpp"
#include "devices/doctor/checks.hpp"
#include "devices/doctor/disturbance.hpp"
#include "journal/reader.hpp"

namespace gatepost::cli {
namespace {

using namespace gatepost::doctor;

constexpr std::size_t longest_finding = 600;
constexpr std::size_t most_records = 50'000;  ///< the newest that are looked at
constexpr const char* service_user = "gatepost";

struct Examination {
  Troubles troubles{};
  std::vector<Error> left_out{};  ///< what could not be looked at, and why
  std::size_t devices = 0;
};

Result<std::vector<Record>> newest_records(const std::filesystem::path& journal) {
  auto reader = journal::Reader::open(journal);
  if (!reader) return reader.error();
  const auto last = reader->last();
  if (!last) return last.error();
  return reader->after(*last > most_records ? *last - most_records : 0, most_records);
}

/// An actuator's `pulse`, where it has one.
Duration pulse_of(const config::PluginUse& use) {
  const auto fields = use.plugin->settings();
  for (std::size_t i = 0; i < fields.size() && i < use.values.size(); ++i)
    if (const auto* time = std::get_if<Duration>(&use.values[i]); time != nullptr && fields[i].key == "pulse")
      return *time;
  return {};
}

std::vector<GateLane> gates_of(const config::Site& site) {
  std::vector<GateLane> gates;
  for (const auto& lane : site.lanes)
    for (const auto& use : site.devices)
      if (use.instance.name == lane.actuator) gates.push_back({lane.name, pulse_of(use)});
  return gates;
}

void look_at_log(const Machine& machine, const config::Site* site, Examination& found) {
  const auto log = read_kernel_log(machine);
  if (!log) found.left_out.push_back(log.error());
  if (log) find_power_trouble(*log, found.troubles);
  if (site == nullptr) return;
  const auto records = newest_records(site->journal.file);
  if (!records) {
    found.left_out.push_back(records.error());
    return;
  }
  find_interference(log ? *log : KernelLog{}, history_of(*records, boot_id(machine.proc()), gates_of(*site)),
                    found.troubles);
  if (log && !log->is_exact)
    found.left_out.push_back(
        {"the kernel's log without systemd's journal keeps another time than the Records: after "
         "hours the two are apart, and what a relay disturbed is seen by the Records alone",
         "/dev/kmsg", "look soon after the start, or where journald runs"});
}

Examination examine(const Machine& machine, const config::Site* site, const plugin::Catalogue& catalogue) {
  Examination found;
  const auto named = site == nullptr ? std::vector<Named>() : named_in(*site);
  const auto patients = patients_of(machine, named, catalogue);
  found.devices = patients.size();
  find_absent(machine, named, found.troubles);
  find_alike(machine, named, patients, found.troubles);
  find_missing_drivers(machine, named, patients, found.troubles);
  find_missing_rights(patients, User::current(), found.troubles);
  if (const auto service = User::named(service_user); site != nullptr && service && service->id != ::geteuid())
    find_missing_rights(patients, *service, found.troubles);
  find_holders(machine, patients, found.troubles);
  find_daemons(machine, patients, found.troubles);
  if (::geteuid() == 0) find_typing(machine, patients, found.troubles);  // others do not see who has grabbed it
  find_autosuspend(patients, found.troubles);
  find_weak_hubs(patients, found.troubles);
  look_at_log(machine, site, found);
  if (::geteuid() != 0)
    found.left_out.push_back({"what other users' programs have open is not seen, nor whether a gun is grabbed", "/proc",
                              "run it with sudo"});
  return found;
}

boost::json::object to_json(std::string_view check, const Error& error) {
  return {{"check", check}, {"what", error.what}, {"where", error.where}, {"remedy", error.remedy}};
}

void print_json(const Examination& found) {
  const auto line = [](const boost::json::object& object) {
    std::cout << support::printable_json(boost::json::serialize(object)) << "\n";
  };
  for (const auto& [check, error] : found.troubles) line(to_json(check, error));
  for (const Error& error : found.left_out) line(to_json("left_out", error));
}

void print(const Examination& found) {
  const auto shown = [](const std::string& text) { return support::printable(text, longest_finding); };
  for (const auto& [check, error] : found.troubles)
    std::cout << fmt::format("{}\n  {}: {}\n  {}\n", shown(error.where), check, shown(error.what), shown(error.remedy));
  for (const Error& error : found.left_out) std::cout << "not looked at: " << shown(to_line(error)) << "\n";
  std::cout << fmt::format("{} {} looked at, {} found\n", found.devices, found.devices == 1 ? "device" : "devices",
                           found.troubles.empty() ? "nothing" : std::to_string(found.troubles.size()));
}

int run_doctor(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(doctor, arguments, values)) return *exit;
  std::optional<OpenedSite> opened;
  if (values.contains("site")) {
    opened = open_site(values["site"].as<std::string>());
    if (!opened) return Exit::usage;
  }
  const auto catalogue = opened ? std::move(opened->catalogue) : plugin::Catalogue::load(plugin::search_path());
  const auto found = examine({}, opened ? &opened->site : nullptr, catalogue);
  if (values.contains("json"))
    print_json(found);
  else
    print(found);
  return found.troubles.empty() ? Exit::good : Exit::failed;
}

Options doctor_options() {
  Options options{.arguments = {{"site", Takes::site}}};
  options.shown.add_options()("json", "print one JSON object a line");
  return options;
}

constexpr std::string_view doctor_about =
    R"(Looks at the scanners and boards that are plugged in, and with a SITE at what it names: who else has a port open or would
take it, what a user may not open (with a SITE also the service's user gatepost), what the kernel may put to sleep, hubs
without power, absent and ambiguous devices, guns that type into the console, and what the kernel's log has of over-current
and undervoltage. With a SITE it counts what went wrong with USB within 200 ms of a relay's switching, by the site's Records.

Changes nothing. Sees more with sudo; what it could not look at it says. Leaves with 0 when nothing was found, else with 1.)";

constexpr std::array doctor_examples{
    Example{"sudo gatepost doctor", "The machine's scanners and boards."},
    Example{"sudo gatepost doctor /etc/gatepost/north.yaml", "With those that the site names, and its Records."},
};

}  // namespace

const Command doctor{"doctor",     "[SITE] [--json]", "Name what keeps devices from working, each with its remedy.",
                     doctor_about, doctor_examples,   doctor_options,
                     run_doctor};

}  // namespace gatepost::cli
