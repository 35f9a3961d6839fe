#include <fmt/format.h>

#include <gatepost/descriptor.hpp>
#include <iostream>

#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

int print_version(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(version, arguments, values)) return *exit;
  std::string kinds;
  for (const PluginKind kind : plugin_kinds) {
    const auto [major_number, minor_number] = sdk_version(kind);
    kinds += fmt::format("{}{} {}.{}", kinds.empty() ? "" : ", ", to_word(kind), major_number, minor_number);
  }
  std::cout << "gatepost " GATEPOST_VERSION ", plugin ABI " << abi_version
            << ", " GATEPOST_TOOLCHAIN "\nplugin SDK: " << kinds << "\n";
  return Exit::good;
}

Options version_options() { return {}; }

constexpr std::string_view version_about =
    R"(A plugin that was built for another plugin ABI or toolchain is refused, and so is one that was built for another major
version of the SDK of its kind, or for a higher minor one.)";

}  // namespace

const Command version{"version",     "", "Print the version, the plugin ABI, the SDK of each kind and the toolchain.",
                      version_about, {}, version_options,
                      print_version};

}  // namespace gatepost::cli
