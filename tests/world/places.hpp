// Where the build has put what tests run and load. Told by one object that is linked, so that a test compiles to the
// same in every checkout.
#pragma once

#include <string>

namespace gatepost::world {

std::string source_folder();                   ///< the checkout
std::string command();                         ///< the gatepost command
std::string card_tool();                       ///< gatepost-card
std::string plugins_folder();                  ///< the plugins
std::string faults_folder();                   ///< plugins that load well and work badly: tests/integration/faults
std::string boards_folder();                   ///< the board plugin that tools/new-plugin begins, as acme_io
std::string specimens_folder();                ///< shared objects that are no good plugins: tests/integration/specimens
std::string preload(const std::string& name);  ///< one of tests/integration/preload

}  // namespace gatepost::world
