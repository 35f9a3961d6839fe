// The page of the manual on site files.
#pragma once

#include <string>

namespace gatepost::cli {

/// With the settings of every plugin that is installed.
std::string page_of_the_site_file();

}  // namespace gatepost::cli
