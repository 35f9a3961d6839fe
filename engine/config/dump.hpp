// A Site as a site file.
#pragma once

#include <string>

#include "config/site.hpp"

namespace gatepost::config {

/// One file with every setting of the Site, its default too, that loads as an equal Site from the same folder. Paths
/// are absolute. A value that is kept outside stays `!env NAME` or `!file PATH`; a secret that stands in the file
/// itself is left out, and a comment in its place says so.
std::string dump(const Site& site);

}  // namespace gatepost::config
