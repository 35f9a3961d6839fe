// The `gatepost` command: a table of subcommands.
#include <poll.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <exception>
#include <iostream>

#include "cli/command.hpp"
#include "observe/printable.hpp"

namespace {

using namespace gatepost::cli;

constexpr std::array commands{&run,     &status,  &trace,  &check,  &reload,  &diff,   &schema, &migrate,
                              &plugins, &records, &counts, &verify, &letters, &decode, &version};

void print_usage(std::ostream& out) {
  out << "Usage: gatepost COMMAND …\n\n";
  for (const Command* command : commands) {
    std::string shape = std::string(command->name) + " " + std::string(command->arguments);
    shape.resize(std::max<std::size_t>(shape.size() + 2, 24), ' ');
    out << "  " << shape << command->summary << "\n";
  }
  out << "\ngatepost COMMAND --help tells more. Exit status: 0 good, 1 failed, 2 usage or bad configuration.\n";
}

const Command* find(std::string_view name) {
  for (const Command* command : commands)
    if (command->name == name) return command;
  return nullptr;
}

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
  const std::vector<std::string> arguments(words + 1, words + count);
  if (arguments.empty()) {
    print_usage(std::cerr);
    return Exit::usage;
  }
  if (arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help") {
    print_usage(std::cout);
    return written(Exit::good);
  }
  const std::string name = arguments[0] == "--version" ? "version" : arguments[0];
  const Command* command = find(name);
  if (command == nullptr) {
    std::cerr << "gatepost: there is no command '" << gatepost::observe::printable(arguments[0], 80) << "'\n\n";
    print_usage(std::cerr);
    return Exit::usage;
  }
  const int exit = command->run({arguments.begin() + 1, arguments.end()});
  return command == &run ? exit : written(exit);  // a site that has run well did so even if its log is not whole
} catch (const std::exception& exception) {
  std::cerr << "gatepost: " << exception.what() << "\n";
  return gatepost::cli::Exit::failed;
}
