#include <gatepost/descriptor.hpp>
#include <iostream>

#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

int print_version(const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(version, arguments, values)) return *exit;
  std::cout << "gatepost " GATEPOST_VERSION ", plugin ABI " << abi_version << ", " GATEPOST_TOOLCHAIN "\n";
  return Exit::good;
}

Options version_options() { return {}; }

constexpr std::string_view version_about = R"(A plugin that was built for another plugin ABI or toolchain is refused.)";

}  // namespace

const Command version{"version",     "", "Print the version, the plugin ABI and the toolchain.",
                      version_about, {}, version_options,
                      print_version};

}  // namespace gatepost::cli
