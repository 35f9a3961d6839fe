// The site as it is in the lab's machine: what the report calls its devices, and the file that is run.
#pragma once

#include "config/site.hpp"
#include "trial/report.hpp"
#include "trial/workbench.hpp"

namespace gatepost::lab {

/// Every device, in the order of the site, then every output that has a board: by the site's name and by what plays it;
/// and what cannot be tried. Nothing is asked yet.
Report report_before(const config::Site& site, Workbench& bench);

/// The same site with the addresses that lead to the workbench's things. Its journal and its stores are new ones in
/// `folder`; outputs that deliver elsewhere are left out.
config::Site site_here(const config::Site& site, Workbench& bench, const std::filesystem::path& folder);

/// Where a device hangs: what its setting device or board names. Null: it has neither.
const Mention* place_of(const Plan& plan, std::size_t device);

}  // namespace gatepost::lab
