#include "cli/asked_site.hpp"

#include "cli/journal_of.hpp"
#include "cli/machine_sites.hpp"
#include "cli/options.hpp"

namespace gatepost::cli {

std::optional<AskedSite> asked_site(const Command& command, const boost::program_options::variables_map& values) {
  const auto refused = [&](const Error& error) {
    failed_with(command, error);
    return std::optional<AskedSite>();
  };
  const auto file = values.contains("site") ? site_meant(values["site"].as<std::string>()) : only_site();
  if (!file) return refused(file.error());
  if (is_journal(*file))
    return refused(Error{"this is a journal, and tells of no checkpoint", file->string(), "name the site file"});
  const auto part = config::ReadablePart::read(*file);
  if (!part) return refused(part.error());
  auto journal = part->journal();
  if (!journal) return refused(journal.error());
  return AskedSite{*file, part->checkpoint(), std::move(*journal)};
}

}  // namespace gatepost::cli
