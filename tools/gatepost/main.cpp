// The `gatepost` command: a table of subcommands.
#include <poll.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <gatepost/support/printable.hpp>
#include <iostream>

#include "cli/command.hpp"
#include "cli/help.hpp"
#include "config/suggest.hpp"

namespace {

using namespace gatepost::cli;

// Whoever keeps the answer in a file must learn that it is not whole. A reader that has left (| head) has had enough.
int written(int exit) {
  const bool whole = !std::cout.flush().fail() && std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (whole || exit != Exit::good) return exit;
  pollfd reader{STDOUT_FILENO, 0, 0};
  if (::poll(&reader, 1, 0) == 1 && (reader.revents & POLLERR) != 0) return exit;
  std::cerr << "gatepost: the answer could not be written; see whether the disk is full\n";
  return Exit::failed;
}

}  // namespace

int main(int count, char** words) try {
  std::signal(SIGPIPE, SIG_IGN);
  std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.empty()) {
    std::cerr << help();
    return Exit::usage;
  }
  const bool wants_help = arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help";
  if (wants_help && arguments.size() == 1) {
    std::cout << help();
    return written(Exit::good);
  }
  if (wants_help) arguments = {arguments[1], "--help"};
  const Command* command = find_command(arguments[0] == "--version" ? "version" : arguments[0]);
  if (command == nullptr) {
    std::vector<std::string_view> names;
    for (const Command* one : commands())
      if (!one->summary.empty()) names.push_back(one->name);
    std::cerr << "gatepost: there is no command '" << gatepost::support::printable(arguments[0], 80)
              << "': " << gatepost::config::did_you_mean(arguments[0], names, "gatepost --help lists them") << "\n";
    return Exit::usage;
  }
  const int exit = command->run({arguments.begin() + 1, arguments.end()});
  return command == &run ? exit : written(exit);  // a site that has run well did so even if its log is not whole
} catch (const std::exception& exception) {
  std::cerr << "gatepost: " << exception.what() << "\n";
  return gatepost::cli::Exit::failed;
}
