// An open file of a simulated VFS.
#pragma once

#include <sqlite3.h>

#include <string>

#include "simulation/disk/vfs.hpp"

namespace gatepost::simulation {

/// Made by SQLite as bytes, begun by open, ended by its xClose.
class File {
 public:
  static void open(sqlite3_file* place, Vfs& vfs, const std::string& path, InodePtr inode, bool syncs_folder);

 private:
  struct State;
  struct Methods;
  sqlite3_file base_;  // first: SQLite knows this part
  State* state_;
};

}  // namespace gatepost::simulation
