#include "world/places.hpp"

namespace gatepost::world {

std::string source_folder() { return GATEPOST_SOURCE_DIR; }
std::string command() { return GATEPOST_COMMAND; }
std::string card_tool() { return GATEPOST_CARD; }
std::string plugins_folder() { return GATEPOST_PLUGINS; }
std::string faults_folder() { return GATEPOST_FAULTS; }
std::string boards_folder() { return GATEPOST_BOARDS; }
std::string specimens_folder() { return GATEPOST_SPECIMENS; }
std::string preload(const std::string& name) { return GATEPOST_PRELOAD + name + ".so"; }

}  // namespace gatepost::world
