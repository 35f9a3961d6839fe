// In `gatepost` these commands become the program gatepost-card, which lies beside it.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iostream>

#include "card/commands/commands.hpp"
#include "cli/options.hpp"

namespace gatepost::cli {
namespace {

// Bad arguments and --help are told here: they need no other program.
int become_card_program(const Command& command, const std::vector<std::string>& arguments) {
  boost::program_options::variables_map values;
  if (auto exit = parse(command, arguments, values)) return *exit;
  std::error_code failure;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", failure).parent_path() / "gatepost-card";
  std::vector<std::string> words{program.string(), std::string(command.name)};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (auto& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  std::cout.flush();
  ::execv(program.c_str(), pointers.data());
  return failed_with(command, {std::string("the program that draws cards cannot be run: ") + std::strerror(errno),
                               program.string(), "install gatepost-card there: it comes with Gatepost"});
}

}  // namespace

int run_issue(const std::vector<std::string>& arguments) { return become_card_program(issue, arguments); }
int run_revoke(const std::vector<std::string>& arguments) { return become_card_program(revoke, arguments); }

}  // namespace gatepost::cli
