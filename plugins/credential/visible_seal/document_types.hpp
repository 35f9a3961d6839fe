// What the features of a seal are called, by its document's type.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "seal.hpp"

namespace visible_seal {

/// "residence_permit"; the type's four hexadecimal digits where it is not known.
std::string document_name(const Seal& seal);

/// Each feature as text by its name in words; one that is not known as hexadecimal digits by "feature_NN".
std::map<std::string, std::string> named_features(const Seal& seal);

}  // namespace visible_seal
