// What --help prints, and the texts that it shares with the manual.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "cli/command.hpp"

namespace gatepost::cli {

struct Term {
  std::string_view term, text;
};

inline constexpr std::array exit_statuses{
    Term{"0", "Good."},
    Term{"1", "It was understood and did not work."},
    Term{"2", "Bad arguments, or a bad site file."},
};

inline constexpr std::array environment{
    Term{"GATEPOST_PLUGIN_PATH",
         "Folders where plugins are looked for, with colons between them. Where it is not set, they are in "
         "lib/gatepost/plugins beside the folder of this program."},
    Term{"GATEPOST_SITES", "The folder with the site files of this machine; where it is not set, /etc/gatepost."},
    Term{"NO_COLOR", "Where it is set, `gatepost run` uses no colours on a terminal."},
    Term{"NOTIFY_SOCKET, WATCHDOG_USEC",
         "Set by systemd: then `gatepost run` tells it that the site is ready, how it is, and that it works."},
    Term{"JOURNAL_STREAM", "Set by systemd: then log entries reach its journal with their fields."},
};

inline constexpr std::array files{
    Term{"SITE.yaml", "A site file: gatepost.yaml(5)."},
    Term{"/etc/gatepost/NAME.yaml", "The site file that the service gatepost@NAME runs."},
    Term{"/var/lib/gatepost/NAME", "What that service may write: its journal and its stores."},
    Term{"JOURNAL.control", "The socket beside a site's journal where its engine answers."},
};

/// "Usage: gatepost run SITE"
std::string usage_line(const Command& command);
/// What `gatepost COMMAND --help` prints.
std::string help_of(const Command& command);
/// What `gatepost --help` prints.
std::string help();

}  // namespace gatepost::cli
