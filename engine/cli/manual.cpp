// The manual, from the texts of --help and the tables of settings. Made when Gatepost is built.
#include <array>
#include <iostream>
#include <span>

#include "cli/help.hpp"
#include "cli/manual_page.hpp"
#include "cli/manual_site.hpp"
#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

constexpr std::string_view introduction =
    R"(Gatepost turns whatever scanner hangs at a gate into one answer, open or not, and a record of it that is never lost.
A site is one YAML file, which gatepost.yaml(5) describes; `gatepost run` runs it. No gate opens before its Record is on
disk, and no output that is slow or gone slows a gate.

Options may stand before or after arguments. With `--json` a command prints what a program can read.)";

constexpr std::string_view service =
    R"(`gatepost@.service` runs `/etc/gatepost/NAME.yaml` as the user gatepost, in a sandbox: it writes nowhere but in
`/var/lib/gatepost/NAME` and opens no devices but those that scanners and gates are. It is ready when its gates are at
rest and its lanes answer; devices may come later. `systemctl reload` reports a reload that was refused. When the engine
ends or stalls it is started anew, for ever. What is logged is in the system's journal; the verdicts are not, for they
name people: `gatepost records` has them.)";

void add_options(ManualPage& page, const Options& options) {
  for (const auto& option : options.shown.options()) page.term(names_of(*option), option->description());
}

void add_command(ManualPage& page, const Command& command) {
  page.subheading("gatepost " + std::string(command.name) + (command.arguments.empty() ? "" : " ") +
                  std::string(command.arguments));
  page.paragraphs(std::string(command.summary) + "\n\n" + std::string(command.about));
  add_options(page, command.options());
  for (const auto& [line, what] : command.examples) {
    page.verbatim(line);
    page.paragraphs(what);
  }
}

void add_terms(ManualPage& page, std::string_view heading, std::span<const Term> terms) {
  page.heading(heading);
  for (const auto& [term, text] : terms) page.term(term, text);
}

std::string page_of_the_command() {
  ManualPage page("gatepost", "1", "the software that every gate with a scanner runs on");
  page.heading("SYNOPSIS");
  page.paragraphs("`gatepost` COMMAND [OPTION]\xE2\x80\xA6 [ARGUMENT]\xE2\x80\xA6\n\n`gatepost` COMMAND `--help`");
  page.heading("DESCRIPTION");
  page.paragraphs(introduction);
  page.heading("COMMANDS");
  for (const Command* command : commands())
    if (!command->summary.empty()) add_command(page, *command);
  page.heading("SERVICE");
  page.paragraphs(service);
  add_terms(page, "EXIT STATUS", exit_statuses);
  add_terms(page, "ENVIRONMENT", environment);
  add_terms(page, "FILES", files);
  page.heading("SEE ALSO");
  page.paragraphs("gatepost.yaml(5), systemd.service(5), journalctl(1)");
  return page.text();
}

int print_manual(const std::vector<std::string>& arguments) {
  const std::string section = arguments.size() == 1 ? arguments[0] : "";
  if (section != "1" && section != "5") return usage_error(manual, "name a section of the manual: 1 or 5");
  std::cout << (section == "1" ? page_of_the_command() : page_of_the_site_file());
  return Exit::good;
}

}  // namespace

const Command manual{"manual", "1|5", {}, {}, {}, [] { return Options{}; }, print_manual};

}  // namespace gatepost::cli
