#include "config/migrate.hpp"

#include <array>
#include <iostream>

#include "cli/options.hpp"
#include "config/load.hpp"

namespace gatepost::cli {
namespace {

// A file of the site whose keys are renamed.
struct Migration {
  config::Source before, after;
  std::size_t renamed = 0;
};

Result<std::vector<Migration>> plan(const config::LoadedSite& loaded) {
  std::vector<Migration> plans;
  for (std::size_t number = 0; number < loaded.sources.size(); ++number) {
    std::vector<config::Rename> mine;
    std::ranges::copy_if(loaded.renames, std::back_inserter(mine),
                         [&](const config::Rename& rename) { return rename.place.file == number; });
    if (mine.empty()) continue;
    const auto& before = loaded.sources[number];
    auto text = config::migrated(before, mine);
    if (!text) return text.error();
    plans.push_back({before, config::Source(before.file, std::move(*text)), mine.size()});
  }
  return plans;
}

Result<void> carry_out(const Migration& migration) {
  const auto now = config::read_source(migration.before.file);
  if (!now) return now.error();
  const std::string mark(now->starts_with(config::byte_order_mark) ? config::byte_order_mark
                                                                   : "");  // no part of a Source's text
  return config::replace(migration.before.file, mark + migration.before.text, mark + migration.after.text);
}

int migrate_site(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(migrate, arguments, values)) return *exit;
  if (!values.contains("site")) return usage_error(migrate, "name the site file");
  const std::filesystem::path file = values["site"].as<std::string>();
  const auto catalogue = plugin::Catalogue::load(plugin::search_path());
  const auto loaded = config::load(file, catalogue);
  if (!loaded.site) {
    std::cerr << loaded.shown();
    return Exit::usage;
  }
  const auto plans = plan(loaded);
  if (!plans) return failed_with(migrate, plans.error());
  if (plans->empty()) std::cout << config::shown_path(file.string()) << ": nothing to migrate\n";
  for (const auto& migration : *plans) {
    std::cout << config::changed_lines(migration.before, migration.after, loaded.secrets);
    if (values.contains("dry-run")) continue;
    if (auto done = carry_out(migration); !done) return failed_with(migrate, done.error());
    std::cout << config::shown_path(migration.before.file.string()) << ": " << migration.renamed
              << (migration.renamed == 1 ? " key" : " keys") << " renamed\n";
  }
  return Exit::good;
}

Options migrate_options() {
  Options options{.arguments = {{"site", Takes::site}}};
  options.shown.add_options()("dry-run", "write nothing; print what would change");
  return options;
}

constexpr std::string_view migrate_about =
    R"(A setting that has another name by now goes on working, and is told of. This renames it in the file, and in those that
it includes; comments and layout stay.)";

constexpr std::array migrate_examples{
    Example{"gatepost migrate --dry-run site.yaml", "The lines that would change."},
    Example{"gatepost migrate site.yaml", "Changes them."},
};

}  // namespace

const Command migrate{"migrate",     "SITE [--dry-run]", "Rename keys that have another name by now, in place.",
                      migrate_about, migrate_examples,   migrate_options,
                      migrate_site};

}  // namespace gatepost::cli
