// One scan on its way through a lane.
#pragma once

#include <gatepost/reading.hpp>
#include <memory>
#include <vector>

#include "core/answer.hpp"
#include "core/reservation.hpp"
#include "core/scanner_output.hpp"
#include "core/time.hpp"

namespace gatepost::core {

/// `reading` and `answer.credential` stay as they are once a policy is asked about them.
struct Scan {
  Reading reading;
  Answer answer;
  std::shared_ptr<ScannerOutput> output{};
  BootTime seen{}, deadline{};
  bool pressed = false;     ///< a button: nobody is asked who it is
  bool asks = false;        ///< its device scans both ways: the direction has to be said
  bool unanswered = false;  ///< it was not said in time
  std::vector<HeldReservation>
      held{};  ///< until it is denied or answered: by then its Record is to be learned, or was not kept
};

}  // namespace gatepost::core
