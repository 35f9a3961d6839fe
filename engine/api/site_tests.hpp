// The tests that a site file has of itself.
#pragma once

#include <gatepost/result.hpp>
#include <string>
#include <vector>

#include "config/site.hpp"

namespace gatepost::api {

/// A scan of a site test of which something else came than was expected.
struct TestFailure {
  std::string written;  ///< where: site.yaml:42
  std::string what;     ///< "test 'night', scan 2: grant expected, and it is deny, passback"
};

/// Runs the tests of a site, each from the beginning. An Error where the site's objects cannot be built.
Result<std::vector<TestFailure>> run_site_tests(const config::Site& site);

}  // namespace gatepost::api
