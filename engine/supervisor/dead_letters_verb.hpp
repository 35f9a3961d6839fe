// Dead letters, asked of a running site: {"do":"letters","action":"resend"|"drop","output":NAME,"sequences":[N…]}.
#pragma once

#include <boost/json/object.hpp>
#include <gatepost/result.hpp>

#include "supervisor/running_site.hpp"

namespace gatepost::supervisor {

/// Does it and answers {"letters": how many}. Without "output" those of every output are meant, without "sequences"
/// all.
Result<boost::json::object> answer_letters(RunningSite& running, const boost::json::object& request);

}  // namespace gatepost::supervisor
